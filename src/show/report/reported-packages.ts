import type { LockedSet } from '../../domain/plan.ts';
import type { ReportedPackage } from './report.ts';

/** A set as the report lists it. */
export function reportedPackages({ packages }: LockedSet): readonly ReportedPackage[] {
  return packages.map(({ name, version, extras, requiredBy }) => ({
    ...{ name, extras, requiredBy },
    version: version.text,
  }));
}
