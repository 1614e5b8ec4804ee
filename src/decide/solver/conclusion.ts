import type { VersionSet } from '../../domain/version-set.ts';
import type { External, Incompatibility, PackageId, Term } from './incompatibility.ts';
import { isPositive } from './term.ts';

/** The words of an explanation, which only those know who made the universe. */
export interface Describe<C> {
  /** A singular noun for the package at one of these versions (never none): "requests 2.22.0", "idna below 2.9". */
  versions(id: PackageId, versions: VersionSet): string;
  /** A clause for what an external incompatibility says: "requests 2.22.0 needs idna >=2.5,<2.9". */
  fact(external: External<C>): string;
  /** Whether a fact goes without saying: a derivation is told without it. */
  goesWithoutSaying?(external: External<C>): boolean;
  /**
   * For a package that stands for an assumption, the clause that it means: "requests must stay at 2.22.0". Null for
   * packages proper. An assumption of the core is in force throughout its explanation and not repeated: its fact says it.
   */
  assumption(id: PackageId): string | null;
}

/**
 * What an incompatibility says, as a clause: "a 1 and b 2 cannot be used together", "a 1 needs b 2". `core` is the
 * incompatibility that the explanation ends with, whose assumptions are taken as read.
 */
export function conclusionOf<C>(
  of: Incompatibility<C>,
  core: Incompatibility<C>,
  describe: Describe<C>,
): string {
  const used: string[] = [];
  const needed: string[] = [];
  const conditions: string[] = [];
  for (const term of of.terms) {
    if (term.states.isFull) continue;
    const assumption = describe.assumption(term.package);
    if (assumption === null) (isPositive(term) ? used : needed).push(nounOf(term, describe));
    else if (!core.terms.some((other) => other.package === term.package))
      conditions.push(isPositive(term) ? `if ${assumption}` : `unless ${assumption}`);
  }
  return [statement(unique(used), unique(needed)), ...unique(conditions)].join(' ');
}

function nounOf<C>(term: Term, describe: Describe<C>): string {
  const states = isPositive(term) ? term.states : term.states.complement();
  return describe.versions(term.package, states.resized(states.size - 1));
}

function statement(used: readonly string[], needed: readonly string[]): string {
  const need = needed.length > 1 ? `one of ${list(needed, 'or')}` : needed[0];
  if (used.length === 0) return need === undefined ? 'there is no solution' : `${need} is needed`;
  if (need !== undefined)
    return `${list(used, 'and')} ${used.length > 1 ? 'together need' : 'needs'} ${need}`;
  return used.length > 1 ? `${list(used, 'and')} cannot be used together` : `${used[0]!} cannot be used`;
}

/** One package on two targets is one noun. */
function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}

function list(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)!}`;
}
