/**
 * Text as Python's `json.dumps(value, sort_keys=True)` writes it, which is what pipenv writes and hashes: keys by code point,
 * everything beyond ASCII escaped. `indent` null: compact separators.
 */
export function pythonJson(value: unknown, indent: number | null, depth = 0): string {
  if (typeof value === 'string') return jsonString(value);
  if (Array.isArray(value))
    return enclosed(
      '[',
      ']',
      (value as readonly unknown[]).map((item) => pythonJson(item, indent, depth + 1)),
      indent,
      depth,
    );
  if (value instanceof Map) {
    const colon = indent === null ? ':' : ': ';
    const entries = [...(value as ReadonlyMap<string, unknown>)].sort(([a], [b]) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
    const items = entries.map(
      ([key, item]) => `${jsonString(key)}${colon}${pythonJson(item, indent, depth + 1)}`,
    );
    return enclosed('{', '}', items, indent, depth);
  }
  return JSON.stringify(value ?? null);
}

function enclosed(
  open: string,
  close: string,
  items: readonly string[],
  indent: number | null,
  depth: number,
): string {
  if (indent === null || items.length === 0) return `${open}${items.join(',')}${close}`;
  const line = (by: number): string => `\n${' '.repeat(indent * by)}`;
  return `${open}${line(depth + 1)}${items.join(`,${line(depth + 1)}`)}${line(depth)}${close}`;
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) =>
    unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
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
