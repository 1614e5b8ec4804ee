import type { Version } from '../../../domain/version.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { isProblem, problemAt } from './syntax-problem.ts';
import { FINAL, orderKey, smallNumberKey } from './version-order.ts';
import type { VersionParts } from './version-order.ts';

const LONGEST_VERSION = 1000;
const DOT = 46;
const ZERO = 48;
const NINE = 57;

/** PEP 440, appendix B, without anchors. Groups: epoch, release, pre, number, post ("-1"), post, number, dev, number, local. */
export const VERSION_PATTERN =
  'v?(?:(\\d+)!)?(\\d+(?:\\.\\d+)*)' +
  '(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\\d+)?)?' +
  '(?:-(\\d+)|[-_.]?(post|rev|r)[-_.]?(\\d+)?)?' +
  '(?:[-_.]?(dev)[-_.]?(\\d+)?)?';
export const LOCAL_PATTERN = '(?:\\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?';

const WHOLE = new RegExp(`^${VERSION_PATTERN}${LOCAL_PATTERN}$`, 'i');
const LONGEST_VALID_START = new RegExp(`^${VERSION_PATTERN}${LOCAL_PATTERN}`, 'i');

/**
 * A version by PEP 440. `text` is the normal form; versions are in the order of their `key`s. Of the hundreds that a package has
 * published a resolve compares a few: the key is made when it is first asked for.
 */
export class PypiVersion implements Version {
  readonly text: string;
  #key: string | null;

  /** `key`: null to have it made of the text, which must be in normal form. */
  constructor(text: string, key: string | null) {
    this.text = text;
    this.#key = key;
  }

  /** See `version-order.ts`. Equal for versions that are equal, such as 1.0 and 1.0.0. */
  get key(): string {
    return (this.#key ??= keyOfNormal(this.text));
  }

  /** Has a pre-release or a development segment. */
  get isPrerelease(): boolean {
    return isPrereleaseText(this.text);
  }

  /** Read from the text at each call: few versions are ever asked. */
  get parts(): VersionParts {
    return partsOf(WHOLE.exec(this.text)!);
  }
}

/** Of a text in normal form: only `a`, `b`, `rc` and `.dev` bring one of these letters before a local segment. */
const PRERELEASE = /^[^+]*[abcd]/;

/** Whether a version in normal form has a pre-release or a development segment. */
export function isPrereleaseText(text: string): boolean {
  return PRERELEASE.test(text);
}

/** The key of a text in normal form. Throws for any other text, which a bug or a damaged store brought here. */
function keyOfNormal(text: string): string {
  const parsed = parseVersion(text);
  if (isProblem(parsed)) throw new Error(`what is no version was taken for one: ${JSON.stringify(text)}`);
  return parsed.key;
}

/** A version in any spelling that PEP 440 normalises. Whitespace around it is ignored. */
export function parseVersion(text: string): PypiVersion | SyntaxProblem {
  return parseNormalFinal(text) ?? parseAnySpelling(text);
}

/** Most versions are numbers and dots in normal form: their key is made in one pass. */
function parseNormalFinal(text: string): PypiVersion | null {
  if (text.length > LONGEST_VERSION) return null;
  let key = '\x01';
  let zeros = '';
  let start = 0;
  while (start <= text.length) {
    let number = 0;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === DOT) break;
      if (code < ZERO || code > NINE) return null;
      number = number * 10 + (code - ZERO);
    }
    const digits = at - start;
    if (digits === 0 || digits > 15 || (digits > 1 && text.charCodeAt(start) === ZERO)) return null;
    if (number === 0) zeros += '\x01';
    else {
      key += zeros + smallNumberKey(number);
      zeros = '';
    }
    start = at + 1;
  }
  return new PypiVersion(text, key + FINAL);
}

function parseAnySpelling(text: string): PypiVersion | SyntaxProblem {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST_VERSION)
    return {
      kind: 'syntax-problem',
      message: `expected a version of at most ${LONGEST_VERSION} characters, found ${trimmed.length}`,
      start: 0,
      end: text.length,
    };
  const match = WHOLE.exec(trimmed);
  return match === null ? versionProblem(text) : versionOf(partsOf(match));
}

/** The version with these parts, in normal form. */
export function versionOf(parts: VersionParts): PypiVersion {
  return new PypiVersion(normalText(parts), orderKey(parts));
}

/** The version without its local segment. */
export function publicVersion(version: PypiVersion): PypiVersion {
  return version.text.includes('+') ? versionOf({ ...version.parts, local: null }) : version;
}

/** Versions that came back from a cache or a document are read again. Throws for text that is no version: a bug of the caller. */
export function asPypiVersion(version: Version): PypiVersion {
  if (version instanceof PypiVersion) return version;
  const parsed = parseVersion(version.text);
  if (isProblem(parsed)) throw new Error(`not a version of this ecosystem: ${JSON.stringify(version.text)}`);
  return parsed;
}

/** PEP 440, "Summary of permitted suffixes and relative ordering": a total order; 1.0 and 1.0.0 are equal. */
export function compareVersions(a: PypiVersion, b: PypiVersion): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function versionProblem(text: string): SyntaxProblem {
  const lead = text.length - text.trimStart().length;
  const valid = LONGEST_VALID_START.exec(text.trim())?.[0] ?? '';
  const end = Math.max(lead, text.trimEnd().length);
  if (valid === '') return problemAt(text, 'a version such as 1.2.3', lead, end);
  const rest = text.slice(lead + valid.length);
  const start = text.length - rest.trimStart().length;
  return problemAt(text, `nothing more after ${valid}`, start, text.trimEnd().length);
}

function number(digits: string | undefined): string {
  return digits === undefined ? '0' : digits.replace(/^0+(?=\d)/, '');
}

function partsOf(match: RegExpExecArray): VersionParts {
  const [, epoch, release, letter, pre, dashPost, post, postNumber, dev, devNumber, local] = match;
  return {
    epoch: number(epoch),
    release: release!.split('.').map(number),
    pre: letter === undefined ? null : { letter: normalLetter(letter.toLowerCase()), number: number(pre) },
    post: dashPost === undefined && post === undefined ? null : number(dashPost ?? postNumber),
    dev: dev === undefined ? null : number(devNumber),
    local: local === undefined ? null : normalLocal(local.toLowerCase()),
  };
}

/** PEP 440, "Pre-release spelling". */
function normalLetter(letter: string): 'a' | 'b' | 'rc' {
  if (letter === 'a' || letter === 'alpha') return 'a';
  return letter === 'b' || letter === 'beta' ? 'b' : 'rc';
}

/** PEP 440, "Local version segments" and "Integer normalization". */
function normalLocal(local: string): string {
  return local
    .split(/[-_.]/)
    .map((part) => (/^\d+$/.test(part) ? number(part) : part))
    .join('.');
}

function normalText(parts: VersionParts): string {
  let text = parts.epoch === '0' ? '' : `${parts.epoch}!`;
  text += parts.release.join('.');
  if (parts.pre !== null) text += parts.pre.letter + parts.pre.number;
  if (parts.post !== null) text += `.post${parts.post}`;
  if (parts.dev !== null) text += `.dev${parts.dev}`;
  return parts.local === null ? text : `${text}+${parts.local}`;
}
