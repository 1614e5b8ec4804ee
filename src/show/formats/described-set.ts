import type { Report, ReportedLock, ReportedService } from '../report/report.ts';
import { packageUrl } from './package-urls.ts';

/** The set of before any change, or the one that the plan gives. */
export type WhichSet = 'before' | 'after';

/** A package of a service at a version, on one or more of its targets. */
export interface DescribedPackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly extras: readonly string[];
  /** Targets on which it is in the set. */
  readonly targets: readonly string[];
  /** Purls of what asks for it. */
  readonly requiredBy: readonly string[];
  /** On some target a requirement line asks for it, whatever else does. */
  readonly direct: boolean;
}

/** What a service has, over all of its targets, by purl. Null: there is no such set, for nothing was planned. */
export function describedSet(
  service: ReportedService,
  which: WhichSet,
): ReadonlyMap<string, DescribedPackage> | null {
  const locks = locksOf(service, which);
  if (locks === null) return null;
  const packages = new Map<string, DescribedPackage>();
  for (const lock of locks)
    for (const one of described(lock)) {
      const known = packages.get(one.purl);
      packages.set(one.purl, known === undefined ? one : together(known, one));
    }
  return new Map([...packages].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A report of a scan knows no other set than today's. */
export function hasSet({ services }: Report, which: WhichSet): boolean {
  return services.every((service) => locksOf(service, which) !== null);
}

function locksOf({ today, plan }: ReportedService, which: WhichSet): readonly ReportedLock[] | null {
  return which === 'before' ? today : (plan?.locks ?? null);
}

function described({ target, packages }: ReportedLock): readonly DescribedPackage[] {
  const purls = new Map(packages.map(({ name, version }) => [name, packageUrl(name, version)]));
  return packages.map(({ name, version, extras, requiredBy, lines }) => ({
    ...{ name, version, extras },
    purl: purls.get(name)!,
    targets: [target],
    requiredBy: requiredBy.flatMap((parent) => purls.get(parent) ?? []),
    // An older report does not tell its lines: there what no package asks for is known to have one.
    direct: lines === undefined ? requiredBy.length === 0 : lines.length > 0,
  }));
}

function together(a: DescribedPackage, b: DescribedPackage): DescribedPackage {
  return {
    ...a,
    extras: [...new Set([...a.extras, ...b.extras])].sort(),
    targets: [...new Set([...a.targets, ...b.targets])],
    requiredBy: [...new Set([...a.requiredBy, ...b.requiredBy])].sort(),
    direct: a.direct || b.direct,
  };
}
