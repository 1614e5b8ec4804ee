/** Deeper than any record of ours. */
const MOST_DEPTH = 32;

/**
 * Canonical JSON (RFC 8785, JCS): members sorted by UTF-16 code units, no white space, numbers and texts as ECMAScript
 * writes them. Throws a TypeError for what is no I-JSON (RFC 7493: infinite numbers, lone surrogates, functions), and a
 * RangeError for what is nested more than 32 deep. Members that are undefined are left out.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MOST_DEPTH) throw new RangeError('nested too deeply');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalText(value);
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`no JSON: ${typeof value}`);
  // "<" compares UTF-16 code units.
  const members = Object.entries(value as Readonly<Record<string, unknown>>)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${canonicalText(name)}:${canonicalJson(member, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`no JSON number: ${value}`);
  return JSON.stringify(value);
}

function canonicalText(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('a lone surrogate is no text');
  return JSON.stringify(text);
}
