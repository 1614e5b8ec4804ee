import type { Service } from '../../domain/project.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import type { ServiceScan } from '../findings/examine.ts';

/** A service as it is today, with the index that it asks. */
export type ScannedService = ServiceScan & { readonly index: PackageIndex };

/**
 * The services in groups: those that share requirement lines, directly or through others, are solved together. Whoever asks another
 * index is planned apart, and so is who takes a shared line in another part (a constraint here, a requirement there), or has a
 * shared line that nothing can meet.
 */
export function sharingGroups<S extends ScannedService>(scans: readonly S[]): readonly (readonly S[])[] {
  const groups: S[][] = [];
  for (const scan of scans) {
    const joined = groups.filter((group) => group.some((other) => canBeSolvedWith(scan, other)));
    const rest = groups.filter((group) => !joined.includes(group));
    groups.splice(0, groups.length, ...rest, [...joined.flat(), scan]);
  }
  return groups.map((group) => group.toSorted((a, b) => scans.indexOf(a) - scans.indexOf(b)));
}

/** The files of the lines that two services share. */
export function sharedFiles(a: Service, b: Service): readonly string[] {
  const others = requirementsOf(b);
  const files = [...requirementsOf(a).values()]
    .filter(({ id }) => others.has(id))
    .map(({ span }) => span.file);
  return [...new Set(files)].sort();
}

/** The requirements of a service by their ids. */
export function requirementsOf({ manifests }: Service): ReadonlyMap<string, Requirement> {
  return new Map(manifests.flatMap(({ requirements }) => requirements.map((one) => [one.id, one] as const)));
}

function canBeSolvedWith(a: ScannedService, b: ScannedService): boolean {
  if (a.index !== b.index) return false;
  const [mine, theirs] = [requirementsOf(a.examined.service), requirementsOf(b.examined.service)];
  const shared = [...mine.values()].filter(({ id }) => theirs.has(id));
  const unmet = new Set([...unmetIds(a), ...unmetIds(b)]);
  return shared.length > 0 && shared.every(({ id, role }) => theirs.get(id)!.role === role && !unmet.has(id));
}

function unmetIds({ examined }: ScannedService): readonly string[] {
  return examined.today.unmet.flatMap(({ lines }) => lines.map(({ requirement }) => requirement.id));
}
