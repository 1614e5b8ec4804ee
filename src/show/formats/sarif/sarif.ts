import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import { findingsNow } from '../../report/markdown-text.ts';
import type { Report } from '../../report/report.ts';
import { standingsIn } from '../standing.ts';
import { Fixes } from './fixes.ts';
import { ROOT } from './locations.ts';
import { notifications } from './notifications.ts';
import { results } from './results.ts';
import { advisoryRule, kindRule, ruleId } from './rules.ts';

/** The report as SARIF 2.1.0 (with errata 01): findings with their lines, the plan as fixes, and what was not checked. */
export function sarif(report: Report): string {
  const fixes = new Fixes(report);
  const found = results(report, fixes);
  const rules = rulesOf(report, found);
  const { name, version } = report.tool;
  const run: Run = {
    tool: {
      driver: {
        ...{ name, rules: [...rules.values()], notifications: [kindRule('not-checked')] },
        ...(version === null ? {} : { version }),
      },
    },
    // The same for every command: what a later one no longer finds is closed by it.
    automationDetails: { id: 'fettle/' },
    invocations: [
      {
        executionSuccessful: true,
        exitCode: report.verdict.exitCode,
        exitCodeDescription: report.verdict.meaning,
        toolExecutionNotifications: [...notifications(report, fixes.leftOut)],
      },
    ],
    originalUriBaseIds: { [ROOT]: { description: { text: 'The folder that fettle was run on' } } },
    columnKind: 'utf16CodeUnits',
    results: withIndexes(found, [...rules.keys()]),
    properties: { verdict: report.verdict.kind, sentence: report.verdict.sentence, day: report.day },
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] } satisfies Log, null, 2)}\n`;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The rules that results refer to, in the order in which they first do. */
function rulesOf(report: Report, found: readonly Result[]): ReadonlyMap<string, ReportingDescriptor> {
  const findings = report.services.flatMap(findingsNow);
  const waived = [...standingsIn(report, 'before'), ...standingsIn(report, 'after')];
  const known = new Map<string, ReportingDescriptor>();
  for (const { kind, advisory } of findings) {
    const id = ruleId(kind, advisory);
    if (!known.has(id)) known.set(id, advisory === null ? kindRule(kind) : advisoryRule(id, advisory));
  }
  for (const { advisory } of waived) {
    const id = ruleId('vulnerable', advisory);
    if (!known.has(id)) known.set(id, advisoryRule(id, advisory));
  }
  return new Map([...new Set(found.map((one) => one.ruleId!))].map((id) => [id, known.get(id)!]));
}

function withIndexes(found: readonly Result[], ids: readonly string[]): Result[] {
  const indexes = new Map(ids.map((id, at) => [id, at]));
  return found.map((one) => ({ ...one, ruleIndex: indexes.get(one.ruleId!)! }));
}
