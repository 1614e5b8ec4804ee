import type { SyntaxProblem } from '../ecosystem.ts';
import { matchAt, prefixBounds, PUBLIC, scanClause, WITH_LOCAL } from './specifier-clause.ts';
import type { Bounds, Clause, Operator } from './specifier-clause.ts';
import { isProblem, problemAt } from './syntax-problem.ts';
import { nextNumber, orderKey } from './version-order.ts';
import type { VersionParts } from './version-order.ts';
import { parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

/** `*`, `x`, `*.*`: every version. */
const ANY = /v?[x*](?:\.[x*])*(?=[\s,|]|$)/iy;
/** Operators that PEP 440 lacks or means otherwise; nothing at all is `==`. */
const OWN_OPERATOR = /(?:\^|~(?!=)|=(?!=)|)\s*/y;
const COMPATIBLE_WITH_ONE = /~=\s*(?=v?(?:\d+!)?\d+(?![\d.!]))/iy;
const WILDCARD = /(?:\.\*)+/y;
const SEPARATOR = /[\s,]*/y;

/**
 * A constraint as Poetry writes it, as alternatives of clauses: `^1.2`, `~1.2`, `1.2` (exactly that), `1.*`, `*`, every clause
 * of PEP 440, commas or blanks for "and", `||` or `|` for "or" (Poetry, "Dependency specification"; poetry-core,
 * `constraints/version/parser.py`). An empty text is any version, as a table without `version` is.
 */
export function scanPoetryConstraint(text: string): readonly (readonly Clause[])[] | SyntaxProblem {
  const alternatives: Clause[][] = [];
  let at = text.length - text.trimStart().length;
  if (at === text.length) return [[]];
  for (;;) {
    const bar = text.indexOf('|', at);
    const end = bar === -1 ? text.length : bar;
    const clauses = scanAlternative(text.slice(0, end), at);
    if (isProblem(clauses)) return clauses;
    alternatives.push(clauses);
    if (bar === -1) return alternatives;
    at = bar + (text[bar + 1] === '|' ? 2 : 1);
  }
}

/** The clauses from `start` to the end of `text`; at least one has to be there. */
function scanAlternative(text: string, start: number): Clause[] | SyntaxProblem {
  const clauses: Clause[] = [];
  let at = start + /^\s*/.exec(text.slice(start))![0].length;
  if (at === text.length) return problemAt(text, 'a version constraint', at);
  while (at < text.length) {
    const any = matchAt(ANY, text, at);
    const clause = any === null ? scanPoetryClause(text, at) : null;
    if (clause !== null && isProblem(clause)) return clause;
    if (clause !== null) clauses.push(clause);
    const end = clause === null ? at + any!.length : clause.end;
    at = end + matchAt(SEPARATOR, text, end)!.length;
    if (at === end && at < text.length)
      return problemAt(text, `"," or "||" or the end after ${text.slice(clause?.start ?? at, end)}`, at);
  }
  return clauses;
}

function scanPoetryClause(text: string, start: number): Clause | SyntaxProblem {
  const compatible = matchAt(COMPATIBLE_WITH_ONE, text, start);
  if (compatible !== null) return ranged(text, start, compatible, '~');
  if (/^(?:~=|==|!=|[<>])/.test(text.slice(start, start + 2))) return scanClause(text, start);
  const lead = matchAt(OWN_OPERATOR, text, start)!;
  const operator = lead.trim();
  return operator === '^' || operator === '~'
    ? ranged(text, start, lead, operator)
    : exact(text, start, lead);
}

/** `^1.2` and `~1.2`: from the version up to the next one that counts as incompatible, pre-releases of that one excluded. */
function ranged(text: string, start: number, lead: string, operator: '^' | '~'): Clause | SyntaxProblem {
  const versionStart = start + lead.length;
  const version = versionAt(text, versionStart, PUBLIC, `a version after ${lead.trim()}`);
  if (isProblem(version)) return version;
  const { parsed, end } = version;
  const top = operator === '^' ? nextBreaking(parsed.parts) : nextAfterTilde(parsed.parts);
  const bounds: Bounds = [parsed.key, orderKey({ ...top, dev: '0' })];
  return clauseOf(operator, parsed, false, bounds, { start, versionStart, end });
}

/** A version alone or after one `=`, or the prefix of versions (`1.2.*`). */
function exact(text: string, start: number, lead: string): Clause | SyntaxProblem {
  const versionStart = start + lead.length;
  const version = versionAt(text, versionStart, WITH_LOCAL, 'a version constraint such as ^1.2');
  if (isProblem(version)) return version;
  const { parsed, end } = version;
  const wildcard = matchAt(WILDCARD, text, end);
  if (wildcard === null) {
    const clause = scanClause(`==${parsed.text}`, 0);
    if (isProblem(clause)) return clause;
    return { ...clause, start, versionStart, end };
  }
  const { pre, post, dev, local } = parsed.parts;
  if (pre !== null || post !== null || dev !== null || local !== null)
    return problemAt(text, 'only numbers before ".*"', end, end + 2);
  const place = { start, versionStart, end: end + wildcard.length };
  return clauseOf('==', parsed, true, prefixBounds(parsed.parts), place);
}

function versionAt(
  text: string,
  at: number,
  pattern: RegExp,
  expected: string,
): { readonly parsed: PypiVersion; readonly end: number } | SyntaxProblem {
  const written = matchAt(pattern, text, at);
  if (written === null) return problemAt(text, expected, at);
  const end = at + written.length;
  const parsed = parseVersion(written);
  return isProblem(parsed) ? { ...parsed, start: at, end } : { parsed, end };
}

function clauseOf(
  operator: Operator,
  version: PypiVersion,
  prefix: boolean,
  [from, to]: Bounds,
  place: Pick<Clause, 'start' | 'versionStart' | 'end'>,
): Clause {
  return { operator, version, prefix, from, to, literal: null, ...place };
}

/** The left-most number of the first three that is not zero goes up; where all that are written are zero, the last of them. */
export function nextBreaking(parts: VersionParts): VersionParts {
  const written = parts.release.slice(0, 3);
  const first = written.findIndex((number) => number !== '0');
  return raisedAt(parts, first === -1 ? written.length - 1 : first);
}

/** `~1.2` and `~1.2.3` stay below 1.3, `~1` below 2. */
export function nextAfterTilde(parts: VersionParts): VersionParts {
  return raisedAt(parts, parts.release.length === 1 ? 0 : 1);
}

function raisedAt({ epoch, release }: VersionParts, position: number): VersionParts {
  const raised = [...release.slice(0, position), nextNumber(release[position]!)];
  return { epoch, release: raised, pre: null, post: null, dev: null, local: null };
}
