import type { Plan, Unrepaired } from '../../domain/plan.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Target } from '../../domain/target.ts';
import { targetText } from '../../domain/target.ts';
import { newerImage } from '../../read/manifests/dockerfile/newer-image.ts';
import type { ServiceScan } from '../findings/examine.ts';
import { placeText } from '../resolution/wording.ts';

type Runtime = Target['runtime'];

/** What a plan on a newer runtime comes to. */
export interface OnRuntime {
  readonly runtime: Runtime;
  readonly targets: readonly Target[];
  readonly plan: Plan;
}

/** What is left is the same problem wherever it is left, whatever the version. */
export function keyOf({ kind, name, advisory }: Unrepaired): string {
  return JSON.stringify([kind, name, advisory?.id ?? null]);
}

/** "Python 3.12 (base image python:3.12-slim) removes CVE-1 in foo: 3 lines change there, 1 here; forbidden there by …". */
export function runtimeText(
  scan: ServiceScan,
  plan: Plan,
  there: OnRuntime,
  removed: readonly Unrepaired[],
): string {
  const before = new Set(plan.unrepaired.map(keyOf));
  const brought = there.plan.unrepaired.filter((one) => !before.has(keyOf(one)));
  const bars = barsOf(scan, plan, there);
  const what = `Python ${there.runtime.version}${insteadOf(scan, there.runtime)}${imageText(scan, there.runtime)}`;
  return [
    `${what} removes ${listOf(removed)}: ${lines(there.plan)} there, ${plan.changes.length} here`,
    ...(brought.length === 0 ? [] : [`brings in ${listOf(brought)}`]),
    ...(bars.length === 0 ? [] : [`forbidden there by ${few(bars)}`]),
  ].join('; ');
}

const MOST_TOLD = 4;

/** By package: "14 advisories in foo, CVE-1 in bar". */
function listOf(some: readonly Unrepaired[]): string {
  const names = [...new Set(some.map(({ name }) => name))];
  const texts = names.map((name) => {
    const of = some.filter((one) => one.name === name);
    const advisories = of.flatMap(({ advisory }) => advisory ?? []);
    const others = of.filter(({ advisory }) => advisory === null);
    return [
      ...(advisories.length === 0
        ? []
        : [`${advisories.length === 1 ? advisories[0]!.id : `${advisories.length} advisories`} in ${name}`]),
      ...others.map(({ kind }) => `the ${kind === 'yanked' ? 'yanked version' : 'build'} of ${name}`),
    ];
  });
  return few(texts.flat());
}

function few(texts: readonly string[]): string {
  const rest = texts.length - MOST_TOLD;
  return `${texts.slice(0, MOST_TOLD).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function lines({ changes }: Plan): string {
  return changes.length === 1 ? '1 line changes' : `${changes.length} lines change`;
}

/** " in place of 3.9 and 3.10", where the service runs on others too. */
function insteadOf({ examined }: ServiceScan, runtime: Runtime): string {
  const versions = new Set(examined.service.targets.map((target) => target.runtime.version));
  if (versions.size < 2) return '';
  const older = examined.service.targets.filter((target) =>
    examined.rules.newerRuntimes(target.runtime).some(({ version }) => version === runtime.version),
  );
  return ` in place of ${[...new Set(older.map((target) => target.runtime.version))].join(' and ')}`;
}

function imageText({ examined }: ServiceScan, runtime: Runtime): string {
  const images = new Set(
    examined.service.targets.flatMap(({ image, runtime: from }) =>
      image === undefined ? [] : (newerImage(image, from.version, runtime.version) ?? []),
    ),
  );
  return images.size === 0 ? '' : ` (base image ${[...images].join(', ')})`;
}

/** What the lines as the plan leaves them pin and cannot have there, with where it has to move. */
function barsOf({ examined }: ServiceScan, plan: Plan, there: OnRuntime): readonly string[] {
  const { graph, lines: all } = examined.resolution;
  const moved = new Map(plan.changes.map((change) => [change.requirement?.id, change.to]));
  return all.flatMap(({ requirement, published, pinned }) => {
    if (requirement.role !== 'requirement' || moved.get(requirement.id) === null) return [];
    const version = moved.get(requirement.id)?.version ?? pinned;
    const position = version === null ? -1 : published.position(version);
    if (version === null || position === -1) return [];
    const target = there.targets.find(
      (one) =>
        graph.rules.applies(requirement.dependency.condition, one, []) !== 'no' &&
        !published.installable(one).has(position),
    );
    if (target === undefined) return [];
    const { offers } = published.whyNot(position, target)!;
    return [
      `${published.name} ${version.text} (${placeText(requirement)}: ${offers})${movesTo(requirement, there, target)}`,
    ];
  });
}

function movesTo({ dependency }: Requirement, { plan }: OnRuntime, target: Target): string {
  const lock = plan.locks.find((one) => targetText(one.target) === targetText(target));
  const to = lock?.packages.find(({ name }) => name === dependency.name)?.version;
  return to === undefined ? '' : `, which has to move to ${to.text}`;
}
