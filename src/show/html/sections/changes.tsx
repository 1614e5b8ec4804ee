import type { JSX } from 'preact';
import { ofSuccessor } from '../../../domain/plan.ts';
import { counted } from '../../report/plain-text.ts';
import { runtimePlacesText } from '../../report/reported-runtime.ts';
import type { ReportedChange, ReportedFinding, ReportedPlan, ReportedService } from '../../report/report.ts';
import { Cited } from '../cited.tsx';
import { DataTable } from '../data-table.tsx';
import type { Row } from '../data-table.tsx';
import { SEVERITIES, Severity } from '../marks.tsx';

/** Small steps before large ones when sorted by them. */
const SIZES = ['none', 'post', 'patch', 'minor', 'major', 'downgrade'];

/** What changes and why; each reason opens. What moves along is told after it. `stays`: it was planned, and others alone are written. */
export function changesOf(service: ReportedService, stays: boolean): JSX.Element | null {
  const { plan } = service;
  if (plan === null) return null;
  const findings = new Map(service.findings.map((finding) => [finding.id, finding]));
  const columns = [
    { title: 'Package' },
    { title: 'From → to', sort: 'none' },
    { title: 'Step' },
    { title: 'Repairs', sort: 'number' },
    { title: 'Why', sort: 'none', class: 'wide' },
  ] as const;
  const runtime = plan.runtime === undefined ? [] : [runtimeRow(plan.runtime)];
  const rows = [...runtime, ...plan.changes.map((change) => changeRow(change, findings))];
  return (
    <>
      {stays ? <p>Planned and not written: the service stays as it is.</p> : null}
      <p>
        {proofText(plan)}
        <Cited by={plan.proof.evidence} />
      </p>
      {rows.length === 0 ? null : (
        <DataTable caption="Requirement lines that change" columns={columns} rows={rows} tool="sort" quiet />
      )}
      <MovesAlong plan={plan} />
    </>
  );
}

function runtimeRow({ from, to, places, evidence }: NonNullable<ReportedPlan['runtime']>): Row {
  const why = (
    <>
      asked for; said in {runtimePlacesText(places)}
      <Cited by={evidence} />
    </>
  );
  return { cells: ['python', <Step from={from.join(', ')} to={to} />, 'runtime', '', why] };
}

function changeRow(change: ReportedChange, findings: ReadonlyMap<string, ReportedFinding>): Row {
  const { package: name, from, to, successor, size, section, file, line } = change;
  const repaired = change.repairs.flatMap((id) => findings.get(id) ?? []);
  const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}`;
  return {
    cells: [
      <>
        {name}
        <small>
          {place}
          {section === 'production' ? '' : ` ${section}`}
        </small>
      </>,
      <Step
        from={from === null ? 'none' : (from.version ?? (from.specifier || 'any'))}
        to={to === null ? 'removed' : ofSuccessor(successor, to.version)}
      />,
      size,
      repaired.length === 0 ? '' : <Repaired findings={repaired} />,
      <Why change={change} findings={repaired} />,
    ],
    keys: { 0: name, 2: SIZES.indexOf(size), 3: repaired.length },
  };
}

function Step({ from, to }: { readonly from: string; readonly to: string }): JSX.Element {
  return (
    <span class="step">
      <span>{from}</span> <span aria-hidden="true">→</span>
      <span class="heard">to</span> <b>{to}</b>
    </span>
  );
}

/** "2 critical, 3 high" of what has a severity; else how many findings. */
function Repaired({ findings }: { readonly findings: readonly ReportedFinding[] }): JSX.Element {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((one) => one.severity === severity).length,
  })).filter(({ count }) => count > 0);
  if (counts.length === 0) return <>{findings[0]!.kind.replaceAll('-', ' ')}</>;
  return (
    <ul class="counts">
      {counts.map(({ severity, count }) => (
        <li>
          {count} <Severity of={severity} />
        </li>
      ))}
    </ul>
  );
}

function Why({
  change: { because, whyNotLower, evidence },
  findings,
}: {
  readonly change: ReportedChange;
  readonly findings: readonly ReportedFinding[];
}): JSX.Element {
  return (
    <details>
      <summary>{because}</summary>
      {whyNotLower.length === 0 ? null : (
        <>
          <p class="label">Why no smaller step would do</p>
          <ol>
            {whyNotLower.map((line) => (
              <li>{line}</li>
            ))}
          </ol>
        </>
      )}
      {findings.length === 0 ? null : (
        <>
          <p class="label">What it repairs</p>
          <ul>
            {findings.map((finding) => (
              <li>
                <Severity of={finding.severity} /> {finding.message}
                <Cited by={finding.evidence} />
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        Evidence:
        <Cited by={evidence} />
      </p>
    </details>
  );
}

function proofText({ proof, changes, lock, together }: ReportedPlan): string {
  const shared =
    together === null
      ? ''
      : `Planned together with ${together.services.join(', ')}, which share ${together.files.join(', ')}. `;
  if (changes.length === 0)
    return `${shared}No requirement line changes${lock === null ? '' : ', and the lock is written anew'}.`;
  const lines = counted(proof.changes, 'requirement line');
  return proof.proven
    ? `${shared}${lines} must change: fewer is impossible without leaving more open, and that is proven.`
    : `${shared}${lines} change; that at least ${proof.lowerBound} must is proven, that fewer would not do is not.`;
}

interface Move {
  readonly package: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly why: string;
  readonly evidence: readonly string[];
}

/** What no requirement line asks for and moves all the same, and lines that are listed for hash checking. */
function MovesAlong({ plan }: { readonly plan: ReportedPlan }): JSX.Element | null {
  const changed = new Set(plan.changes.map((change) => change.package));
  const moves: readonly Move[] = [
    ...plan.listed.map((one) => ({ ...one, from: null, to: one.version, why: `${one.file}: ${one.why}` })),
    ...(plan.lock === null
      ? (plan.transitive ?? []).map((one) => ({ ...one, why: transitiveWhy(one) }))
      : plan.lock.moves
          .filter((move) => !changed.has(move.package))
          .map((one) => ({ ...one, why: `only in ${plan.lock!.path}: ${one.because}` }))),
  ];
  if (moves.length === 0) return null;
  const columns = [
    { title: 'Package' },
    { title: 'From → to', sort: 'none' },
    { title: 'Why', class: 'wide' },
  ] as const;
  const rows = moves.map(({ package: name, from, to, why, evidence }) => ({
    cells: [
      name,
      <Step from={from ?? 'none'} to={to ?? 'removed'} />,
      <>
        {why}
        <Cited by={evidence} />
      </>,
    ],
  }));
  return (
    <details class="more">
      <summary>Moving along, named by no changed line: {counted(moves.length, 'package')}</summary>
      <DataTable caption="Packages that move along" columns={columns} rows={rows} tool="sort" quiet />
    </details>
  );
}

function transitiveWhy({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  if (from === null) return 'comes in with the new versions';
  return to === null ? 'nothing asks for it any more' : 'moves along; no line asks for it';
}
