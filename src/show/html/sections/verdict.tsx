import type { JSX } from 'preact';
import { NOT_RUN_ID } from '../../report/not-run.ts';
import { countsBySeverity, findingsNow } from '../../report/markdown-text.ts';
import { counted } from '../../report/plain-text.ts';
import { isProvenProblem } from '../../report/proven-problem.ts';
import { othersCanBeWritten, refusedText } from '../../report/refusals.ts';
import type { Report, ReportedService } from '../../report/report.ts';
import { onlyLooked } from '../../report/stages.ts';
import { Cited } from '../cited.tsx';
import { Mark } from '../marks.tsx';
import { uncheckedOf } from './not-checked.tsx';

const VERDICTS = {
  repaired: { mark: 'proven', text: 'Repaired' },
  clean: { mark: 'proven', text: 'Clean' },
  problems: { mark: 'refuted', text: 'Problems' },
  unknown: { mark: 'unknown', text: 'Not all is known' },
} as const;

/** The answer: what it is, what it means, what is left, what was not looked at, and which command comes next. */
export function VerdictHead({ report }: { readonly report: Report }): JSX.Element {
  const { verdict, day, asOf, tool } = report;
  const { mark, text } = VERDICTS[verdict.kind];
  const next = nextCommand(report);
  const unchecked = uncheckedOf(report).length;
  return (
    <div id="verdict" class={`verdict ${mark}`}>
      <p>
        <Mark of={mark} text={text} />
        <span class="quiet">
          {' '}
          {asOf === null ? day : `${asOf.date}, replayed: approximate`} · {tool.name} {tool.version ?? ''} ·
          exit code {verdict.exitCode}: {verdict.meaning}
        </span>
      </p>
      <h1>{verdict.sentence}</h1>
      <p class="quiet">
        It rests on
        <Cited by={verdict.evidence} />
      </p>
      <Figures report={report} />
      <dl class="facts">
        <dt>Left</dt>
        <dd>{leftText(report)}</dd>
        <dt>Not checked</dt>
        <dd>
          <a href="#not-checked">{counted(unchecked, 'thing')}</a>
          {notTried(report, unchecked)}
        </dd>
        <dt>Next</dt>
        <dd>{next === null ? nothingText(report) : <code class="command">{next}</code>}</dd>
      </dl>
    </div>
  );
}

function Figures({ report: { services, evidence } }: { readonly report: Report }): JSX.Element {
  const sum = (of: (service: ReportedService) => number): number =>
    services.reduce((total, service) => total + of(service), 0);
  const plans = services.flatMap(({ plan }) => (plan === null ? [] : [plan]));
  const last = (service: ReportedService): ReportedService['posture'] =>
    service.after?.posture ?? service.plan?.posture ?? service.posture;
  const changes = plans.reduce((total, { changes: own }) => total + own.length, 0);
  const arrow = (from: number | string, to: number | string): string =>
    plans.length === 0 ? `${from}` : `${from} → ${to}`;
  const facts: readonly (readonly [name: string, figure: string])[] = [
    [
      'known vulnerabilities',
      arrow(touching(services.map(({ posture }) => posture)), touching(services.map(last))),
    ],
    ...(plans.length === 0
      ? []
      : [['requirement lines change', `${changes} of ${sum(({ requirements }) => requirements)}`] as const]),
    [
      'packages',
      arrow(
        sum(({ posture }) => posture.packages),
        sum((one) => last(one).packages),
      ),
    ],
    ['records of evidence', `${evidence.length}`],
  ];
  return (
    <ul class="figures">
      {facts.map(([name, figure]) => (
        <li>
          <b>{figure}</b> <span>{name}</span>
        </li>
      ))}
    </ul>
  );
}

/** No advisories is no vulnerabilities only where the sources answered. */
function touching(postures: readonly ReportedService['posture'][]): string {
  const count = postures.reduce((total, { advisories }) => total + advisories.length, 0);
  if (postures.every(({ verdict }) => verdict !== 'unknown')) return `${count}`;
  return count === 0 ? 'unknown' : `at least ${count}`;
}

function leftText({ services, stage, written, refused }: Report): string {
  const refusals = refused.length === 0 ? '' : `; ${refusedText(refused)}`;
  if (!onlyLooked({ stage }) && written === null) {
    const open = services.flatMap(({ plan }) => plan?.unrepaired ?? []).length;
    return `${open === 0 ? 'nothing that the plan does not repair' : `${counted(open, 'finding')} that no plan repairs`}${refusals}`;
  }
  const problems = services.flatMap(findingsNow).filter(isProvenProblem);
  if (problems.length === 0) return `nothing${refusals}`;
  const postures = services.flatMap((one) => (one.after?.posture ?? one.posture).advisories);
  const severities = postures.length === 0 ? '' : `: vulnerabilities ${countsBySeverity(postures)}`;
  return `${counted(problems.length, 'problem')}${severities}${refusals}`;
}

function notTried({ evidence }: Report, unchecked: number): string {
  const record = evidence.find(({ id }) => id === NOT_RUN_ID);
  if (record === undefined) return '';
  return `: whether ${record.claim}${unchecked === 1 ? '' : ', and what else is listed below'}`;
}

function nothingText({ verdict: { kind } }: Report): string {
  return kind === 'problems' || kind === 'unknown'
    ? 'nothing by itself: see what is open and not checked'
    : 'nothing';
}

/** Null: there is nothing to do. */
export function nextCommand(report: Report): string | null {
  const { stage, verdict, services, refused, written } = report;
  if (onlyLooked({ stage }) && verdict.kind === 'problems') return 'fettle plan';
  if (stage === 'audit') return verdict.kind === 'unknown' ? 'fettle scan' : null;
  if (stage === 'scan') return null;
  const changes = services.some(
    ({ plan }) =>
      plan !== null && (plan.changes.length > 0 || plan.lock !== null || plan.runtime !== undefined),
  );
  if (written === null && changes)
    return refused.length === 0 || othersCanBeWritten(report) ? 'fettle fix' : 'fettle plan --diff';
  if (services.every(({ verification = [] }) => verification.length === 0)) return 'fettle verify';
  return written === null ? null : 'fettle undo takes it back; fettle deploy goes on';
}
