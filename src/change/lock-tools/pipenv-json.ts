const INDENT = 4;

/**
 * A lock as pipenv writes it: Python's `json.dumps(value, indent=4, sort_keys=True)`, everything beyond ASCII escaped, and a line
 * end after it.
 */
export function pipenvJson(value: unknown): string {
  return `${written(value, 0)}\n`;
}

function written(value: unknown, depth: number): string {
  if (typeof value === 'string') return jsonString(value);
  if (Array.isArray(value)) {
    const items = (value as readonly unknown[]).map((item) => written(item, depth + 1));
    return enclosed('[', ']', items, depth);
  }
  if (!(value instanceof Map)) return JSON.stringify(value ?? null);
  const entries = [...(value as ReadonlyMap<string, unknown>)].sort(([a], [b]) =>
    // The order of UTF-8 is that of code points, by which Python sorts.
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const items = entries.map(([key, item]) => `${jsonString(key)}: ${written(item, depth + 1)}`);
  return enclosed('{', '}', items, depth);
}

function enclosed(open: string, close: string, items: readonly string[], depth: number): string {
  if (items.length === 0) return `${open}${close}`;
  const line = (by: number): string => `\n${' '.repeat(INDENT * by)}`;
  return `${open}${line(depth + 1)}${items.join(`,${line(depth + 1)}`)}${line(depth)}${close}`;
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON with objects as Maps, so that hostile keys are only keys; null where it is no JSON or nested too deep. */
export function readJsonTable(text: string): ReadonlyMap<string, unknown> | null {
  try {
    const value = mapped(JSON.parse(text), 0);
    return value instanceof Map ? (value as ReadonlyMap<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Far beyond what a Pipfile.lock nests. */
const DEEPEST = 64;

function mapped(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) throw new SyntaxError('nested too deep');
  if (Array.isArray(value)) return (value as readonly unknown[]).map((item) => mapped(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, item]) => [key, mapped(item, depth + 1)]));
}
