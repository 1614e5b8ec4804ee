import type { Rules } from '../manifest-reader.ts';

/** A constraint on Python in Poetry's notation as a marker: "" where every Python is admitted, null where it is none. */
export function poetryPythonMarker(text: string, rules: Rules): string | null {
  const range = rules.parseSpecifier(text, 'poetry');
  return 'kind' in range ? null : (rules.runtimeCondition(range)?.text ?? '');
}
