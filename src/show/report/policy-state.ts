import type { PackageName } from '../../domain/package-name.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import { isActive } from '../../decide/findings/vulnerable.ts';
import { waivedIn } from './posture.ts';
import { selectedVersions } from './selected-versions.ts';

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

/** Every waiver of the policy with what it speaks of, over all services. */
export function waiverStates({ services, policy, day }: Scan): readonly WaiverState[] {
  return policy.ignored.map((waiver) => {
    const touches = services.flatMap(({ examined }) =>
      selectedVersions(examined).flatMap((one) => waivedIn(examined, one, waiver)),
    );
    const unique = new Map(touches.map((one) => [`${one.advisory} ${one.name} ${one.version}`, one]));
    return { waiver, active: isActive(waiver, day), touches: [...unique.values()] };
  });
}

/** Rules of the policy that do nothing, or no longer, one sentence each: whoever wrote them takes them for kept. */
export function policyRemarks(scan: Scan): readonly string[] {
  const { policy, services } = scan;
  const whole = isWhole(scan);
  const met = new Set(
    services.flatMap(({ examined: { resolution } }) => [
      ...[...resolution.graph.nodes.packages()].map(({ name }) => name),
      ...resolution.lines.map((line) => line.requirement.dependency.name),
    ]),
  );
  const unmet = (key: string, bounds: Policy['holds']): readonly string[] =>
    bounds
      .filter(({ name }) => whole && !met.has(name))
      .map(({ name, specifier }) => `${key} "${name}${specifier}": no package ${name} was met`);
  return [
    ...waiverStates(scan).flatMap((state) => waiverRemark(scan, state, whole)),
    ...unmet('hold', policy.holds),
    ...unmet('ceiling', policy.ceilings),
  ];
}

/** Whoever looks at a part of the project sees a part of what the policy speaks of. */
function isWhole({ job, project }: Scan): boolean {
  const oneFile = [...project.files.keys()].some((path) => job.root.endsWith(`/${path}`));
  return job.service === null && job.paths.length === 0 && !oneFile;
}

function waiverRemark(
  { advisories }: Scan,
  { waiver, active, touches }: WaiverState,
  whole: boolean,
): readonly string[] {
  if (!active) return [`the waiver of ${waiver.id} ended on ${waiver.until}: it counts again`];
  // Where a source is silent, that nothing was found says nothing of the waiver.
  if (!whole || touches.length > 0 || advisories.sources.some((source) => !source.reachable)) return [];
  return [`the waiver of ${waiver.id} matches nothing that was found`];
}
