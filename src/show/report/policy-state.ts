import type { PackageName } from '../../domain/package-name.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import type { AdvisoryBook } from '../../read/advisories/advisories.ts';
import { isActive } from '../../decide/findings/waived.ts';
import { waivedIn } from './posture.ts';
import { selectedVersions } from './selected-versions.ts';
import type { SelectedVersion } from './selected-versions.ts';

type Waiver = Policy['ignored'][number];

/** What a waiver does on the day of the job. */
export interface WaiverState {
  readonly waiver: Waiver;
  /** False once its date has passed. */
  readonly active: boolean;
  /** What is selected today and touched by an advisory of that id, whether the waiver still holds or not. */
  readonly touches: readonly {
    readonly advisory: string;
    readonly name: PackageName;
    readonly version: string;
  }[];
}

/** What the policy is held against: what was looked at of each service, by a scan or by an audit. */
export interface PolicyLook {
  readonly policy: Policy;
  readonly day: Date;
  readonly advisories: AdvisoryBook;
  readonly versions: readonly SelectedVersion[];
  /** All of what the policy speaks of was looked at: a rule that matches nothing does nothing. */
  readonly whole: boolean;
  /** Every package that was met; null: its bounds are not looked at. */
  readonly met: ReadonlySet<PackageName> | null;
}

export function policyLook(scan: Scan): PolicyLook {
  const { policy, day, advisories, services, unjudged } = scan;
  const met = new Set(
    services.flatMap(({ examined: { resolution } }) => [
      ...[...resolution.graph.nodes.packages()].map(({ name }) => name),
      ...resolution.lines.map((line) => line.requirement.dependency.name),
    ]),
  );
  const versions = services.flatMap(({ examined }) => selectedVersions(examined));
  return { policy, day, advisories, versions, whole: isWhole(scan) && unjudged.length === 0, met };
}

/** Every waiver of the policy with what it speaks of, over all services. */
export function waiverStates({ versions, policy, day, advisories }: PolicyLook): readonly WaiverState[] {
  return policy.ignored.map((waiver) => {
    const touches = versions.flatMap((one) => waivedIn({ advisories }, one, waiver));
    const unique = new Map(touches.map((one) => [`${one.advisory} ${one.name} ${one.version}`, one]));
    return { waiver, active: isActive(waiver, day), touches: [...unique.values()] };
  });
}

/** Rules of the policy that do nothing, or no longer, one sentence each: whoever wrote them takes them for kept. */
export function policyRemarks(look: PolicyLook): readonly string[] {
  const { policy, whole, met } = look;
  const unmet = (key: string, bounds: Policy['holds']): readonly string[] =>
    bounds
      .filter(({ name }) => whole && met?.has(name) === false)
      .map(({ name, specifier }) => `${key} "${name}${specifier}": no package ${name} was met`);
  return [
    ...waiverStates(look).flatMap((state) => waiverRemark(look, state)),
    ...unmet('hold', policy.holds),
    ...unmet('ceiling', policy.ceilings),
  ];
}

/** Whoever looks at a part of the project sees a part of what the policy speaks of. */
export function isWhole({ job, project }: Pick<Scan, 'job' | 'project'>): boolean {
  const oneFile = [...project.files.keys()].some((path) => job.root.endsWith(`/${path}`));
  return job.service === null && job.paths.length === 0 && !oneFile;
}

function waiverRemark(
  { advisories, whole }: PolicyLook,
  { waiver, active, touches }: WaiverState,
): readonly string[] {
  if (!active) return [`the waiver of ${waiver.id} ended on ${waiver.until}: it counts again`];
  // Where a source is silent, that nothing was found says nothing of the waiver.
  if (!whole || touches.length > 0 || advisories.sources.some((source) => !source.reachable)) return [];
  return [`the waiver of ${waiver.id} matches nothing that was found`];
}
