import type { Specifier } from '../../../domain/dependency.ts';
import type { Version } from '../../../domain/version.ts';
import { VersionSet } from '../../../domain/version-set.ts';
import type { SyntaxProblem } from '../ecosystem.ts';
import { memoByText } from './memo-by-text.ts';
import { scanPoetryConstraint } from './poetry-constraint.ts';
import { clauseAdmits, scanClause } from './specifier-clause.ts';
import type { Clause } from './specifier-clause.ts';
import { isProblem, problemAt, shifted } from './syntax-problem.ts';
import { asPypiVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

const LONGEST_SPECIFIER = 10_000;

/** Clauses that hold all at once; none: everything is admitted. */
export type Alternative = readonly Clause[];

/** A parsed range: it admits what one of its alternatives admits. PEP 440 has exactly one; Poetry's notation has unions. */
export class PypiSpecifier implements Specifier {
  readonly text: string;
  readonly alternatives: readonly Alternative[];
  readonly notation?: string;

  constructor(text: string, alternatives: readonly Alternative[], notation?: string) {
    this.text = text;
    this.alternatives = alternatives;
    if (notation !== undefined) this.notation = notation;
  }

  /** Those of all alternatives. */
  get clauses(): readonly Clause[] {
    return this.alternatives.flat();
  }
}

/**
 * A specifier of PEP 440 or, with a `notation`, as that tool writes it: `poetry` (see `poetry-constraint.ts`), or `pipfile`,
 * which is PEP 440 with `*` for any version, and a version alone for that one. Throws for a notation that is not known: a bug of the caller.
 */
export function parseSpecifier(text: string, notation?: string): PypiSpecifier | SyntaxProblem {
  if (notation === undefined) return standardSpecifier(text);
  if (notation === 'poetry') return poetrySpecifier(text);
  if (notation === 'pipfile') return pipfileSpecifier(text);
  throw new Error(`there is no notation ${JSON.stringify(notation)} of specifiers`);
}

/**
 * Clauses with commas between them (PEP 440, "Version specifiers"). As in pip, a comma too many is no error.
 * Remembered by text.
 */
const standardSpecifier: (text: string) => PypiSpecifier | SyntaxProblem = memoByText((text) => {
  const clauses = scanStandard(text);
  return isProblem(clauses) ? clauses : new PypiSpecifier(text, [clauses]);
});

const poetrySpecifier: (text: string) => PypiSpecifier | SyntaxProblem = memoByText((text) => {
  const alternatives = tooLong(text) ?? scanPoetryConstraint(text);
  return isProblem(alternatives) ? alternatives : new PypiSpecifier(text, alternatives, 'poetry');
});

const pipfileSpecifier: (text: string) => PypiSpecifier | SyntaxProblem = memoByText((text) => {
  const clauses = text.trim() === '*' ? [] : BARE.test(text) ? scanBare(text) : scanStandard(text);
  return isProblem(clauses) ? clauses : new PypiSpecifier(text, [clauses], 'pipfile');
});

const BARE = /^\s*v?\d/i;

/** What begins with a version gets `==` put before it by pipenv. */
function scanBare(text: string): Alternative | SyntaxProblem {
  const clauses = scanStandard(`==${text}`);
  if (isProblem(clauses)) return shifted(clauses, -2);
  return clauses.map((clause) => ({
    ...clause,
    start: Math.max(clause.start - 2, 0),
    versionStart: clause.versionStart - 2,
    end: clause.end - 2,
  }));
}

function tooLong(text: string): SyntaxProblem | null {
  if (text.length <= LONGEST_SPECIFIER) return null;
  const expected = `a specifier of at most ${LONGEST_SPECIFIER} characters`;
  return problemAt(text, expected, LONGEST_SPECIFIER, text.length);
}

function scanStandard(text: string): Alternative | SyntaxProblem {
  const long = tooLong(text);
  if (long !== null) return long;
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
  return clauses;
}

function skip(text: string, at: number, what: RegExp): number {
  while (at < text.length && what.test(text[at]!)) at++;
  return at;
}

/** A specifier that came from this ecosystem, parsed. Throws for text that is none: a bug of the caller. */
export function asPypiSpecifier(specifier: Specifier): PypiSpecifier {
  if (specifier instanceof PypiSpecifier) return specifier;
  const parsed = parseSpecifier(specifier.text, specifier.notation);
  if (isProblem(parsed))
    throw new Error(`not a specifier: ${JSON.stringify(specifier.text)}: ${parsed.message}`);
  return parsed;
}

/** Whether an alternative admits a version, by order alone: pre-releases need no permission here. */
export function contains(specifier: PypiSpecifier, version: PypiVersion): boolean {
  for (const alternative of specifier.alternatives) if (allAdmit(alternative, version)) return true;
  return false;
}

/** Whether all clauses admit a version. */
export function allAdmit(alternative: Alternative, version: PypiVersion): boolean {
  for (const clause of alternative) if (!clauseAdmits(clause, version)) return false;
  return true;
}

/** `contains` for each version of an ascending list, by binary search for the bounds of every clause. */
export function matchingSet(specifier: Specifier, versions: readonly Version[]): VersionSet {
  const sets = asPypiSpecifier(specifier).alternatives.map((alternative) =>
    alternative.reduce(
      (set, clause) => set.intersect(clauseSet(clause, versions)),
      VersionSet.all(versions.length),
    ),
  );
  return sets.reduce((all, set) => all.union(set));
}

function clauseSet(clause: Clause, versions: readonly Version[]): VersionSet {
  const size = versions.length;
  if (clause.literal !== null) return VersionSet.where(size, (p) => versions[p]!.text === clause.literal);
  const from = clause.from === null ? 0 : firstAtOrAbove(versions, clause.from);
  const to = clause.to === null ? size : firstAtOrAbove(versions, clause.to);
  const inside = VersionSet.range(size, from, Math.max(from, to));
  return clause.operator === '!=' ? inside.complement() : inside;
}

/** The position of the first of ascending versions that is not below a key; their number where there is none. */
export function firstAtOrAbove(versions: readonly Version[], key: string): number {
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
 * test for what may take a yanked file); null for every other range, and for a union.
 */
export function pinnedVersion(specifier: PypiSpecifier): PypiVersion | null {
  if (specifier.alternatives.length !== 1) return null;
  const pin = specifier.alternatives[0]!.find(
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
