import type { Dependency } from '../../../domain/dependency.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { parseMarker } from './marker.ts';
import type { PypiCondition } from './marker.ts';
import { memoByText } from './memo-by-text.ts';
import { normalizeName } from './name.ts';
import { scanClause } from './specifier-clause.ts';
import { parseSpecifier } from './specifier.ts';
import type { PypiSpecifier } from './specifier.ts';
import { isProblem, problemAt, shifted } from './syntax-problem.ts';

const LONGEST_REQUIREMENT = 20_000;
const IDENTIFIER = /[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?(?![a-z0-9._-])/iy;
const BLANKS = /[ \t]*/y;
/** Clauses without blanks that are no [ \t], and without an empty one between commas. */
const PLAIN_SPECIFIER =
  /[<>=!~][^;(),\s]*(?:[ \t]+[^;(),\s]+)*[ \t]*(?:,[ \t]*[^;(),\s]+(?:[ \t]+[^;(),\s]+)*[ \t]*)*(?=[;)]|$)/y;
const URL = /[^ \t]+/y;

/** A requirement by PEP 508. `specifierSpan` are offsets of the specifier within `text`, inside its parentheses. */
export interface PypiDependency extends Dependency {
  readonly specifier: PypiSpecifier;
  readonly condition: PypiCondition | null;
  /** Zero wide after name and extras (or within the empty parentheses) where there is no specifier. */
  readonly specifierSpan: { readonly start: number; readonly end: number };
}

/**
 * `name[extra,…] specifier ; marker` or `name[extra,…] @ url ; marker` (PEP 508; a URL ends at the first blank).
 * Remembered by text.
 */
export const parseRequirement: (text: string) => PypiDependency | SyntaxProblem = memoByText((text) => {
  if (text.length > LONGEST_REQUIREMENT)
    return problemAt(
      text,
      `a requirement of at most ${LONGEST_REQUIREMENT} characters`,
      LONGEST_REQUIREMENT,
      text.length,
    );
  const nameStart = blanks(text, 0);
  const writtenName = matchAt(IDENTIFIER, text, nameStart);
  if (writtenName === null)
    return problemAt(text, 'a package name that begins and ends with a letter or digit', nameStart);
  const extras = scanExtras(
    text,
    blanks(text, nameStart + writtenName.length),
    nameStart + writtenName.length,
  );
  if (isProblem(extras)) return extras;
  const details = scanDetails(text, extras.end);
  if (isProblem(details)) return details;
  const condition = scanCondition(text, details);
  if (condition !== null && isProblem(condition)) return condition;
  return {
    name: normalizeName(writtenName),
    writtenName,
    extras: extras.names,
    specifier: details.specifier,
    condition,
    url: details.url,
    text,
    specifierSpan: details.span,
  };
});

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** The offset after blanks. */
function blanks(text: string, at: number): number {
  return at + matchAt(BLANKS, text, at)!.length;
}

/** `[a, b]`, normalised (PEP 685), each once. `end`: after the bracket, or after the name where there is none. */
function scanExtras(
  text: string,
  open: number,
  nameEnd: number,
): { readonly names: readonly PackageName[]; readonly end: number } | SyntaxProblem {
  if (text[open] !== '[') return { names: [], end: nameEnd };
  const names = new Set<PackageName>();
  let at = blanks(text, open + 1);
  while (text[at] !== ']' || names.size > 0) {
    const name = matchAt(IDENTIFIER, text, at);
    if (name === null)
      return problemAt(text, names.size === 0 ? 'the name of an extra or "]"' : 'the name of an extra', at);
    names.add(normalizeName(name));
    at = blanks(text, at + name.length);
    if (text[at] === ']') break;
    if (text[at] !== ',') return problemAt(text, '"," or "]" after the name of an extra', at);
    at = blanks(text, at + 1);
  }
  return { names: [...names], end: at + 1 };
}

interface Details {
  readonly specifier: PypiSpecifier;
  readonly span: { readonly start: number; readonly end: number };
  readonly url: string | null;
  /** Where the marker's ";" may stand. */
  readonly end: number;
}

function scanDetails(text: string, after: number): Details | SyntaxProblem {
  const start = blanks(text, after);
  if (text[start] === '@') return scanUrl(text, after, blanks(text, start + 1));
  if (text[start] !== '(') return scanSpecifier(text, start, after);
  const inner = scanSpecifier(text, blanks(text, start + 1), start + 1);
  if (isProblem(inner)) return inner;
  if (text[inner.end] !== ')') return problemAt(text, `"," or ")" for the "(" at offset ${start}`, inner.end);
  return { ...inner, end: blanks(text, inner.end + 1) };
}

function scanUrl(text: string, specifierAt: number, start: number): Details | SyntaxProblem {
  const url = matchAt(URL, text, start);
  if (url === null) return problemAt(text, 'a URL after "@"', start);
  const end = blanks(text, start + url.length);
  const specifier = parseSpecifier('') as PypiSpecifier;
  return { specifier, span: { start: specifierAt, end: specifierAt }, url, end };
}

/** Clauses with one comma between two; one after the last is let through, as pip does. */
function scanSpecifier(text: string, start: number, emptyAt: number): Details | SyntaxProblem {
  return knownSpecifier(text, start) ?? scanClauses(text, start, emptyAt);
}

/** Most requirements hold specifiers that were read before: what stands up to the marker or parenthesis is looked up whole. */
function knownSpecifier(text: string, start: number): Details | null {
  const written = matchAt(PLAIN_SPECIFIER, text, start);
  const specifier = written === null ? null : parseSpecifier(written.trimEnd());
  if (written === null || specifier === null || isProblem(specifier)) return null;
  const span = { start, end: start + specifier.text.length };
  return { specifier, span, url: null, end: start + written.length };
}

function scanClauses(text: string, start: number, emptyAt: number): Details | SyntaxProblem {
  let at = start;
  let end = start;
  while (/[<>=!~]/.test(text[at] ?? '')) {
    const clause = scanClause(text, at);
    if (isProblem(clause)) return clause;
    end = clause.end;
    at = blanks(text, end);
    if (text[at] !== ',') break;
    end = at + 1;
    at = blanks(text, end);
  }
  const specifier = parseSpecifier(text.slice(start, end));
  if (isProblem(specifier)) return shifted(specifier, start);
  const span = end === start ? { start: emptyAt, end: emptyAt } : { start, end };
  return { specifier, span, url: null, end: at };
}

function scanCondition(text: string, details: Details): PypiCondition | SyntaxProblem | null {
  const { end, url, specifier } = details;
  if (end === text.length) return null;
  if (text[end] !== ';') {
    const before =
      url === null ? (specifier.clauses.length > 0 ? '"," or ' : 'a version with its operator, ') : '';
    return problemAt(text, `${before}";" with a marker or the end`, end);
  }
  const condition = parseMarker(text.slice(end + 1));
  return isProblem(condition) ? shifted(condition, end + 1) : condition;
}
