import { SEVERITIES } from '../../domain/advisory.ts';
import type { Advisory } from '../../domain/advisory.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { Examined } from '../findings/found.ts';
import { activeAdvisories } from '../findings/vulnerable.ts';
import type { PackageExplanation } from '../resolution/explain-package.ts';
import type { Move } from './move-package.ts';

/** A package in one service: why it is there on each target, and what it takes to move it. */
export interface ExplainedPackage {
  readonly service: string;
  readonly explanations: readonly PackageExplanation[];
  /** Those that touch it today and that the policy does not waive, worst first. */
  readonly advisories: readonly TouchingAdvisory[];
  readonly move: Move;
  /** The least that ends its advisories; null: it has none. */
  readonly ending: Move | null;
  /** False: the lines conflict, and what is said here is an estimate. */
  readonly whole: boolean;
}

/** An advisory, and the version of today that it touches. */
export interface TouchingAdvisory {
  readonly advisory: Advisory;
  readonly version: Version;
  /** `possibly`: a bound of the record could not be read. */
  readonly certainty: 'affected' | 'possibly';
}

/** The advisories of the versions of a package that are in today's sets. */
export function touchingAdvisories(examined: Examined, name: PackageName): readonly TouchingAdvisory[] {
  const versions = new Map(
    examined.today.locks
      .flatMap(({ packages }) => packages.filter((locked) => locked.name === name))
      .map(({ version }) => [version.text, version]),
  );
  const touching = activeAdvisories(examined, name).flatMap((advisory) =>
    [...versions.values()].flatMap((version) => {
      const certainty = examined.advisories.affected(advisory, version);
      return certainty === 'no' ? [] : [{ advisory, version, certainty }];
    }),
  );
  return touching.sort(
    (a, b) => SEVERITIES.indexOf(a.advisory.severity) - SEVERITIES.indexOf(b.advisory.severity),
  );
}
