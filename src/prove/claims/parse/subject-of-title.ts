import type { Block } from './block.ts';
import { movesIn } from './change-statements.ts';
import type { Place, Subject } from './found.ts';
import { mayBePackage, namesIn, NAME, normalised, releasesIn } from './names.ts';
import type { Lexicon } from './names.ts';
import type { Words } from './words.ts';

/** What may stand before the name in a title: a number, a sign, or what was done. */
const BEFORE_NAME =
  /^(?:[^\p{L}]|\b(?:updat|upgrad|bump|fix|mov|rais|pin|patch|migrat)\w*\b|\b(?:build|chore|deps|fix|feat|package|dependency|from|to)\b)*$/iu;
const WHOLE_NAME = new RegExp(`^(${NAME})(?:\\[[^\\]]{0,60}\\])?\\s*:?$`);

/** What is longer is no title. */
const LONGEST_TITLE = 2000;

/** The package that a heading or an item makes the subject of what stands under it. */
export function subjectOfTitle(words: Words, lexicon: Lexicon): Subject | null {
  if (words.text.length > LONGEST_TITLE) return null;
  const place: Place = { lexicon, section: null, subject: null, titles: [], box: null };
  const move = movesIn(words, place)[0];
  if (move !== undefined) return { package: move.package, from: move.from, to: move.to };
  const release = releasesIn(words.text)[0];
  if (release !== undefined && BEFORE_NAME.test(words.text.slice(0, release.start)))
    return { package: release.name.text, from: null, to: release.version.text };
  const whole = WHOLE_NAME.exec(words.text);
  if (whole !== null && mayBePackage(whole[1]!)) {
    const known = lexicon.has(normalised(whole[1]!)) || namesIn(words, lexicon).length > 0;
    return known ? { package: whole[1]!, from: null, to: null } : null;
  }
  const [first] = namesIn(words, lexicon);
  const leads = first?.start === 0 && /^[:\s]*(?:[–—(-]|$)/.test(words.text.slice(first.end));
  return leads ? { package: first.text, from: null, to: null } : null;
}

/** The nearest title above that has a subject. */
export function sectionOf(
  above: readonly Block[],
  subjects: ReadonlyMap<Block, Subject | null>,
): Subject | null {
  for (const block of above) {
    const subject = subjects.get(block) ?? null;
    if (subject !== null) return subject;
  }
  return null;
}
