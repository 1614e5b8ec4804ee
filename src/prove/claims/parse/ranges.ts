/** A version of a range, also a whole series: "3", "3.12", "2.x". */
const V = String.raw`v?\d+(?:\.\d+)*(?:\.(?:x|\*))?(?![\w]|\.\d)`;
const OPERATOR = String.raw`(?:>=|<=|~=|==|!=|>|<|≥|≤|\^|~)\s*`;
const BOUND = `${OPERATOR}${V}`;
const RANGE = new RegExp(
  [
    `${BOUND}(?:\\s*(?:,|and)\\s*${BOUND})*`,
    `${V}\\s*(?:-|–|—|to|through|until|up to)\\s*${V}`,
    `${V}(?:\\s*,\\s*${V})+(?:\\s*,?\\s*(?:and|or|&)\\s*${V})?`,
    `${V}\\s+(?:and|&)\\s+${V}(?!\\+)`,
    `${V}\\s+(?:or|and)\\s+(?:later|newer|above|higher|up|upwards|greater)`,
    `${V}\\s*\\+`,
    V,
  ].join('|'),
  'iy',
);

/** The words of the range that begins at a place, or null. */
export function rangeAt(text: string, at: number): string | null {
  RANGE.lastIndex = at;
  return RANGE.exec(text)?.[0] ?? null;
}

/** As labels and statements have it: a version's "v" and "==" are no part of it. */
export function rangeText(range: string): string {
  return range.replace(/\bv(?=\d)/g, '').replace(/^==\s*/, '');
}
