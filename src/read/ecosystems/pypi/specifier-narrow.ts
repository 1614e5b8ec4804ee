import { fromTo } from './specifier-rewrite.ts';
import { parseSpecifier } from './specifier.ts';
import type { PypiSpecifier } from './specifier.ts';
import { isProblem } from './syntax-problem.ts';
import type { PypiVersion } from './version.ts';

/**
 * The specifier in the notation of `old` that admits what both admit. `bound` holds clauses of PEP 440, which every notation
 * takes; of a union each alternative gets them. Where that is longer than a specifier may be, it goes from the lowest to the
 * highest of `planned`, the versions (ascending, not empty) that it has to admit.
 */
export function narrowSpecifier(
  old: PypiSpecifier,
  bound: PypiSpecifier,
  planned: readonly PypiVersion[],
): PypiSpecifier {
  if (bound.alternatives.length !== 1 || bound.notation !== undefined)
    throw new Error(`not a bound that can be added: ${JSON.stringify(bound.text)}`);
  const added = bound.text.trim();
  const text =
    old.alternatives.length === 1
      ? joined(old.text, old.clauses.length > 0, added)
      : narrowedUnion(old, added);
  const specifier = parseSpecifier(text, old.notation);
  return isProblem(specifier) ? fromTo(planned, old.notation) : specifier;
}

/** Bars are found where the alternatives were found, so their parts are in step with them. */
function narrowedUnion(old: PypiSpecifier, added: string): string {
  const parts = old.text.split(/(\|\|?)/);
  return parts
    .map((part, n) => (n % 2 === 1 ? part : joined(part, old.alternatives[n / 2]!.length > 0, added)))
    .join('');
}

/** The blanks around what is there stay around it. */
function joined(part: string, hasClauses: boolean, added: string): string {
  if (added === '') return part;
  const core = part.trim();
  if (core === '') return part + added;
  if (!hasClauses) return part.replace(core, () => added);
  const start = part.indexOf(core);
  const end = start + core.length;
  const last = core.replace(/,$/, '');
  return `${part.slice(0, start)}${last},${added}${part.slice(end)}`;
}
