import { ofSuccessor } from '../../domain/plan.ts';
import type { Report, ReportedChange, ReportedFinding } from '../report/report.ts';
import { counted } from '../report/plain-text.ts';
import { isProvenProblem } from '../report/proven-problem.ts';
import { onlyLooked } from '../report/stages.ts';
import { quoted } from './as-data.ts';
import { bounded } from './bounded.ts';
import { answerOf } from './tool.ts';
import type { Answer } from './tool.ts';

/** Which lists of a report are shown for a part that is asked for. */
const PARTS = {
  findings: ['services/*/findings', 'services/*/after/findings'],
  changes: [
    'services/*/plan/changes',
    'services/*/plan/listed',
    'services/*/plan/unrepaired',
    'services/*/plan/lock/moves',
  ],
  edits: ['edits', 'refused'],
  packages: ['services/*/today/*/packages', 'services/*/plan/locks/*/packages', 'services/*/plan/transitive'],
  verification: ['services/*/verification'],
  evidence: ['evidence'],
} as const;

export type ReportPart = keyof typeof PARTS;
export const REPORT_PARTS = Object.keys(PARTS) as readonly ReportPart[];

/** Which part of a report is asked for, and how much of it. */
export interface ReportView {
  readonly parts?: readonly ReportPart[];
  readonly findingSeverity?: string;
  readonly package?: string;
  readonly from?: number;
  readonly limit?: number;
}

const USUAL_LIMIT = 20;
/** Characters: some fifteen thousand tokens, which leaves a caller room for more than one answer. */
const MOST = 60_000;
const MOST_TEXT = 6_000;

/** A report as an answer: the parts that were asked for, within bounds, with what was left out stated. */
export function reportAnswer(
  report: Report,
  name: string,
  usual: readonly ReportPart[],
  view: ReportView,
): Answer {
  const parts = view.parts ?? usual;
  const chosen = chosenOf(report, view);
  const paged = new Set<string>(parts.flatMap((part) => PARTS[part]));
  const hidden = new Set<string>(Object.values(PARTS).flat());
  const { value, rest } = bounded(chosen, {
    ...{ limit: view.limit ?? USUAL_LIMIT, from: view.from ?? 0, text: MOST_TEXT, most: MOST },
    listAt: (path) => {
      if (paged.has(path)) return 'page';
      const isRecordId = path.endsWith('/evidence') && !parts.includes('evidence');
      if (hidden.has(path)) return 'none';
      // A claim keeps one of the records that it rests on: the shape asks for one.
      return isRecordId ? 'one' : 'first';
    },
  });
  return answerOf(
    { ...value, result: name, rest },
    [...summary(report), ...restText(name, rest)],
    ({ verdict, written, services }) => [
      `- verdict: ${quoted(verdict.sentence)}`,
      ...(written === null ? [] : [`- run ${quoted(written.run)} wrote ${quoted(written.files.join(', '))}`]),
      ...services.flatMap((service) => [
        ...(service.after?.findings ?? service.findings).map(findingText),
        ...(service.plan?.changes ?? []).map(changeText),
      ]),
    ],
  );
}

/** With the findings and changes alone that the view is of. */
function chosenOf(report: Report, view: ReportView): Report {
  const wanted = (finding: ReportedFinding): boolean =>
    (view.findingSeverity === undefined || finding.severity === view.findingSeverity) &&
    (view.package === undefined || finding.package === view.package);
  const services = report.services.map((service) => ({
    ...service,
    findings: service.findings.filter(wanted),
    after:
      service.after === null ? null : { ...service.after, findings: service.after.findings.filter(wanted) },
    plan:
      service.plan === null
        ? null
        : {
            ...service.plan,
            changes: service.plan.changes.filter(
              (change) => view.package === undefined || change.package === view.package,
            ),
          },
  }));
  return { ...report, services };
}

/** Numbers and words of a closed list alone: a report that a run left may be anybody's. */
function summary({ verdict, services, written, stage }: Report): readonly string[] {
  const findings = services.flatMap(({ findings, after }) => after?.findings ?? findings);
  const problems = findings.filter(isProvenProblem);
  const severities = (['critical', 'high', 'medium', 'low', 'unknown'] as const)
    .map((severity) => [severity, problems.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`);
  const changes = services.reduce((sum, { plan }) => sum + (plan?.changes.length ?? 0), 0);
  const vulnerable = severities.length === 0 ? '' : `, of the vulnerabilities ${severities.join(', ')}`;
  const planned = onlyLooked({ stage }) ? '' : `, ${counted(changes, 'planned change')}`;
  return [
    `Verdict: ${verdict.kind} (exit code ${verdict.exitCode}).`,
    `${counted(services.length, 'service')}, ${counted(problems.length, 'problem')}${vulnerable}${planned}.`,
    written === null ? 'No file was written.' : `${counted(written.files.length, 'file')} written.`,
  ];
}

function restText(name: string, rest: ReturnType<typeof bounded>['rest']): readonly string[] {
  if (rest.length === 0) return [];
  const lists = rest
    .filter(({ at }) => /^[\w/* ()]+$/.test(at) && !at.endsWith('/evidence'))
    .map(({ at, shown, of }) => `${at}: ${shown} of ${of}`);
  return [
    `Not all is shown (${lists.join('; ')}). The tool "report" with result "${name}" shows other parts or pages of the same report.`,
  ];
}

function findingText(finding: ReportedFinding): string {
  const { id, kind, severity, message, outcome, fixedBy, places } = finding;
  const where = places.map(({ file, line }) => `${file}:${line}`).join(', ');
  const fix = fixedBy.length === 0 ? '' : `; free of advisories: ${fixedBy.join(', ')}`;
  return `- ${kind}${severity === null ? '' : ` ${severity}`}, ${outcome}: ${quoted(message)} at ${quoted(where)}${fix} (id ${quoted(id)})`;
}

function changeText(change: ReportedChange): string {
  const { file, line, from, to, successor, size, because } = change;
  const then = to === null ? 'removed' : ofSuccessor(successor, to.specifier);
  const what = `${change.package} ${from === null ? 'added' : from.specifier} -> ${then}`;
  return `- change (${size}): ${quoted(what)} at ${quoted(file === null ? 'no file' : `${file}:${line ?? '?'}`)}, because ${quoted(because)}`;
}
