import type { PackageName } from '../../domain/package-name.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Manifest } from '../../domain/project.ts';

/**
 * The part of a service's sets that its lock speaks of. What a Dockerfile installs of its own (`pip install uv`, to take the lock), and
 * what only that asks for, is in the same image and in no lock.
 */
export function lockShare(manifests: readonly Manifest[], sets: readonly LockedSet[]): readonly LockedSet[] {
  const isImage = ({ kind }: Manifest): boolean => kind === 'dockerfile';
  const asked = new Set(manifests.filter((one) => !isImage(one)).flatMap(namesIn));
  const alone = new Set(
    manifests
      .filter(isImage)
      .flatMap(namesIn)
      .filter((name) => !asked.has(name)),
  );
  if (alone.size === 0) return sets;
  return sets.map((set) => {
    const left = outOfLock(set, alone, asked);
    return { ...set, packages: set.packages.filter(({ name }) => !left.has(name)) };
  });
}

function namesIn({ requirements }: Manifest): readonly PackageName[] {
  return requirements.map(({ dependency }) => dependency.name);
}

function outOfLock(
  { packages }: LockedSet,
  alone: ReadonlySet<PackageName>,
  asked: ReadonlySet<PackageName>,
): ReadonlySet<PackageName> {
  const left = new Set<PackageName>();
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const { name, requiredBy } of packages) {
      const comesIn = alone.has(name) || (requiredBy.length > 0 && !asked.has(name));
      if (comesIn && requiredBy.every((parent) => left.has(parent))) left.add(name);
    }
  }
  return left;
}
