import type { Log, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import { fixOf, planOf, scanOf } from '../../../../test/support/report-job.ts';
import { COUPLED } from '../../../../test/support/report-projects.ts';
import { reportOf } from '../../report/make-report.ts';
import type { Report } from '../../report/report.ts';
import { sarif } from './sarif.ts';

function runOf(report: Report): Run {
  return (JSON.parse(sarif(report)) as Log).runs[0]!;
}

function states(report: Report): unknown {
  return runOf(report).results!.map(({ ruleId, baselineState }) => [ruleId, baselineState ?? null]);
}

const NEW = { id: 'CVE-2026-1001', on: 'core', affected: ['2.0'] };
const OLD = { id: 'CVE-2026-1002', on: 'log', affected: ['1.0'] };

describe('the state of a result', () => {
  it('is not told by a scan alone, and is new beside an earlier revision', async () => {
    const report = reportOf({ scan: await scanOf(COUPLED) });
    expect(states(report)).toEqual([['vulnerable/CVE-2026-1000', null]]);
    expect(states({ ...report, baseline: { revision: 'main', known: [] } })).toEqual([
      ['vulnerable/CVE-2026-1000', 'new'],
    ]);
  });

  it('is new for what a fix brought in and unchanged for what it left; what is gone is no result', async () => {
    const advisories = [...COUPLED.advisories!, OLD];
    const report = reportOf(await fixOf({ ...COUPLED, advisories }, { advisories: [...advisories, NEW] }));
    expect(states(report)).toEqual([
      ['vulnerable/CVE-2026-1001', 'new'],
      ['vulnerable/CVE-2026-1002', 'unchanged'],
    ]);
  });
});

describe('the plan as a fix', () => {
  /** A plan with so many replacements. */
  async function planned(replacements: number): Promise<Report> {
    const report = reportOf(await planOf(COUPLED));
    const [edit] = report.edits;
    const many = Array.from({ length: replacements }, () => edit!.replacements[0]!);
    const [service] = report.services;
    const [finding] = service!.findings;
    const findings = ['a', 'b', 'c'].map((id) => ({ ...finding!, id: `${finding!.id}:${id}` }));
    return {
      ...report,
      edits: [{ ...edit!, replacements: many }],
      services: [{ ...service!, findings }],
    };
  }
  const fixed = ({ results }: Run): readonly number[] => results!.map(({ fixes = [] }) => fixes.length);

  it('is on each result that it repairs', async () => {
    expect(fixed(runOf(await planned(10)))).toEqual([1, 1, 1]);
  });

  it('is left out of those beyond 20,000 replacements in one file, and that is said', async () => {
    const run = runOf(await planned(9_000));
    expect(fixed(run)).toEqual([1, 1, 0]);
    const said = run.invocations![0]!.toolExecutionNotifications!.map(({ message }) => message.text);
    expect(said.join('\n')).toMatch(/^The fixes of 1 result were left out/m);
  });
});
