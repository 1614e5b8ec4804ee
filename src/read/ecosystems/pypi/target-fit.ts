import type { Target } from '../../../domain/target.ts';
import { repairedSpecifier } from './lenient.ts';
import { admitsRuntime } from './runtime.ts';
import { wheelRank } from './tag.ts';

/** What of a page's tags and runtime bounds a target takes, remembered by text over all packages. */
export interface TargetFit {
  /** 0 is the best tag; -1: the wheel does not fit. */
  rank(tags: string): number;
  /**
   * Whether Requires-Python admits the target, upper bounds too. Text that is no specifier is read leniently, and asks for
   * nothing, as in pip, where that does not help.
   */
  admits(requiresPython: string): boolean;
}

const fits = new WeakMap<Target, TargetFit>();

export function targetFit(target: Target): TargetFit {
  const known = fits.get(target);
  if (known !== undefined) return known;
  const rank = wheelRank(target);
  const admitted = new Map<string, boolean>();
  const fit: TargetFit = {
    rank: (tags) => rank(tags) ?? -1,
    admits: (requiresPython) => {
      if (requiresPython === '') return true;
      const answer = admitted.get(requiresPython);
      if (answer !== undefined) return answer;
      const strict = admitsRuntime(requiresPython, target.runtime);
      const repaired = typeof strict === 'string' ? null : repairedSpecifier(requiresPython);
      const decision = repaired === null ? strict : admitsRuntime(repaired, target.runtime);
      const admits = decision !== 'no';
      admitted.set(requiresPython, admits);
      return admits;
    },
  };
  fits.set(target, fit);
  return fit;
}
