import type { LockedSet } from '../../domain/plan.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Examined } from '../../decide/findings/found.ts';
import { counted } from './plain-text.ts';

/** Versions of sets whose dependencies are unknown, one sentence each. */
export function unknownMetadataIn(examined: Examined, locks: readonly LockedSet[]): readonly string[] {
  return [...new Set(locks.flatMap((lock) => unprovenIn(examined, lock).metadata))];
}

/** What was seen of a resolved set: proven only where all metadata is known and nothing has to be built. */
export function resolvedSeen(examined: Examined, lock: LockedSet): Pick<Evidence, 'verdict' | 'seen'> {
  const { metadata, builds } = unprovenIn(examined, lock);
  const packages = counted(lock.packages.length, 'package');
  if (metadata.length + builds.length > 0)
    return { verdict: 'unknown', seen: [packages, ...metadata, ...builds].join('; ') };
  return {
    verdict: 'proven',
    seen: `${packages}, each with a distribution that the target takes as it is, and every requirement among them holds`,
  };
}

/** Versions of a set that rest on unknown metadata, and those that must be built from source on its target. */
function unprovenIn(
  { resolution }: Examined,
  { target, packages }: LockedSet,
): { readonly metadata: readonly string[]; readonly builds: readonly string[] } {
  const { graph } = resolution;
  const metadata: string[] = [];
  const builds: string[] = [];
  for (const { name, version } of packages) {
    const published = graph.pages.loaded(name);
    const position = published?.position(version) ?? -1;
    const why = graph.unknownMetadata.get(name)?.get(position);
    if (why !== undefined) metadata.push(`what ${name} ${version.text} depends on is unknown: ${why}`);
    if (published?.needsBuild(target).has(position) === true)
      builds.push(`${name} ${version.text} must be built from source`);
  }
  return { metadata, builds };
}
