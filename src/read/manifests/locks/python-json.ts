/** Why a value's text in Python cannot be told: only text, booleans, nothing, lists and tables are sure to be written alike. */
export type PythonJson = string | null;

/** The separators between items and behind keys of Python's `json.dumps`. */
export interface Separators {
  readonly item: string;
  readonly key: string;
}

/** What `json.dumps` has by itself. */
export const PLAIN_SEPARATORS: Separators = { item: ', ', key: ': ' };
export const COMPACT_SEPARATORS: Separators = { item: ',', key: ':' };

const DEEPEST = 100;

/**
 * A value as Python's `json.dumps(value, sort_keys=True)` writes it: keys in the order of their code points, everything
 * beyond ASCII escaped. Null for what a TOML table no longer tells exactly: whether a number was an integer.
 */
export function pythonJson(value: unknown, separators: Separators, depth = 0): PythonJson {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return pythonText(value);
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) {
    const items = value.map((item) => pythonJson(item, separators, depth + 1));
    return items.includes(null) ? null : `[${items.join(separators.item)}]`;
  }
  if (!(value instanceof Map)) return null;
  const keys = [...(value as ReadonlyMap<string, unknown>).keys()].sort(byCodePoints);
  const pairs = keys.map((key) => {
    const inner = pythonJson((value as ReadonlyMap<string, unknown>).get(key), separators, depth + 1);
    return inner === null ? null : pythonText(key) + separators.key + inner;
  });
  return pairs.includes(null) ? null : `{${pairs.join(separators.item)}}`;
}

function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function byCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a, (c) => c.codePointAt(0)!), Array.from(b, (c) => c.codePointAt(0)!)];
  const at = left.findIndex((code, n) => code !== right[n]);
  if (at === -1) return left.length - right.length;
  return at >= right.length ? 1 : left[at]! - right[at]!;
}
