import { distance } from 'fastest-levenshtein';
import type { PackageName } from '../../../domain/package-name.ts';
import { normalizeName } from './name.ts';

/** How many names are tried on the index for one that it does not have. */
export const MAX_TRIED = 12;

/**
 * Spellings that people mean when they write a name that is not there, most likely first: separators left out or
 * added, `python-`, `py`, `-python` added or dropped, a letter doubled, missing or swapped with the next.
 */
export function likelySpellings(name: PackageName): readonly PackageName[] {
  const words = name.split('-');
  const letters = Array.from(name, (_, at) => at);
  const bare = name.replace(/^(python-|py-?)(?=.)|(-python|-py)$/g, '');
  const candidates = [
    words.length > 1 ? words.join('') : null,
    bare === name ? null : bare,
    `python-${bare}`,
    `py${bare}`,
    name.endsWith('s') ? name.slice(0, -1) : `${name}s`,
    ...letters.map((at) => (name[at] === name[at + 1] ? name.slice(0, at) + name.slice(at + 1) : null)),
    ...letters.map((at) => swapped(name, at)),
    words.length > 1 ? words.toReversed().join('-') : null,
    `${bare}-python`,
    `${bare}-py`,
  ];
  const found = new Set<PackageName>();
  for (const text of candidates)
    if (text !== null && text !== name && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(text))
      found.add(normalizeName(text));
  return [...found];
}

function swapped(name: string, at: number): string | null {
  const [a, b] = [name[at], name[at + 1]];
  return a === undefined || b === undefined || a === b
    ? null
    : name.slice(0, at) + b + a + name.slice(at + 2);
}

/** Of names that are known to exist those near in spelling, nearest first: at most a third of the letters differ. */
export function nearAmong(name: PackageName, known: Iterable<PackageName>): readonly PackageName[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  return [...known]
    .map((other) => ({ other, away: distance(name, other) }))
    .filter(({ other, away }) => other !== name && away <= limit)
    .sort((a, b) => a.away - b.away || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other);
}
