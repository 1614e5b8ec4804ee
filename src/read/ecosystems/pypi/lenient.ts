import { parseRequirement } from './requirement.ts';
import { parseSpecifier } from './specifier.ts';
import { isProblem } from './syntax-problem.ts';

/**
 * What old releases got wrong where it is plain what was meant, and how it is put right, one after the other until the text
 * parses. The list is uv's, but for `>dev`: as a pre-release bound it would let pre-releases in.
 */
const REPAIRS: readonly (readonly [wrong: RegExp, right: string])[] = [
  // >='4.4'
  [/["']/g, ''],
  // >=1.0<2, >=1.0 <2
  [/([\d*])[ \t]*(?=[<>=~!])/g, '$1,'],
  // !=~5.0
  [/!=~[ \t]*(\d+(?:\.\d+)*)(?![\d.*])/g, '!=$1.*'],
  // >=3.6.*, <4.*
  [/((?<![=~!])[<>]=?[ \t]*\d+(?:\.\d+)*)\.\*/g, '$1'],
  // !=3.0*
  [/(?<![\d.])(\d+(?:\.\d+)*)\*/g, '$1.*'],
  // >dev
  [/>[ \t]*dev(?![\w.])/g, '>=0'],
  // >=9.0.0a1.0
  [/(\d(?:a|b|rc|\.?post|\.?dev)\d+)\.0(?![\d.])/g, '$1'],
];

/** Far more than any real requirement has. */
const LONGEST = 2_000;
const HEAD = /^[ \t]*[a-z0-9][\w.-]*[ \t]*(?:\[[^\]]*\])?/i;

/** A requirement of a distribution's metadata with its specifier repaired, or null. Never for what users write: they are told. */
export function repairedRequirement(text: string): string | null {
  const head = HEAD.exec(text)?.[0] ?? '';
  const semicolon = text.indexOf(';', head.length);
  const end = semicolon === -1 ? text.length : semicolon;
  const specifier = text.slice(head.length, end);
  // In an address everything may be meant as it is.
  if (head === '' || specifier.includes('@')) return null;
  return firstThatParses(
    specifier,
    (repaired) => head + repaired + text.slice(end),
    (whole) => !isProblem(parseRequirement(whole)),
  );
}

/** The same of a specifier alone (`Requires-Python`). */
export function repairedSpecifier(text: string): string | null {
  return firstThatParses(
    text,
    (repaired) => repaired,
    (whole) => !isProblem(parseSpecifier(whole)),
  );
}

function firstThatParses(
  text: string,
  whole: (repaired: string) => string,
  parses: (text: string) => boolean,
): string | null {
  if (text.length > LONGEST) return null;
  let repaired = text;
  for (const [wrong, right] of REPAIRS) {
    const before = repaired;
    repaired = repaired.replace(wrong, right);
    if (repaired !== before && parses(whole(repaired))) return whole(repaired);
  }
  return null;
}
