import type { Advisory } from '../../../domain/advisory.ts';
import { WEAKNESSES } from '../parse/weaknesses.ts';

/** Words that say nothing of which weakness it is. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  `a an and are as at be by can could for from had has have in into is it its multiple of on or security several some that the their this
  through to true uses using via was were when which with vulnerability vulnerabilities vulnerable weakness flaw flaws issue issues attack attacks
  bug bugs problem problems potential possible critical severe high known cve cves allows allowing lead leads leading header headers
  false silently data untrusted`.split(/\s+/),
);

/** The parts of a description: "heap overflow, UAF, RCE" are three. A frame such as "Security vulnerabilities (…)" is none. */
export function partsOf(about: string): readonly string[] {
  const framed =
    /^(?:multiple |several |critical )*(?:security )?(?:vulnerabilit(?:y|ies)|issues?|CVEs?)\s*\((.+)\)$/i.exec(
      about,
    );
  return (framed?.[1] ?? about)
    .split(/\s*[,;/]\s*|\s+(?:and|\+|&)\s+/)
    .map((one) => one.trim())
    .filter((one) => /[a-z]{2}/i.test(one));
}

/** The advisories that a description speaks of. */
export interface Meant {
  readonly advisories: readonly Advisory[];
  /** Enough words agree that another advisory can hardly be meant: only then may it refute. */
  readonly sure: boolean;
}

const SURE_PHRASE = 20;
const SURE_WORDS = 3;

/**
 * Conservatively: the description's own words stand in the record as they are; or else the record names the same kind of weakness, and
 * has every other word of the description that says something.
 */
export function advisoriesMeant(about: string, advisories: readonly Advisory[]): Meant {
  const phrase = phraseOf(about);
  const literal = phrase.length < 12 ? [] : advisories.filter((one) => textOf(one).includes(phrase));
  if (literal.length > 0) return { advisories: literal, sure: phrase.length >= SURE_PHRASE };
  const kinds = WEAKNESSES.filter(([kind, names]) => kind !== 'vulnerability' && names.test(about));
  const rest = wordsOf(kinds.reduce((text, [, names]) => text.replace(names, ' '), about));
  if (kinds.length === 0 && rest.length < 2) return { advisories: [], sure: false };
  const matching = advisories.filter((one) => {
    const text = `${one.summary}\n${one.details}`;
    const plain = textOf(one);
    return kinds.every(([, names]) => names.test(text)) && rest.every((word) => hasWord(plain, word));
  });
  return { advisories: matching, sure: kinds.length + rest.length >= SURE_WORDS };
}

/** Verbs for which records have other words than documents. */
const OTHER_WORDS: ReadonlyMap<string, RegExp> = new Map([
  ['ignor', /ignor|not honou?red|disregard|has no effect/],
  ['bypass', /bypass|circumvent|even with|despite/],
]);

function hasWord(text: string, word: string): boolean {
  return OTHER_WORDS.get(word)?.test(text) ?? text.includes(word);
}

/** Without the frame of "multiple … vulnerabilities". */
function phraseOf(about: string): string {
  return flat(about)
    .replace(/^(?:multiple|several|potential|possible) /, '')
    .replace(/ (?:vulnerabilit(?:y|ies)|attacks?|issues?|flaws?)$/, '');
}

function textOf({ summary, details }: Advisory): string {
  return flat(`${summary} ${details}`.slice(0, 50_000));
}

function flat(text: string): string {
  return text
    .toLowerCase()
    .replace(/[`*"'’]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Stems of the words that say something: "serialization" is in "serialize_key" by its first letters. */
function wordsOf(text: string): readonly string[] {
  const words = flat(text).match(/[a-z0-9_]+(?:[._][a-z0-9_]+)*/g) ?? [];
  return words
    .filter((word) => word.length > 2 && !EMPTY_WORDS.has(word))
    .map((word) =>
      /^[a-z]{7,}$/.test(word) ? word.replace(/(?:ization|isation|ations?|ings?|ed|es|s|e)$/, '') : word,
    );
}
