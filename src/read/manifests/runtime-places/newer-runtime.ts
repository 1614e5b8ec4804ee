import { UserFacingError } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import type { Rules } from '../manifest-reader.ts';

/** The Python that services are raised to. */
export interface NewerRuntime {
  /** As it was asked for: "3.12" or "3.12.4". */
  readonly version: string;
  readonly series: string;
  /** The version in full: as it was asked for, or the newest that is known of the series; null where none is known. */
  readonly exact: string | null;
}

/** Reads `--raise-python`; throws `usage` for what is no release of CPython. */
export function newerRuntime(text: string, rules: Rules): NewerRuntime {
  const runtime = rules.parseRuntime(text);
  if ('kind' in runtime || runtime.implementation !== 'cpython' || !/^\d+(\.\d+){1,2}$/.test(runtime.version))
    throw new UserFacingError('usage', `--raise-python ${JSON.stringify(text)} names no release of Python`, {
      hint: 'write a version, such as --raise-python 3.12',
    });
  return {
    version: runtime.version,
    series: seriesOf(runtime.version),
    exact: rules.newestRelease(runtime),
  };
}

/** "3.11.4" is of the series "3.11". */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Whether a runtime is of an older series of Python: only such a one is raised. */
export function isOlder(runtime: Target['runtime'], { series }: NewerRuntime): boolean {
  const [major = 0, minor = 0] = runtime.version.split('.').map((part) => Number.parseInt(part, 10));
  const [newMajor = 0, newMinor = 0] = series.split('.').map(Number);
  return major < newMajor || (major === newMajor && minor < newMinor);
}

/** The new version with as many numbers as the old one has; null where the newest patch is not known. */
export function asPreciseAs(written: string, newer: NewerRuntime): string | null {
  return /^\d+\.\d+$/.test(written) ? newer.series : newer.exact;
}
