import { plain } from '../report/plain-text.ts';
import type {
  Report,
  ReportedAdvisory,
  ReportedFinding,
  ReportedPosture,
  ReportedService,
  ReportedSeverity,
} from '../report/report.ts';
import { describedSet } from './described-set.ts';
import type { WhichSet } from './described-set.ts';

type Waiver = Report['policy']['waivers'][number];

/** How one advisory stands to one package of a service, in one of its sets. */
export interface Standing {
  readonly service: ReportedService;
  readonly package: string;
  /** The version that the advisory is about. */
  readonly version: string;
  readonly advisory: KnownAdvisory;
  /**
   * `open`: nothing repairs it. `possible`: the records leave open whether it touches the version. `planned`: the planned set is free of
   * it, and not written. `fixed`: looked for after writing, and gone. `unknown`: not seen again, which proves nothing.
   */
  readonly state: 'open' | 'possible' | 'planned' | 'fixed' | 'unknown' | 'waived';
  /** Set where it is waived. */
  readonly waiver: Waiver | null;
  /** Versions of the package in the planned set; empty where it is not in it, or nothing was planned. */
  readonly versionsAfter: readonly string[];
}

/** What is known of an advisory; of one that no finding tells (it is waived, or came in with the plan), not all. */
export type KnownAdvisory = Pick<ReportedAdvisory, 'id'> &
  Partial<Omit<ReportedAdvisory, 'id' | 'severity'>> & {
    readonly severity: ReportedSeverity;
  };

/** Every advisory that touches the set, waived ones too; of the set after, also those that it is rid of. */
export function standingsIn(report: Report, which: WhichSet): readonly Standing[] {
  return report.services.flatMap((service) => {
    const before = standingsBefore(report, service);
    if (which === 'before') return before;
    const gone = before.filter(({ state }) => state === 'planned' || state === 'fixed');
    return [...standingsAfter(report, service), ...gone];
  });
}

function standingsBefore(report: Report, service: ReportedService): readonly Standing[] {
  const found = service.findings.flatMap((finding) => ofFinding(service, finding));
  return [...found, ...waivedIn(report, service, service.posture)];
}

function standingsAfter(report: Report, service: ReportedService): readonly Standing[] {
  const posture = service.after?.posture ?? service.plan?.posture;
  if (posture === undefined) return [];
  const waived = waivedIn(report, service, posture);
  if (service.after !== null)
    return [...service.after.findings.flatMap((finding) => ofFinding(service, finding)), ...waived];
  const known = advisoriesOf(service);
  const left = posture.advisories.map(({ advisory, severity, package: name, version }) => {
    const details = known.get(advisory);
    return standing(service, name, version, {
      advisory: details ?? { id: advisory, severity },
      state: details?.certainty === 'possibly' ? 'possible' : 'open',
    });
  });
  return [...left, ...waived];
}

function ofFinding(service: ReportedService, finding: ReportedFinding): readonly Standing[] {
  const { advisory, package: name, version, outcome } = finding;
  if (advisory === null || name === null || version === null) return [];
  const possible = outcome === 'open' && advisory.certainty === 'possibly';
  return [standing(service, name, version, { advisory, state: possible ? 'possible' : outcome })];
}

function waivedIn(
  { policy }: Report,
  service: ReportedService,
  { waived }: ReportedPosture,
): readonly Standing[] {
  return waived.map(({ advisory, package: name, version, reason, until }) => {
    const waiver = policy.waivers.find(
      (one) => one.active && one.reason === reason && one.until === until && speaksOf(one, advisory),
    );
    const held = waiver ?? { id: advisory, reason, until, active: true, touches: [], evidence: [] };
    return standing(service, name, version, {
      advisory: advisoriesOf(service).get(advisory) ?? { id: advisory, severity: 'unknown' },
      state: 'waived',
      waiver: held,
    });
  });
}

/** A waiver may name an advisory by any of its names; `touches` has them by the first. */
function speaksOf({ id, touches }: Waiver, advisory: string): boolean {
  return id === advisory || touches.some((one) => one.advisory === advisory);
}

function standing(
  service: ReportedService,
  name: string,
  version: string,
  more: Pick<Standing, 'advisory' | 'state'> & { readonly waiver?: Waiver },
): Standing {
  const after = [...(describedSet(service, 'after')?.values() ?? [])];
  const versionsAfter = after.filter((one) => one.name === name).map((one) => one.version);
  return { ...{ service, package: name, version, versionsAfter, waiver: null }, ...more };
}

function advisoriesOf({ findings, after }: ReportedService): ReadonlyMap<string, ReportedAdvisory> {
  return new Map(
    [...findings, ...(after?.findings ?? [])].flatMap(({ advisory }) =>
      advisory === null ? [] : [[advisory.id, advisory] as const],
    ),
  );
}

/** What is done about it, in a sentence. */
export function actionText(standing: Standing): string {
  const { state, waiver, package: name, version, versionsAfter } = standing;
  const to = versionsAfter.length === 0 ? null : versionsAfter.join(' and ');
  const move =
    to === null ? `${name} ${version} is no longer in the set` : `${name} ${version} moves to ${to}`;
  switch (state) {
    case 'planned':
      return `${move}: planned, and not written yet.`;
    case 'fixed':
      return `${move}: written, and looked for again.`;
    case 'unknown':
      return `${move}: written, but it could not be proven that the advisory is gone.`;
    case 'possible':
      return `The records of the advisory leave open whether they touch ${name} ${version}.`;
    case 'waived':
      return plain(
        `Waived by the policy${waiver?.until == null ? '' : ` until ${waiver.until}`}: ${waiver?.reason ?? ''}`,
      );
    case 'open':
      return leftText(standing);
  }
}

/** Why it is left: what forbids every repair, or that nothing was planned. */
function leftText({ service, package: name, version, advisory }: Standing): string {
  if (service.plan === null) return `Plan a version of ${name} other than ${version} with "fettle plan".`;
  const left = service.plan.unrepaired.find((one) => one.package === name && one.advisory === advisory.id);
  const why = left?.because.join(' ') ?? '';
  const out = left?.waysOut.map(({ text }) => text).join('; ') ?? '';
  const said = why === '' ? `Nothing that was planned repairs it.` : `No plan repairs it: ${why}`;
  return plain(out === '' ? said : `${said} Ways out: ${out}`);
}
