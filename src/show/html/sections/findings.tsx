import type { JSX } from 'preact';
import { counted } from '../../report/plain-text.ts';
import type { ReportedFinding, ReportedService } from '../../report/report.ts';
import { Cited } from '../cited.tsx';
import { DataTable } from '../data-table.tsx';
import type { Row } from '../data-table.tsx';
import { SEVERITIES, Severity } from '../marks.tsx';
import { Outward } from '../outward.tsx';
import { perService } from './per-service.tsx';
import type { Report } from '../../report/report.ts';

const COLUMNS = [
  { title: 'Package' },
  { title: 'Severity', sort: 'number' },
  { title: 'Finding', sort: 'none', class: 'wide' },
  { title: 'Outcome' },
] as const;

/** A longer list of what is repaired is folded: the plan above names each. */
const MOST_REPAIRED = 10;

/** Everything that was found and what became of it: what is left, problems before warnings, and then what is repaired. */
export function findings(report: Report): JSX.Element | null {
  return perService(report, (service) => {
    const all = [...service.findings, ...introducedIn(service)];
    const repaired = all.filter(isRepaired);
    const left = all.filter((one) => !isRepaired(one));
    const told = [...left.filter(({ problem }) => problem), ...left.filter(({ problem }) => !problem)];
    if (all.length === 0) return null;
    return (
      <>
        {told.length === 0 ? null : (
          <DataTable caption="What was found" columns={COLUMNS} rows={told.map(rowOf)} tool="filter" quiet />
        )}
        {repaired.length === 0 ? null : (
          <details class="more" data-paper="folded" open={repaired.length <= MOST_REPAIRED}>
            <summary>
              {service.after === null ? 'Repaired by the plan' : 'Gone now'}:{' '}
              {counted(repaired.length, 'finding')}
            </summary>
            <DataTable caption="Repaired" columns={COLUMNS} rows={repaired.map(rowOf)} tool="filter" quiet />
          </details>
        )}
      </>
    );
  });
}

function isRepaired({ outcome }: ReportedFinding): boolean {
  return outcome === 'fixed' || outcome === 'planned';
}

function introducedIn({ after }: ReportedService): readonly ReportedFinding[] {
  return after === null ? [] : after.findings.filter(({ id }) => after.introduced.includes(id));
}

function rowOf(finding: ReportedFinding): Row {
  const { package: name, version, severity, outcome, problem, group } = finding;
  const kind = problem ? outcome : 'warning';
  return {
    cells: [
      <>
        {name ?? finding.places[0]?.file ?? finding.kind.replaceAll('-', ' ')}
        <small>
          {version}
          {group === 'development' ? ' development' : ''}
        </small>
      </>,
      <Severity of={severity} />,
      <Told finding={finding} />,
      kind,
    ],
    keys: { 0: name ?? '', 1: severity === null ? 9 : SEVERITIES.indexOf(severity) },
    kind,
  };
}

function Told({ finding }: { readonly finding: ReportedFinding }): JSX.Element {
  const { message, advisory, help, fixedBy, derivation, places, chain, evidence, targets } = finding;
  const facts: readonly (readonly [string, string])[] = [
    ['Where', places.map(({ file, line }) => `${file}:${line}`).join(', ')],
    ['Chain', chain.length < 2 ? '' : chain.map((link) => `${link.package} ${link.version}`).join(' → ')],
    ['On', targets.join('; ')],
    ['Free of all advisories', fixedBy.join(', ')],
    ['Help', help ?? ''],
  ];
  return (
    <details data-paper={isRepaired(finding) ? 'folded' : undefined}>
      <summary>{message}</summary>
      {derivation.length === 0 ? null : (
        <ol>
          {derivation.map((line) => (
            <li>{line}</li>
          ))}
        </ol>
      )}
      {advisory === null ? null : <AdvisoryLines advisory={advisory} />}
      <dl class="facts">
        {facts
          .filter(([, text]) => text !== '')
          .map(([title, text]) => (
            <>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </>
          ))}
      </dl>
      <p>
        Evidence:
        <Cited by={evidence} />
      </p>
    </details>
  );
}

const MOST_LINKS = 6;

function AdvisoryLines({
  advisory,
}: {
  readonly advisory: NonNullable<ReportedFinding['advisory']>;
}): JSX.Element {
  const { summary, ids, cvss, references, malicious, certainty } = advisory;
  const notes = [
    ids.join(', '),
    ...(cvss === null ? [] : [`CVSS ${cvss.score.toFixed(1)} (${cvss.vector})`]),
    ...(malicious ? ['malicious package'] : []),
    ...(certainty === 'possibly' ? ['possibly affected: a bound of the record could not be read'] : []),
  ];
  return (
    <>
      <p>{summary === '' ? 'The record tells no impact.' : summary}</p>
      <p>{notes.join(' · ')}</p>
      {references.length === 0 ? null : (
        <ul>
          {references.slice(0, MOST_LINKS).map((address) => (
            <li>
              <Outward to={address} text={address} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
