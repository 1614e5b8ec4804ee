import type { Specifier } from '../../../domain/dependency.ts';
import type { Version } from '../../../domain/version.ts';
import { VersionSet } from '../../../domain/version-set.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { memoByText } from './memo-by-text.ts';
import { clauseAdmits, scanClause } from './specifier-clause.ts';
import type { Clause } from './specifier-clause.ts';
import { isProblem, problemAt } from './syntax-problem.ts';
import { asPypiVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

const LONGEST_SPECIFIER = 10_000;

/** A parsed range: all clauses hold for what it admits; none: everything is admitted. */
export class PypiSpecifier implements Specifier {
  readonly text: string;
  readonly clauses: readonly Clause[];

  constructor(text: string, clauses: readonly Clause[]) {
    this.text = text;
    this.clauses = clauses;
  }
}

/**
 * Clauses with commas between them (PEP 440, "Version specifiers"). As in pip, a comma too many is no error.
 * Remembered by text.
 */
export const parseSpecifier: (text: string) => PypiSpecifier | SyntaxProblem = memoByText(readSpecifier);

function readSpecifier(text: string): PypiSpecifier | SyntaxProblem {
  if (text.length > LONGEST_SPECIFIER)
    return problemAt(
      text,
      `a specifier of at most ${LONGEST_SPECIFIER} characters`,
      LONGEST_SPECIFIER,
      text.length,
    );
  const clauses: Clause[] = [];
  let at = skip(text, 0, /[\s,]/);
  while (at < text.length) {
    const clause = scanClause(text, at);
    if (isProblem(clause)) return clause;
    clauses.push(clause);
    at = skip(text, clause.end, /\s/);
    if (at < text.length && text[at] !== ',')
      return problemAt(text, `"," or the end after ${text.slice(clause.start, clause.end)}`, at);
    at = skip(text, at, /[\s,]/);
  }
  return new PypiSpecifier(text, clauses);
}

function skip(text: string, at: number, what: RegExp): number {
  while (at < text.length && what.test(text[at]!)) at++;
  return at;
}

/** A specifier that came from this ecosystem, parsed. Throws for text that is none: a bug of the caller. */
export function asPypiSpecifier(specifier: Specifier): PypiSpecifier {
  if (specifier instanceof PypiSpecifier) return specifier;
  const parsed = parseSpecifier(specifier.text);
  if (isProblem(parsed))
    throw new Error(`not a specifier: ${JSON.stringify(specifier.text)}: ${parsed.message}`);
  return parsed;
}

/** Whether all clauses admit a version, by order alone: pre-releases need no permission here. */
export function contains(specifier: PypiSpecifier, version: PypiVersion): boolean {
  for (const clause of specifier.clauses) if (!clauseAdmits(clause, version)) return false;
  return true;
}

/** `contains` for each version of an ascending list, by binary search for the bounds of every clause. */
export function matchingSet(specifier: Specifier, versions: readonly Version[]): VersionSet {
  let set = VersionSet.all(versions.length);
  for (const clause of asPypiSpecifier(specifier).clauses) set = set.intersect(clauseSet(clause, versions));
  return set;
}

function clauseSet(clause: Clause, versions: readonly Version[]): VersionSet {
  const size = versions.length;
  if (clause.literal !== null) return VersionSet.where(size, (p) => versions[p]!.text === clause.literal);
  const from = clause.from === null ? 0 : firstAtOrAbove(versions, clause.from);
  const to = clause.to === null ? size : firstAtOrAbove(versions, clause.to);
  const inside = VersionSet.range(size, from, Math.max(from, to));
  return clause.operator === '!=' ? inside.complement() : inside;
}

function firstAtOrAbove(versions: readonly Version[], key: string): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (asPypiVersion(versions[middle]!).key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The version that some clause pins by `==` without prefix or by `===`, whatever the other clauses say (pip's own
 * test for what may take a yanked file); null for every other range.
 */
export function pinnedVersion(specifier: PypiSpecifier): PypiVersion | null {
  const pin = specifier.clauses.find(
    ({ operator, prefix }) => (operator === '==' && !prefix) || operator === '===',
  );
  return pin?.version ?? null;
}

/** PEP 440, "Handling of pre-releases", as pip does it: some clause other than `!=` names a pre-release. */
export function mentionsPrerelease(specifier: PypiSpecifier): boolean {
  return specifier.clauses.some(
    (clause) => clause.operator !== '!=' && clause.version?.isPrerelease === true,
  );
}
