import type { ChangedFile } from './change/apply-edits.ts';
import { fileBytes } from './change/source-bytes.ts';
import type { Scan } from './decide/findings/scan.ts';
import { hashesFrom } from './decide/resolution/pages.ts';
import type { PackageName } from './domain/package-name.ts';
import type { LockedSet } from './domain/plan.ts';
import type { Service } from './domain/project.ts';
import type { Target } from './domain/target.ts';
import type { Level } from './domain/verification.ts';
import type { World } from './io/world.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import type { NoSandbox, Sandbox } from './prove/sandbox/sandbox.ts';
import type { SetToVerify, Trial } from './prove/verification/set-to-verify.ts';
import type { Watch } from './watch.ts';

type ScannedService = Scan['services'][number];

/** What is tried out of one service on one target. */
export interface ServiceTrial {
  readonly scanned: ScannedService;
  readonly trial: Trial;
}

/** Each service on each of its targets; what only builds a project is no service. */
export function trialsOf(
  { job, project, policy, services }: Scan,
  level: Level,
  sandbox: Sandbox | NoSandbox,
  world: World,
  watch: Watch,
): readonly ServiceTrial[] {
  const { indexUrl, offline, asOf, allowBuild, bundle } = job;
  const onStage = (stage: string): void => watch.onStage?.(stage);
  return services
    .filter(({ examined }) => examined.service.purpose !== 'build')
    .flatMap((scanned) => {
      const { service } = scanned.examined;
      const options = service.manifests.map((manifest) => manifest.indexOptions);
      const indexSettings = { root: project.root, indexUrl, offline, asOf, allowBuild, bundle, options };
      return service.targets.map((target): ServiceTrial => {
        const about = { service, target, level, root: project.root, rules: pypi, index: scanned.index };
        return { scanned, trial: { ...about, indexSettings, sandbox, run: policy.run, world, onStage } };
      });
    });
}

/** Today's set of a service on a target: what an installer would get from the files as they are. */
export async function todaysSet(
  { scanned, trial: { target } }: ServiceTrial,
  side: SetToVerify['side'],
): Promise<SetToVerify> {
  const { today } = scanned.examined;
  const lock = today.locks.find((one) => one.target === target) ?? null;
  return setOf(scanned, lock, {
    side,
    unresolved: lock !== null && today.whole ? null : whyNot(scanned, target),
    files: new Map(),
  });
}

/** The set that a plan selects, with the files as it leaves them; unresolved where there is no such plan. */
export async function plannedSet(
  { scanned, trial: { target } }: ServiceTrial,
  locks: readonly LockedSet[],
  files: readonly ChangedFile[],
): Promise<SetToVerify> {
  const lock = locks.find((one) => one.target === target) ?? null;
  return setOf(scanned, lock, {
    side: 'after',
    unresolved: lock === null ? whyNot(scanned, target) : null,
    files: new Map(files.map((file) => [file.path, fileBytes(file, file.after)])),
  });
}

async function setOf(
  { examined }: ScannedService,
  lock: LockedSet | null,
  more: Pick<SetToVerify, 'files' | 'side' | 'unresolved'>,
): Promise<SetToVerify> {
  const { resolution, service } = examined;
  const hashesOf = hashesFrom(resolution.graph.pages);
  const selected = lock?.packages ?? [];
  const packages = await Promise.all(
    selected.map(async ({ name, version }) => ({
      ...{ name, version: version.text, hashes: await hashesOf(name, version) },
    })),
  );
  const there = new Set<PackageName>(selected.map(({ name }) => name));
  const apart = resolution.leftOut
    .filter(({ why }) => why === 'direct-reference')
    .map(({ requirement }) => requirement.dependency.writtenName);
  return { ...more, packages, direct: directOf(service).filter((name) => there.has(name)), apart };
}

function directOf({ manifests }: Service): readonly PackageName[] {
  const asked = manifests.flatMap(({ requirements }) =>
    requirements.filter(({ role }) => role === 'requirement').map(({ dependency }) => dependency.name),
  );
  return [...new Set(asked)].sort();
}

const FEW = 2;

/** The problems for which nobody gets a set from the files as they are. */
function whyNot({ found }: ScannedService, target: Target): string {
  const messages = found
    .map(({ finding }) => finding)
    .filter(
      ({ kind, targets }) =>
        ['conflicting', 'unavailable', 'no-distribution'].includes(kind) && targets.includes(target),
    )
    .map(({ message }) => message);
  if (messages.length === 0) return 'no whole set was found for the lines';
  const rest = messages.length - FEW;
  return `${messages.slice(0, FEW).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}
