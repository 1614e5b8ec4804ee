import type { PackageName } from '../../domain/package-name.ts';
import type { LockFile } from '../../domain/lock-file.ts';
import { targetText } from '../../domain/target.ts';
import type { HeldEntry } from '../resolution/lock-hold.ts';
import { lockShare } from '../resolution/lock-share.ts';
import type { Line } from '../resolution/line.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/** At most so many differences are told in the message; the rest is counted. */
const TOLD = 3;

/**
 * A lock that no longer belongs to its manifests: by its own words (a hash, a list of requirements), or because a version that
 * it has is not what the lines, the metadata and the index allow today.
 */
export function findStaleLock(examined: Examined): readonly Found[] {
  const { service, resolution } = examined;
  const { lock } = service;
  if (lock === undefined || resolution.held.every((held) => held === null)) return [];
  const { path, outdated, tool } = lock;
  const elsewhere = otherRuntimes(examined, lock);
  const differences = [
    ...(outdated === null ? [] : [outdated]),
    ...(elsewhere.length > 0 ? elsewhere : differencesOf(examined)),
  ];
  if (differences.length === 0) return [];
  const id = findingId('stale-lock', service, path);
  const told = differences.slice(0, TOLD).join('; ');
  const more = differences.length > TOLD ? `; ${differences.length - TOLD} more` : '';
  const message = `${path} no longer fits: ${told}${more}`;
  return [
    {
      finding: {
        kind: 'stale-lock',
        id,
        service: service.name,
        targets: service.targets,
        message,
        help: `let fettle fix or ${tool} write it anew`,
        problem: true,
        evidence: [`evidence:${id}`],
        lock: path,
        differences,
      },
      evidence: [
        evidenceOf(id, {
          claim: `${path} is what its manifests ask for`,
          verdict: 'refuted',
          how: 'the lock beside its manifests and the index metadata',
          seen: message,
        }),
      ],
    },
  ];
}

/** Targets that the lock was not made for: what it would have there nobody has worked out. */
export function otherRuntimes(
  { service, rules }: Pick<Examined, 'service' | 'rules'>,
  { requiresRuntime, tool }: LockFile,
): readonly string[] {
  if (requiresRuntime === null) return [];
  const range = rules.parseSpecifier(requiresRuntime, tool === 'poetry' ? 'poetry' : undefined);
  if ('kind' in range) return [];
  const outside = service.targets.filter(({ runtime }) => {
    const version = rules.parseVersion(rules.newestRelease(runtime) ?? runtime.version);
    return !('kind' in version) && !rules.contains(range, version);
  });
  const versions = [...new Set(outside.map(({ runtime }) => runtime.version))];
  return versions.map((version) => `it is made for Python ${requiresRuntime}, and the target has ${version}`);
}

/** One sentence for each package that an installer could not take as the lock has it, each once over all targets. */
function differencesOf(examined: Examined): readonly string[] {
  const { today, resolution } = examined;
  // Where the lines conflict there is no set to hold against the lock.
  if (!today.whole || today.solved === null) return [];
  const asked = lockShare(examined.service.manifests, today.locks);
  const told = new Set<string>();
  for (const [target, held] of resolution.held.entries()) {
    if (held === null) continue;
    for (const [name, entry] of held.packages) {
      if (held.several.has(name)) continue;
      const selected = resolution.selected(today.solved, name, target);
      const why = selected === null ? null : whyNotHeld(examined, entry, selected, target);
      if (why !== null) told.add(`${name} ${entry.version.text} is locked (${placeOf(entry)}), but ${why}`);
    }
    // A `pylock.toml` is of one choice of extras and groups, which it does not tell (PEP 751).
    if (held.lock.tool === 'pylock') continue;
    // Of a lock that was not read whole nobody knows what it has not.
    if (held.lock.unreadable.length > 0) continue;
    for (const { name, version } of asked[target]!.packages)
      if (!held.packages.has(name))
        told.add(`${name} is asked for (${version.text} would be taken) and not in it`);
  }
  return [...told];
}

function whyNotHeld(
  { resolution, rules }: Examined,
  entry: HeldEntry,
  selected: number,
  target: number,
): string | null {
  const { graph, lines } = resolution;
  const page = graph.pages.loaded(entry.name)!;
  const position = page.position(entry.version);
  if (position === selected) return null;
  if (position === -1) return 'no index has that version any more';
  // `==1.0` in a lock is served by 1.0+cpu too, which an installer prefers.
  if (rules.publicVersion(page.versions[selected]!).text === entry.version.text) return null;
  const where = graph.targets[target]!;
  const obstacle = page.whyNot(position, where);
  if (obstacle !== null) return `cannot be installed on ${targetText(where)}: ${obstacle.why}`;
  const line = lines.find((one) => refuses(one, entry.name, position, target));
  if (line === undefined) return 'what other packages ask for does not admit it';
  const { span, dependency } = line.requirement;
  return `${span.file}:${span.line} asks for ${dependency.specifier.text}`;
}

function refuses(line: Line, name: PackageName, position: number, target: number): boolean {
  const { dependency } = line.requirement;
  return dependency.name === name && line.targets.includes(target) && !line.allowed.same.has(position);
}

function placeOf({ span }: HeldEntry): string {
  return `${span.file}:${span.line}`;
}
