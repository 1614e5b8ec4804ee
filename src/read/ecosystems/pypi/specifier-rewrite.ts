import { clauseAdmits } from './specifier-clause.ts';
import type { Clause } from './specifier-clause.ts';
import { allAdmit, contains, parseSpecifier } from './specifier.ts';
import type { PypiSpecifier } from './specifier.ts';
import { isProblem } from './syntax-problem.ts';
import { nextNumber } from './version-order.ts';
import type { VersionParts } from './version-order.ts';
import { publicVersion, versionOf } from './version.ts';
import type { PypiVersion } from './version.ts';

/** What takes a clause's place: text from operator to version, or null to leave the clause out. */
type Replacement = { readonly clause: Clause; readonly text: string | null };

/**
 * The specifier in its own style that admits all of `versions` (ascending, not empty). Clause by clause: one that admits
 * them all stays as it is written; a pin, a prefix pin, `~=`, `^` and `~` move and keep their operator and number of segments;
 * a cap moves up by the number that it was written to, a floor moves down only where it must; an exclusion that names one of
 * them goes. Where one pin cannot hold several versions it becomes the range from the lowest to the highest. Of a union the
 * last alternative moves, to what the others do not admit.
 */
export function rewriteSpecifier(old: PypiSpecifier, versions: readonly PypiVersion[]): PypiSpecifier {
  if (versions.every((version) => contains(old, version))) return old;
  const others = old.alternatives.slice(0, -1);
  const missing = versions.filter((version) => !others.some((one) => allAdmit(one, version)));
  const replacements = old.alternatives
    .at(-1)!
    .filter((clause) => !missing.every((version) => clauseAdmits(clause, version)))
    .map((clause): Replacement => ({ clause, text: rewritten(old, clause, missing) }));
  const text = replaced(old, replacements);
  const moved = parseSpecifier(old.notation === undefined ? text : orAny(text), old.notation);
  return isProblem(moved) ? fromTo(versions, old.notation) : moved;
}

/**
 * From the lowest to the highest of `versions` (ascending, not empty): for what cannot be written otherwise, since hundreds of
 * clauses, each a little longer than it was, come to more than a specifier may be.
 */
export function fromTo(versions: readonly PypiVersion[], notation: string | undefined): PypiSpecifier {
  const text = span('', versions[0]!, versions.at(-1)!);
  const specifier = parseSpecifier(text, notation);
  if (isProblem(specifier)) throw new Error(`${text} is no specifier: ${specifier.message}`);
  return specifier;
}

/** The tools with a notation of their own write `*` where nothing is left. */
function orAny(text: string): string {
  const end = text.trimEnd();
  return end === '' || end.endsWith('|') ? `${text}*` : text;
}

function replaced(old: PypiSpecifier, replacements: readonly Replacement[]): string {
  let text = old.text;
  for (const { clause, text: replacement } of replacements.toReversed()) {
    if (replacement !== null) {
      text = text.slice(0, clause.start) + replacement + text.slice(clause.end);
      continue;
    }
    const [before, after] = [text.slice(0, clause.start), text.slice(clause.end)];
    text = /,\s*$/.test(before)
      ? before.replace(/\s*,\s*$/, '') + after
      : before + after.replace(/^\s*,\s*/, '');
  }
  return text;
}

function rewritten(old: PypiSpecifier, clause: Clause, versions: readonly PypiVersion[]): string | null {
  const [lowest, highest] = [versions[0]!, versions.at(-1)!];
  const operator = old.text.slice(clause.start, clause.versionStart);
  const spaced = operator.slice(operator.trimEnd().length);
  switch (clause.operator) {
    case '!=':
      return null;
    case '==':
    case '===':
    case '~=':
    case '^':
    case '~':
      return (
        candidates(clause, lowest)
          .map((version) => operator + version)
          .find((candidate) => admitsAll(candidate, old.notation, versions)) ?? span(spaced, lowest, highest)
      );
    case '>':
    case '>=':
      return `>=${spaced}${publicVersion(lowest).text}`;
    case '<=':
      return `<=${spaced}${publicVersion(highest).text}`;
    case '<':
      return `<${spaced}${raised(old.text.slice(clause.versionStart, clause.end), clause.version!.parts, highest.parts)}`;
  }
}

function span(spaced: string, lowest: PypiVersion, highest: PypiVersion): string {
  return `>=${spaced}${publicVersion(lowest).text},<=${spaced}${publicVersion(highest).text}`;
}

function admitsAll(text: string, notation: string | undefined, versions: readonly PypiVersion[]): boolean {
  const specifier = parseSpecifier(text, notation);
  return !isProblem(specifier) && versions.every((version) => contains(specifier, version));
}

/** Versions to write after the same operator, narrowest first. */
function candidates(clause: Clause, lowest: PypiVersion): readonly string[] {
  if (clause.operator === '===') return [lowest.text];
  const segments = clause.version?.parts.release.length ?? 1;
  if (clause.operator === '~=') return compatible(publicVersion(lowest).parts, segments, 2);
  if (clause.operator === '^' || clause.operator === '~')
    return compatible(publicVersion(lowest).parts, segments, 1);
  if (clause.prefix) return countDown(segments, 1).map((n) => `${versionOf(start(lowest.parts, n)).text}.*`);
  return [...new Set([lowest.text, publicVersion(lowest).text])];
}

/** `~=1.4` for a version 2.3.1 is `~=2.3`; where that is above the version (2.3rc1), the whole version with as many numbers. */
function compatible(lowest: VersionParts, segments: number, fewest: number): readonly string[] {
  return countDown(segments, fewest).flatMap((n) => [
    versionOf(start(lowest, n)).text,
    versionOf({ ...lowest, release: start(lowest, n).release }).text,
  ]);
}

function countDown(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(from - to + 1, 0) }, (_, i) => from - i);
}

/** The first `segments` numbers of a release, zeros where it has fewer. */
function start(parts: VersionParts, segments: number): VersionParts {
  const release = Array.from({ length: segments }, (_, i) => parts.release[i] ?? '0');
  return { epoch: parts.epoch, release, pre: null, post: null, dev: null, local: null };
}

/**
 * The next bound of the same kind above a version: a bound is as coarse as its last number that is not zero, so `<3`
 * becomes `<4`, `<3.0.0` `<4.0.0` and `<2.12` `<2.14`. A suffix such as `.dev0` stays.
 */
function raised(written: string, bound: VersionParts, highest: VersionParts): string {
  const { release } = bound;
  const coarse = Math.max(
    release.findLastIndex((number) => number !== '0'),
    0,
  );
  const next = release.map((_, i) => {
    const number = highest.release[i] ?? '0';
    return i < coarse ? number : i === coarse ? nextNumber(number) : '0';
  });
  const suffix = /^v?(?:\d+!)?\d+(?:\.\d+)*(.*)$/i.exec(written)?.[1] ?? '';
  return (highest.epoch === '0' ? '' : `${highest.epoch}!`) + next.join('.') + suffix;
}
