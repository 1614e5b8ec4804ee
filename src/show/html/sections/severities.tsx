import type { JSX } from 'preact';
import type { Report, ReportedPosture, ReportedService } from '../../report/report.ts';
import { Cited } from '../cited.tsx';
import { DataTable } from '../data-table.tsx';
import { SEVERITIES, Severity } from '../marks.tsx';
import { perService } from './per-service.tsx';

/** Known vulnerabilities by severity, before and after, as figures with a bar each. */
export function severities(report: Report): JSX.Element | null {
  return perService(report, (service) => {
    const [after, title] = lastOf(service);
    const most = Math.max(
      1,
      ...SEVERITIES.flatMap((one) => [service.posture, after].map((set) => countOf(set, one))),
    );
    const rows = SEVERITIES.map((severity) => ({
      cells: [
        <Severity of={severity} />,
        <Bar count={countOf(service.posture, severity)} most={most} severity={severity} />,
        ...(after === null ? [] : [<Bar count={countOf(after, severity)} most={most} severity={severity} />]),
      ],
    }));
    const columns = [
      { title: 'Severity', sort: 'none' },
      { title: 'Before', sort: 'none', class: 'bar' },
      ...(after === null ? [] : [{ title, sort: 'none', class: 'bar' } as const]),
    ] as const;
    return (
      <>
        {isUnknown(service.posture) && (after === null || isUnknown(after)) ? null : (
          <DataTable caption="Known vulnerabilities by severity" columns={columns} rows={rows} />
        )}
        <p>
          {postureText(after ?? service.posture)}
          <Cited by={(after ?? service.posture).evidence} />
        </p>
      </>
    );
  });
}

/** A column of noughts would say that there are none. */
function isUnknown({ verdict, advisories }: ReportedPosture): boolean {
  return verdict === 'unknown' && advisories.length === 0;
}

function lastOf({ after, plan }: ReportedService): readonly [ReportedPosture | null, string] {
  if (after !== null) return [after.posture, 'After, as read again'];
  return [plan?.posture ?? null, 'As planned'];
}

function countOf(posture: ReportedPosture | null, severity: string): number {
  return posture?.advisories.filter((one) => one.severity === severity).length ?? 0;
}

const WIDTH = 160;

function Bar({
  count,
  most,
  severity,
}: {
  readonly count: number;
  readonly most: number;
  readonly severity: string;
}): JSX.Element {
  const width = Math.round((count / most) * WIDTH);
  return (
    <>
      <span class="figure">{count}</span>
      <svg class="bars" viewBox={`0 0 ${WIDTH} 12`} aria-hidden="true">
        <rect x="0" y="1" width={width} height="10" rx="2" class={`fill ${severity}`} />
      </svg>
    </>
  );
}

function postureText({ verdict, packages, waived }: ReportedPosture): string {
  const what = {
    clean: `Proven: no advisory of the sources touches any of the ${packages} packages`,
    affected: `Refuted that nothing touches them: ${packages} packages were looked at`,
    unknown: `Unknown whether an advisory touches one of the ${packages} packages`,
  }[verdict];
  const exempt = waived.map(
    ({ advisory, package: name, version, until }) =>
      `${advisory} in ${name} ${version} (${until === null ? 'without an end' : `until ${until}`})`,
  );
  return `${what}${exempt.length === 0 ? '.' : `; waived: ${exempt.join(', ')}.`}`;
}
