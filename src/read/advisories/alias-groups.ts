/** What grouping needs of a record. */
export interface Named {
  readonly id: string;
  readonly aliases: readonly string[];
}

/**
 * Records that are aliases of each other, closed transitively: two records are in one group when a chain of shared
 * ids leads from one to the other. `related` and `upstream` ids are no aliases. Groups and their members come in
 * the order of `records`.
 */
export function aliasGroups<T extends Named>(records: readonly T[]): readonly (readonly T[])[] {
  const parents = new Map<string, string>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    for (let at = id; at !== root;) {
      const next = parents.get(at)!;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  for (const { id, aliases } of records)
    for (const alias of aliases) {
      const [a, b] = [rootOf(alias), rootOf(id)];
      if (a !== b) parents.set(a, b);
    }
  const groups = new Map<string, T[]>();
  for (const record of records) {
    const root = rootOf(record.id);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [record]);
    else group.push(record);
  }
  return [...groups.values()];
}

const SHOWN_FIRST = ['CVE-', 'GHSA-', 'PYSEC-'];

/** Order in which ids are shown: CVE, GHSA, PYSEC, the rest; within a kind by their numbers. */
export function compareIds(a: string, b: string): number {
  return rank(a) - rank(b) || byNumbers(a, b);
}

function rank(id: string): number {
  const found = SHOWN_FIRST.findIndex((prefix) => id.startsWith(prefix));
  return found === -1 ? SHOWN_FIRST.length : found;
}

/** Digits by value and the rest by code unit, so that CVE-2021-9 stands before CVE-2021-10; what ends, or has digits next, is first. */
function byNumbers(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  let start = at;
  while (isDigit(a, start - 1)) start--;
  const [left, right] = [digitsAt(a, start), digitsAt(b, start)];
  if (left !== '' && right !== '' && left !== right)
    return Number(left) - Number(right) || (left < right ? -1 : 1);
  if (at === a.length || at === b.length) return a.length - b.length;
  if (isDigit(a, at) !== isDigit(b, at)) return isDigit(a, at) ? -1 : 1;
  return a.charCodeAt(at) - b.charCodeAt(at);
}

function digitsAt(text: string, start: number): string {
  let end = start;
  while (isDigit(text, end)) end++;
  return text.slice(start, end);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
