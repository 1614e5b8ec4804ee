import type { JSX } from 'preact';
import type { Report, ReportedUnrepaired } from '../../report/report.ts';
import { heldBack } from '../../report/refusals.ts';
import { Cited } from '../cited.tsx';
import { Severity } from '../marks.tsx';
import { perService } from './per-service.tsx';

/** What no plan repairs: what forbids it, and the ways out. */
export function leftOpen(report: Report): JSX.Element | null {
  const each = perService(report, ({ plan }) =>
    plan === null || plan.unrepaired.length === 0 ? null : (
      <ul class="cards">
        {plan.unrepaired.map((one) => (
          <Unrepaired one={one} />
        ))}
      </ul>
    ),
  );
  if (each === null && report.refused.length === 0) return null;
  return (
    <>
      {each}
      {report.refused.length === 0 ? null : (
        <ul>
          {report.refused.map(({ package: name, why, hint, evidence }) => (
            <li>
              <b>{name}</b> cannot be written, {heldBack(report)}: {why}
              {hint === undefined ? '' : `. To do: ${hint}`}
              <Cited by={evidence} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const WHAT = {
  advisory: 'has a known vulnerability',
  yanked: 'was taken back by its maintainers',
  'needs-build': 'must be built from source, and that this works is not proven',
} as const;

function Unrepaired({ one }: { readonly one: ReportedUnrepaired }): JSX.Element {
  const {
    package: name,
    kind,
    advisory,
    severity,
    summary,
    because,
    waysOut,
    targets,
    evidence,
    certain,
  } = one;
  return (
    <li>
      <p>
        <b>{name}</b> {WHAT[kind]}
        {certain ? '' : ' (possibly)'}
        {advisory === null ? '' : `: ${advisory}`} <Severity of={severity} />
        <Cited by={evidence} />
      </p>
      {summary === null || summary === '' ? null : <p>{summary}</p>}
      <details open={because.length < 6}>
        <summary>What forbids every repair on {targets.join('; ')}</summary>
        <ol>
          {because.map((line) => (
            <li>{line}</li>
          ))}
        </ol>
      </details>
      <p class="label">Ways out</p>
      <ul>
        {waysOut.map(({ text }) => (
          <li>{text}</li>
        ))}
      </ul>
    </li>
  );
}
