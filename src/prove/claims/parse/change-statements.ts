import type { Found, Place, StatementReader, Subject } from './found.ts';
import { isMarked } from './words.ts';
import {
  mayBePackage,
  NAME,
  nameBefore,
  namesIn,
  normalised,
  releasesIn,
  VERSION,
  versionsIn,
} from './names.ts';
import type { Name } from './names.ts';
import type { Span, Words } from './words.ts';

const MOVED = String.raw`(?:updat|upgrad|bump|rais|mov|pinn?|chang|migrat|switch|lift|downgrad|jump|advanc|promot)(?:ed|es|e|s|ing)?|went|goes|set`;
const AUXILIARY = String.raw`(?:ha(?:s|ve)|been|was|were|is|are|got|now|also|therefore|then|all|from|version|versions|the|its|pin)`;
const ARROW = String.raw`→|⇒|➜|➔|⟶|->|-->|=>|==>|»`;
const PAIR = new RegExp(
  String.raw`(?<![\w.-])v?(${VERSION}|\d+)(?:\s*(?:${ARROW})\s*|\s+(?:up )?to\s+(?:version\s+)?)v?(${VERSION}|\d+)(?![\w-]|\.\d)`,
  'g',
);
/** What follows a figure that is no version. */
const UNIT =
  /^\s*(?:%|[kmgt]i?b\b|gi\b|mi\b|ms\b|s\b|sec|min|hours?\b|days?\b|x\b|times\b|cores?\b|vcpus?\b|users\b|requests\b)/i;
/** What a range of versions is asked by: "supports numpy 1.22 to 1.26" moves nothing. */
const RANGE_ASKED = /\b(?:compatib\w+|requires?|supports?|needs?|works?|runs?|tested)\b[^,;]{0,60}$/i;

/** A move from one version to another. */
export interface MoveFound extends Span {
  readonly name: Name | null;
  readonly package: string;
  readonly from: string | null;
  readonly to: string;
  readonly version: Name;
}

const MOST_VERSIONS = 40;

/** The moves that a clause tells, in order. */
export function movesIn(words: Words, place: Place): readonly MoveFound[] {
  const pairs = pairsIn(words, place);
  const spans = [...words.text.matchAll(PAIR)].map(({ index, 0: { length } }) => ({
    index,
    end: index + length,
  }));
  const releases = new Map(releasesIn(words.text).map(({ name, version }) => [version.start, name]));
  // A sentence of real prose moves a few: in more, figures are listed.
  const singles = versionsIn(words.text)
    .slice(0, MOST_VERSIONS)
    .filter(({ start }) => !spans.some(({ index, end }) => start >= index && start < end))
    .flatMap((version) => singleMove(words, version, releases.get(version.start) ?? null, place) ?? []);
  return [...pairs, ...singles].sort((a, b) => a.start - b.start);
}

function pairsIn(words: Words, place: Place): readonly MoveFound[] {
  return [...words.text.matchAll(PAIR)].flatMap(({ index, 0: all, 1: from, 2: to }) => {
    const before = words.text.slice(Math.max(0, index - LOOK_BACK), index);
    const toStart = index + all.lastIndexOf(to!);
    const version = { text: to!, start: toStart, end: toStart + to!.length };
    if (UNIT.test(words.text.slice(version.end)) || RANGE_ASKED.test(before)) return [];
    const hasArrow = !/\sto\s/.test(all);
    const dotted = from!.includes('.') && to!.includes('.');
    const named = nameOfMove(words, index);
    if (named === 'nobody') return [];
    const name = named;
    if (!dotted && !(hasArrow && name !== null)) return [];
    const subject = name === null ? place.subject : null;
    const owner = name?.text ?? subject?.package;
    if (owner === undefined) return [];
    const start = name?.start ?? version.start;
    return [{ name, package: owner, from: from!, to: to!, version, start, end: version.end }];
  });
}

const MOVE_WORDS_BEFORE = new RegExp(String.raw`(?:[\s:(,–—=-]|(?<![\w.-])(?:${AUXILIARY}|${MOVED}))+$`, 'i');
/** The rest is looked back at no further than this. */
const LOOK_BACK = 160;

/** The package whose versions begin at a place; null: the sentence leaves it out; "nobody": it is about something else. */
function nameOfMove(words: Words, index: number): Name | null | 'nobody' {
  const from = Math.max(0, index - LOOK_BACK);
  const before = words.text.slice(from, index).replace(MOVE_WORDS_BEFORE, '');
  if (before.trim() === '') return null;
  if (/\b(?:it|this|which|that|and|to|we|the package)$/i.test(before)) return null;
  const name = nameBefore(words.text, from + before.length);
  if (name !== null && !isCommonNoun(words, name)) return name;
  return /^[\w ]{1,30}$/.test(before) && /^[\w ]{1,30}:/.test(words.text) ? null : 'nobody';
}

/** "The default time-out went from": an article before a plain word says that it is no name. */
function isCommonNoun(words: Words, name: Name): boolean {
  if (isMarked(words, name) || /[A-Z\d]/.test(name.text)) return false;
  return /\b(?:the|a|an|our|its|their|this|each|every)(?: [a-z-]+)? $/i.test(
    words.text.slice(Math.max(0, name.start - 30), name.start),
  );
}

const TO_BEFORE = new RegExp(
  String.raw`(?:\b(?:${MOVED})\b(?<verb>.{0,80}?)\s(?:to|at)|(?:${ARROW})|\bnow (?:us(?:e|es|ing)|on|at|pinned (?:to|at))|\b(?:replaced|superseded) (?:by|with)|\bswitched to|\b[Aa]dd(?:ed|s)?|\bintroduced|\bis now)(?: version| v| the)?\s*$`,
  'i',
);

/** "Updated to 2.6.0", "`PyYAML` raised to 6.0.2", "we now use 14.0.1", "replaced by pycryptodome 3.20.0". */
function singleMove(words: Words, version: Name, own: Name | null, place: Place): MoveFound | null {
  if (
    UNIT.test(words.text.slice(version.end)) ||
    /^\s*(?:\+|or (?:later|newer))/.test(words.text.slice(version.end))
  )
    return null;
  const head = words.text.slice(0, own?.start ?? version.start).replace(/(?:\bv|["'(])$/, '');
  const found = TO_BEFORE.exec(head.slice(-LOOK_BACK));
  if (found === null) return null;
  const verbAt = head.length - Math.min(head.length, LOOK_BACK) + found.index;
  const name = own ?? ownerOf(words, verbAt, head.length, place);
  if (name === 'nobody') return null;
  const owner = name?.text ?? place.subject?.package;
  if (owner === undefined) return null;
  const from = moveOfSection(place.section, owner, version.text);
  return {
    name,
    package: owner,
    from,
    to: version.text,
    version,
    start: name?.start ?? version.start,
    end: version.end,
  };
}

/** The name between the verb and "to", or right before the verb. */
function ownerOf(words: Words, verbAt: number, end: number, place: Place): Name | null | 'nobody' {
  // "Upgraded Django from 4.1 to 4.2 and celery to 5.4": the name right before "to" is nearer than the verb's.
  const near = /^(.*\s(?:and|,)\s+.*?)\s+(?:to|at)\s*$/i.exec(words.text.slice(verbAt, end));
  const direct = near === null ? null : nameBefore(words.text, verbAt + near[1]!.length);
  if (direct !== null) return isCommonNoun(words, direct) ? 'nobody' : direct;
  const between = words.text.slice(verbAt, end);
  const inside = new RegExp(
    String.raw`^(?:${MOVED})\s+(?:the\s+)?(${NAME})(?:\[[^\]]{0,60}\])?\s*(?:to|at|→)?`,
    'i',
  ).exec(between);
  if (inside !== null && mayBePackage(inside[1]!)) {
    const start = verbAt + inside[0].indexOf(inside[1]!, inside[0].search(/\s/));
    const name = { text: inside[1]!, start, end: start + inside[1]!.length };
    const known = place.lexicon.has(normalised(name.text)) || isMarked(words, name);
    return known || !isCommonNoun(words, name) ? name : 'nobody';
  }
  return nameOfMove(words, verbAt);
}

/** "Updated to 2.6.0" under a heading with that very move has its old version from there. */
function moveOfSection(section: Subject | null, name: string, to: string): string | null {
  if (section === null || normalised(section.package) !== normalised(name)) return null;
  return section.to === to || section.to === null ? section.from : null;
}

/** `change`. */
export const changeStatements: StatementReader = (words, place) =>
  movesIn(words, place).map((move) => ({
    statement: { kind: 'change', package: move.package, from: move.from, to: move.to },
    start: move.start,
    end: move.end,
  }));

/** `removed`: "Removed X", "X was dropped", "X has been replaced by Y". */
export const removedStatements: StatementReader = (words, place) => {
  const known = [...namesIn(words, place.lexicon), ...releasesIn(words.text).map(({ name }) => name)];
  const isRemoved = (name: Name): boolean => {
    const before = words.text.slice(0, name.start);
    const after = words.text.slice(name.end);
    return (
      /\b(?:removed?|removes|dropped|drops?|uninstalled|deleted)\s+(?:the\s+)?(?:[\w.-]+(?:,|,? and)\s+)*(?:unused\s+|dependency\s+|package\s+)*["']?$/i.test(
        before,
      ) ||
      /^["']?(?: [\d.]+)?\s+(?:(?:ha(?:s|ve)|is|are|was|were|been|now|and|deprecated)\s+)*(?:removed|dropped|uninstalled|replaced (?:by|with))\b/i.test(
        after,
      ) ||
      (/\breplaced (?:the )?["']?$/i.test(before) && /^["']?(?: [\d.]+)? (?:by|with)\b/.test(after))
    );
  };
  const names = new Map(known.filter(isRemoved).map((name) => [name.start, name]));
  return [...names.values()].map(({ text, start, end }): Found => {
    return { statement: { kind: 'removed', package: text }, start, end };
  });
};
