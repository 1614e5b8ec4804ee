import type { Target } from '../../domain/target.ts';
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
  readonly why: string;
  readonly positions: readonly number[];
}

/** What keeps versions of a package off a target: one for each kind, not for each wording, so that a derivation names what it needs and no more. */
export function obstaclesOf(published: PublishedPackage, target: Target): readonly Obstacle[] {
  const byKind = new Map<
    NotInstallable['kind'],
    { readonly whys: Set<string>; readonly positions: number[] }
  >();
  for (const p of published.installable(target).complement().positions()) {
    const { kind, why } = published.whyNot(p, target) ?? { kind: 'no-files', why: 'it has no files' };
    const known = byKind.get(kind) ?? { whys: new Set(), positions: [] };
    known.whys.add(why);
    known.positions.push(p);
    byKind.set(kind, known);
  }
  return [...byKind].map(([kind, { whys, positions }]) => ({
    kind,
    why: whys.size === 1 ? [...whys][0]! : OF_SEVERAL[kind],
    positions,
  }));
}
