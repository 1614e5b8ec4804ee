import type { SyntaxProblem } from '../ecosystem.ts';
import { isProblem, problemAt } from './syntax-problem.ts';
import { afterLocals, afterPosts, justAfter, nextNumber, orderKey } from './version-order.ts';
import type { VersionParts } from './version-order.ts';
import { LOCAL_PATTERN, parseVersion, VERSION_PATTERN } from './version.ts';
import type { PypiVersion } from './version.ts';

type StandardOperator = '~=' | '==' | '!=' | '<=' | '>=' | '<' | '>' | '===';
/** `^` and `~` are Poetry's; its bare version is `==`. */
export type Operator = StandardOperator | '^' | '~';

/**
 * One clause of a specifier. Every operator but `===` means one stretch of the order (`!=` all but one): from `from`,
 * included, up to `to`, not included, both keys of `version-order.ts`; null is unbounded. `===` compares text.
 */
export interface Clause {
  readonly operator: Operator;
  /** Null for `===` with text that is no version. For `==1.2.*` the version 1.2. */
  readonly version: PypiVersion | null;
  /** `==1.2.*` and `!=1.2.*`. */
  readonly prefix: boolean;
  readonly from: string | null;
  readonly to: string | null;
  /** The text after `===` in small letters, else null. */
  readonly literal: string | null;
  /** Offsets within the specifier's text: operator, and version with its `.*`. */
  readonly start: number;
  readonly versionStart: number;
  readonly end: number;
}

const OPERATOR = /===|~=|==|!=|<=|>=|<|>/y;
const LITERAL = /[^\s;),]+/y;
export const PUBLIC = new RegExp(VERSION_PATTERN, 'iy');
export const WITH_LOCAL = new RegExp(VERSION_PATTERN + LOCAL_PATTERN, 'iy');
const SPACE = /\s*/y;
const OPERATORS = 'an operator (==, !=, <=, >=, <, >, ~= or ===)';

/** What a sticky pattern finds at an offset. */
export function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** The clause that begins at an offset; what follows it is the caller's business. PEP 440, "Version specifiers". */
export function scanClause(text: string, start: number): Clause | SyntaxProblem {
  const operator = matchAt(OPERATOR, text, start) as StandardOperator | null;
  if (operator === null) return problemAt(text, OPERATORS, start);
  const versionStart = start + operator.length + matchAt(SPACE, text, start + operator.length)!.length;
  if (operator === '===') return literalClause(text, start, versionStart);
  const equality = operator === '==' || operator === '!=';
  const written = matchAt(equality ? WITH_LOCAL : PUBLIC, text, versionStart);
  if (written === null) return problemAt(text, `a version after ${operator}`, versionStart);
  const version = parseVersion(written);
  if (isProblem(version)) return { ...version, start: versionStart, end: versionStart + written.length };
  const versionEnd = versionStart + written.length;
  const wrong = wrongForOperator(text, operator, version, versionStart, versionEnd);
  if (wrong !== null) return wrong;
  const prefix = text.startsWith('.*', versionEnd);
  const [from, to] = prefix ? prefixBounds(version.parts) : bounds(operator, version);
  const end = prefix ? versionEnd + 2 : versionEnd;
  return { operator, version, prefix, from, to, literal: null, start, versionStart, end };
}

function literalClause(text: string, start: number, versionStart: number): Clause | SyntaxProblem {
  const written = matchAt(LITERAL, text, versionStart);
  if (written === null) return problemAt(text, 'a text after ===', versionStart);
  const version = parseVersion(written);
  return {
    operator: '===',
    version: isProblem(version) ? null : version,
    prefix: false,
    from: null,
    to: null,
    literal: written.toLowerCase(),
    start,
    versionStart,
    end: versionStart + written.length,
  };
}

/** What an operator does not take: `.*` and a local version elsewhere than with == and !=, and `~=` of one number. */
function wrongForOperator(
  text: string,
  operator: StandardOperator,
  version: PypiVersion,
  start: number,
  end: number,
): SyntaxProblem | null {
  const equality = operator === '==' || operator === '!=';
  if (operator === '~=' && version.parts.release.length < 2)
    return problemAt(text, '~= to have at least two numbers (~=1.4)', start, end);
  if (text.startsWith('.*', end)) {
    if (!equality)
      return problemAt(text, `no ".*" with ${operator}: only == and != take a prefix`, end, end + 2);
    const { pre, post, dev, local } = version.parts;
    if (pre !== null || post !== null || dev !== null || local !== null)
      return problemAt(text, 'only numbers before ".*"', end, end + 2);
  }
  if (text[end] === '+' && !equality)
    return problemAt(text, `no local version with ${operator}: only == and != take one`, end);
  return null;
}

/** What one clause admits, as `from` and `to` of `Clause`. */
export type Bounds = readonly [from: string | null, to: string | null];

function bounds(operator: Exclude<StandardOperator, '==='>, version: PypiVersion): Bounds {
  const { key } = version;
  switch (operator) {
    case '>=':
      return [key, null];
    case '<=':
      return [null, afterLocals(key)];
    case '>':
      return [above(version.parts), null];
    case '<':
      return [null, version.isPrerelease ? key : orderKey({ ...version.parts, dev: '0', local: null })];
    case '~=':
      return [key, prefixBounds(withoutLast(version.parts))[1]];
    case '==':
    case '!=':
      return [key, version.text.includes('+') ? justAfter(key) : afterLocals(key)];
  }
}

function withoutLast(parts: VersionParts): VersionParts {
  return { ...parts, release: parts.release.slice(0, -1) };
}

/** PEP 440, "Exclusive ordered comparison": neither a post-release of the version nor a local version of it. */
function above(parts: VersionParts): string {
  if (parts.dev !== null) return orderKey({ ...parts, dev: nextNumber(parts.dev) });
  if (parts.post !== null) return orderKey({ ...parts, post: nextNumber(parts.post), dev: '0' });
  return afterPosts(parts);
}

/** PEP 440, "Version matching": 1.2.* is everything from 1.2.dev0 up to 1.3.dev0. */
export function prefixBounds(parts: VersionParts): Bounds {
  const first = { epoch: parts.epoch, release: parts.release, pre: null, post: null, dev: '0', local: null };
  const last = parts.release.length - 1;
  const next = parts.release.with(last, nextNumber(parts.release[last]!));
  return [orderKey(first), orderKey({ ...first, release: next })];
}

/** Whether a version is admitted: by order alone, pre-releases like any other. */
export function clauseAdmits(clause: Clause, version: PypiVersion): boolean {
  if (clause.literal !== null) return version.text === clause.literal;
  const inside =
    (clause.from === null || version.key >= clause.from) && (clause.to === null || version.key < clause.to);
  return inside !== (clause.operator === '!=');
}
