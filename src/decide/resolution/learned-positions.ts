import type { LearnedVersions } from '../../domain/learned-break.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';

/** Positions of versions by their text; those that the index no longer has are nowhere. */
export function learnedPositions(
  { versions }: PublishedPackage,
  { read, between }: LearnedVersions,
): VersionSet {
  const texts = new Set([...read, ...between]);
  return VersionSet.where(versions.length, (position) => texts.has(versions[position]!.text));
}
