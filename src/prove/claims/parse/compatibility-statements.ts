import { movesIn } from './change-statements.ts';
import { newVersion } from './found.ts';
import type { Found, Place, StatementReader } from './found.ts';
import { headOf, isSubject } from './heads.ts';
import type { Head } from './heads.ts';
import { NAME, namesIn, PLATFORMS, mayBePackage, normalised } from './names.ts';
import { rangeAt, rangeText } from './ranges.ts';
import type { Words } from './words.ts';

/** With what may follow: anything, or Python and packages with a version alone. */
const COMPATIBLE =
  /\b(?:compatib(?:le|ility)(?: (?:with|for)|\s*:)|works? (?:with|on|under)|runs? (?:on|under|with)|supports?|requires?|needs|tested (?:with|on|against))\s+/gi;
/** "Python 3.12 compatibility", "Python 3.9-3.12 support". */
const NOUN_BEHIND = /^\s*(?:compatib(?:le|ility)|support(?:ed)?)\b/i;

/** `compatible-python`, `compatible-package` and `compatible-platform`. */
export const compatibilityStatements: StatementReader = (words, place) => {
  const found = [...words.text.matchAll(COMPATIBLE)].flatMap(({ index, 0: verb }): readonly Found[] => {
    if (/\bin-?$/i.test(words.text.slice(0, index))) return [];
    const subject = subjectOf(words, index, place);
    if (subject === 'other') return [];
    return partnersAt(words, index + verb.length, { subject, place, open: /^compatib/i.test(verb) });
  });
  const unique = new Map([...found, ...nounBehind(words, place)].map((one) => [one.start, one]));
  return [...unique.values()];
};

function subjectOf(words: Words, verb: number, place: Place): Head {
  const move = movesIn(words, place).findLast(({ end }) => end <= verb);
  if (move !== undefined) return { package: move.package, from: move.from, to: move.to };
  return headOf(words, verb, place);
}

interface Partners {
  readonly subject: Head;
  readonly place: Place;
  /** Whether what is named may be a platform, or a package without a version. */
  readonly open: boolean;
}

const SEPARATOR = /^\s*(?:,\s*(?:and\s+|or\s+)?|and\s+(?:with\s+|also\s+)?|&\s*|\/\s*|or\s+)/;
const MOST_PARTNERS = 50;

function partnersAt(words: Words, from: number, how: Partners): readonly Found[] {
  const found: Found[] = [];
  let at = from;
  let python = false;
  for (let count = 0; count < MOST_PARTNERS; count += 1) {
    const one = partnerAt(words, at, how, python);
    if (one === null) break;
    found.push(one);
    python = one.statement.kind === 'compatible-python';
    const separator = SEPARATOR.exec(words.text.slice(one.end, one.end + 20));
    if (separator === null) break;
    at = one.end + separator[0].length;
  }
  return found;
}

const NAME_AT = new RegExp(
  `^(?:both |all |the |versions? )*(${NAME.slice(NAME.indexOf(')') + 1)})(?:\\[[^\\]]{0,60}\\])?`,
  'd',
);

/** "pandas supports Python 3.9, and numpy 1.26.4 requires it": the second begins a sentence of its own. */
const NEXT_SUBJECT = /^\s+(?:requires?|supports?|needs?|runs?|works?|is|are|has|have|was|were)\b/;

function partnerAt(words: Words, at: number, how: Partners, afterPython: boolean): Found | null {
  const { text } = words;
  const name = NAME_AT.exec(text.slice(at, at + 150));
  if (name === null) return null;
  const start = at + name.indices![1]![0];
  const end = at + name[0].length;
  const gap = /^\s*(?:versions?\s+|v(?=\d)|\(\s*|[:=]=?\s*)?/.exec(text.slice(end, end + 20))![0].length;
  const range = gap === 0 && !/^[><=~≥≤^]/.test(text.slice(end)) ? null : rangeAt(text, end + gap);
  if (/^c?python3?$/i.test(name[1]!))
    return range === null ? null : python(how.subject, rangeText(range), end + gap, end + gap + range.length);
  if (afterPython && range === null) return null;
  if (NEXT_SUBJECT.test(text.slice(end + (range === null ? 0 : gap + range.length)))) return null;
  return packageOrPlatform(
    words,
    { text: name[1]!, start, end },
    range === null ? null : { text: range, end: end + gap + range.length },
    how,
  );
}

function python(subject: Head, range: string, start: number, end: number): Found {
  const who = isSubject(subject)
    ? { package: subject.package, version: newVersion(subject) }
    : { package: null, version: null };
  return { statement: { kind: 'compatible-python', ...who, range }, start, end };
}

function packageOrPlatform(
  words: Words,
  name: { readonly text: string; readonly start: number; readonly end: number },
  range: { readonly text: string; readonly end: number } | null,
  { subject, place, open }: Partners,
): Found | null {
  const known = namesIn(words, place.lexicon).some(({ start }) => start === name.start);
  const isPackage =
    mayBePackage(name.text) && !PLATFORMS.has(normalised(name.text)) && (range !== null || known);
  if (isPackage && isSubject(subject)) {
    if (normalised(subject.package) === normalised(name.text)) return null;
    const statement = {
      kind: 'compatible-package',
      package: subject.package,
      version: newVersion(subject),
      with: name.text,
      range: range === null ? null : rangeText(range.text),
    } as const;
    return { statement, start: name.start, end: range?.end ?? name.end };
  }
  return isPackage || !open ? null : platformAt(words, name.start);
}

const PLATFORM =
  /^(?:the )?((?:[A-Z][\w+.-]*|\d+(?:\.\d+)*)(?: (?:[A-Z][\w+.-]*|\d+(?:\.\d+)*|for|on|of)(?=[\s,.;)]|$))*)/;

/** A platform is its name, in capitals, without "environment". */
function platformAt({ text }: Words, start: number): Found | null {
  const found = PLATFORM.exec(text.slice(start, start + 120));
  const name = found?.[1]
    ?.replace(/(?: (?:for|on|of))+$/, '')
    .replace(/[.,]+$/, '')
    .replace(/\s+[Ee]nvironments?$/, '');
  if (!name || /^(?:Python|The|All|Both|Any|Our|Your)$/.test(name) || !/[A-Za-z]/.test(name)) return null;
  return { statement: { kind: 'compatible-platform', platform: name }, start, end: start + name.length };
}

function nounBehind(words: Words, place: Place): readonly Found[] {
  return [...words.text.matchAll(/\bPython\s+/g)].flatMap(({ index, 0: { length } }) => {
    const start = index + length;
    const range = rangeAt(words.text, start);
    if (range === null || !NOUN_BEHIND.test(words.text.slice(start + range.length))) return [];
    if (/\b(?:for|add(?:ed|s)?|drop(?:ped|s)?|remov\w+|with)\s*$/i.test(words.text.slice(0, index)))
      return [];
    const subject = subjectOf(words, index, place);
    return subject === 'other' ? [] : [python(subject, rangeText(range), start, start + range.length)];
  });
}
