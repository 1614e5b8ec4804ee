import type { Target } from '../../domain/target.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { NotInstallable, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';

const OF_SEVERAL: Readonly<Record<NotInstallable['kind'], string>> = {
  'no-distribution': 'no wheel of theirs fits the target',
  'requires-runtime': 'they need another runtime than the target has',
  'build-not-allowed': 'they would have to be built, which the settings refuse',
  'no-files': 'they have no files',
};

/** Versions that cannot be installed on a target for the same kind of reason. */
export interface Obstacle {
  readonly kind: NotInstallable['kind'];
  readonly versions: VersionSet;
  /** In words, worked out when it is asked for: most obstacles are never told of. */
  why(): string;
  /** The same without what the target has, for what is told of several targets at once. */
  offers(): string;
}

/** What keeps versions of a package off a target: one for each kind, not for each wording, so that a derivation names what it needs and no more. */
export function obstaclesOf(published: PublishedPackage, target: Target): readonly Obstacle[] {
  return [...published.notInstallable(target)].map(([kind, versions]) => ({
    kind,
    versions,
    why: () => whyNone(published, target, { kind, versions }, 'why'),
    offers: () => whyNone(published, target, { kind, versions }, 'offers'),
  }));
}

function whyNone(
  published: PublishedPackage,
  target: Target,
  { kind, versions }: Pick<Obstacle, 'kind' | 'versions'>,
  wording: 'why' | 'offers',
): string {
  const whys = new Set<string>();
  for (const position of versions.positions()) {
    whys.add(published.whyNot(position, target)![wording]);
    if (whys.size > 1) return OF_SEVERAL[kind];
  }
  return [...whys][0]!;
}
