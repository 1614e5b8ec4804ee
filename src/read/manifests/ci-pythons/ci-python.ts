import type { Target } from '../../../domain/target.ts';
import type { Rules, Told } from '../manifest-reader.ts';

/** A Python that a job of a CI has, and where the CI's file says it. */
export type CiPython = Told<Target['runtime']>;

/** "3.11", "3.11.9", "3.11.x", "cpython-3.11". */
const ONE_PYTHON = /^(?:c?python-?)?(\d+\.\d+)(\.\d+|\.[x*])?$/i;

/** The CPython of which a text names one series that is out; null for a range, PyPy, a pre-release and all else. */
export function onePython(text: string, rules: Rules): Target['runtime'] | null {
  const [, series, patch = ''] = ONE_PYTHON.exec(text.trim()) ?? [];
  if (series === undefined) return null;
  const known = rules.parseRuntime(series);
  if ('kind' in known || rules.newestRelease(known) === null) return null;
  const exact = /\d/.test(patch) ? rules.parseRuntime(series + patch) : known;
  return 'kind' in exact ? null : exact;
}
