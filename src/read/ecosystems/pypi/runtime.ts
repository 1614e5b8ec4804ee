import type { Target } from '../../../domain/target.ts';
import type { Decision, SyntaxProblem } from '../ecosystem.ts';
import { contains, parseSpecifier } from './specifier.ts';
import { isProblem, problemAt } from './syntax-problem.ts';
import { parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

export type Runtime = Target['runtime'];

/**
 * The newest patch release of each series of CPython, as of November 2026. A target that names a series alone means this one;
 * a target that names a patch ("3.11.4") is taken as it says.
 */
export const NEWEST_PATCH: ReadonlyMap<string, string> = new Map([
  ['2.7', '2.7.18'],
  ['3.5', '3.5.10'],
  ['3.6', '3.6.15'],
  ['3.7', '3.7.17'],
  ['3.8', '3.8.20'],
  ['3.9', '3.9.25'],
  ['3.10', '3.10.20'],
  ['3.11', '3.11.15'],
  ['3.12', '3.12.13'],
  ['3.13', '3.13.12'],
  ['3.14', '3.14.3'],
]);

const RUNTIME = /^(?:(cpython|pypy|python)-?)?(\d+\.\d+)((?:\.\d+)?(?:(?:a|b|rc)\d+)?)$/i;

/** "3.12", "3.12.4", "3.15.0a2", "cpython3.12", "pypy3.10"; "python" is CPython. */
export function parseRuntime(text: string): Runtime | SyntaxProblem {
  const trimmed = text.trim();
  const match = RUNTIME.exec(trimmed);
  if (match === null) {
    const start = text.length - text.trimStart().length;
    return problemAt(
      text,
      'a Python such as 3.12, 3.12.4, cpython3.12 or pypy3.10',
      start,
      text.trimEnd().length,
    );
  }
  const implementation = match[1]?.toLowerCase() === 'pypy' ? 'pypy' : 'cpython';
  const [major, minor] = match[2]!.split('.').map(Number);
  return { implementation, version: `${major}.${minor}${match[3]!.toLowerCase()}` };
}

/** Major and minor number of the runtime: "3.11.4" is of the series "3.11". */
export function runtimeSeries(runtime: Runtime): string {
  return /^\d+\.\d+/.exec(runtime.version)?.[0] ?? runtime.version;
}

/**
 * What the runtime's full version may be. One where it is said or known; of a series whose newest patch is not known
 * (a future one, or one of another implementation) the first and a late patch, and what both agree on is decided.
 */
export function fullVersions(runtime: Runtime): readonly string[] {
  const series = runtimeSeries(runtime);
  if (runtime.version !== series) return [withPatch(runtime.version)];
  const newest = runtime.implementation === 'cpython' ? NEWEST_PATCH.get(series) : undefined;
  return newest === undefined ? [`${series}.0`, `${series}.99`] : [newest];
}

/** The exact release that a runtime is, or the newest that is known of its series. */
export function newestRelease(runtime: Runtime): string | null {
  if (runtime.version !== runtimeSeries(runtime)) return runtime.version;
  return runtime.implementation === 'cpython' ? (NEWEST_PATCH.get(runtime.version) ?? null) : null;
}

/** The newer series of CPython that are out, nearest first; none of another implementation, whose releases are not kept here. */
export function newerRuntimes(runtime: Runtime): readonly Runtime[] {
  if (runtime.implementation !== 'cpython') return [];
  const order = (series: string): number => {
    const [major, minor] = series.split('.').map(Number);
    return major! * 1000 + minor!;
  };
  const own = order(runtimeSeries(runtime));
  return [...NEWEST_PATCH.keys()]
    .filter((series) => order(series) > own)
    .map((version) => ({ implementation: runtime.implementation, version }));
}

/** "3.15a2" is 3.15.0a2. */
function withPatch(version: string): string {
  return /^\d+\.\d+\.\d/.test(version) ? version : version.replace(/^\d+\.\d+/, '$&.0');
}

/**
 * Whether a `Requires-Python` admits a runtime, lower and upper bounds alike, pre-releases of Python too, as pip does
 * it. A problem where the text is no specifier: pip takes such a file as if it asked for nothing.
 */
export function admitsRuntime(requiresPython: string, runtime: Runtime): Decision | SyntaxProblem {
  const specifier = parseSpecifier(requiresPython);
  if (isProblem(specifier)) return specifier;
  const answers = fullVersions(runtime)
    .map((text) => parseVersion(text))
    .filter((version): version is PypiVersion => !isProblem(version))
    .map((version) => contains(specifier, version));
  if (answers.length === 0) return 'unknown';
  if (answers.every((answer) => answer)) return 'yes';
  return answers.some((answer) => answer) ? 'unknown' : 'no';
}
