import type { Block } from './block.ts';
import type { Found, Place } from './found.ts';
import { namesIn, releasesIn } from './names.ts';

const ADDED = /^(?:added|new|new (?:dependencies|packages)|additions?|added (?:dependencies|packages))$/i;
const REMOVED =
  /^(?:removed|removals?|dropped|deleted|removed (?:dependencies|packages)|no longer (?:needed|used))$/i;

/** Items under "Added" or "Removed" that are a name, with a version or without, and at most brackets behind it. */
export function listedStatements({ kind, words }: Block, { titles, lexicon }: Place): readonly Found[] {
  const title = titles[0]?.replace(/[^\p{L} ]/gu, '').trim() ?? '';
  if (kind !== 'item' || !(ADDED.test(title) || REMOVED.test(title))) return [];
  const release = releasesIn(words.text)[0];
  const name = release?.name ?? namesIn(words, lexicon)[0];
  if (
    name?.start !== 0 ||
    !/^[\s.)\]]*(?:\([^()]*\)[\s.]*)?$/.test(words.text.slice(release?.end ?? name.end))
  )
    return [];
  const span = { start: name.start, end: release?.end ?? name.end };
  if (REMOVED.test(title)) return [{ statement: { kind: 'removed', package: name.text }, ...span }];
  if (release === undefined) return [];
  return [
    { statement: { kind: 'change', package: name.text, from: null, to: release.version.text }, ...span },
  ];
}
