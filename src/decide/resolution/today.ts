import type { LockedSet } from '../../domain/plan.ts';
import type { Incompatibility } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { Cause } from './cause.ts';
import { isFixed } from './line.ts';
import type { Line } from './line.ts';
import { lockedSets } from './locked-set.ts';
import type { Resolution } from './resolution.ts';

/** Lines that cannot all stay as they are, with the derivation that says so. */
export interface Conflict {
  readonly lines: readonly Line[];
  /** Lines that take part by asking for their package, whatever its version. */
  readonly beside: readonly Line[];
  readonly derivation: Incompatibility<Cause>;
}

/**
 * What an installer would select from the files as they are. Where the lines conflict, those of every conflict found are set
 * free, so that the rest can still be looked at: `whole` is false then, and what is said of transitive packages is an estimate.
 */
export interface Today {
  readonly solved: Solved | null;
  readonly locks: readonly LockedSet[];
  readonly conflicts: readonly Conflict[];
  /** Those of the conflicts that no versions of these lines' packages would end: the rest is resolved without them. */
  readonly unmet: readonly Conflict[];
  readonly whole: boolean;
}

const NOTHING = { solved: null, locks: [], whole: false } as const;

/** Resolves the project as an installer would: newest versions within the lines as they are written. */
export async function resolveToday(resolution: Resolution): Promise<Today> {
  const conflicts: Conflict[] = [];
  const unmet: Conflict[] = [];
  let kept = resolution.lines;
  for (;;) {
    const assumptions = kept.map((line) => resolution.level(line, 'same'));
    const outcome = await resolution.solve(assumptions);
    if (outcome.kind === 'solved') {
      return {
        solved: outcome,
        locks: await lockedSets(resolution.graph, outcome),
        conflicts,
        unmet,
        whole: conflicts.length === 0,
      };
    }
    if (outcome.kind === 'unfinished') return { ...NOTHING, conflicts, unmet };
    const inCore = new Set(outcome.core.map((term) => term.package));
    const { derivation } = outcome;
    let lines = kept.filter((_, at) => inCore.has(assumptions[at]!.package));
    const asking = resolution.asking.filter((line) => inCore.has(resolution.asks(line).package));
    let beside = asking.filter((line) => !lines.includes(line));
    if (lines.length > 0 && lines.every(isFixed)) {
      // Nor would any edit that can be made.
      resolution.setAside(lines);
      unmet.push({ lines, beside, derivation });
    } else if (lines.length === 0) {
      // Whatever version they had: what these lines ask for cannot be had.
      if (asking.length === 0) return { ...NOTHING, conflicts, unmet };
      [lines, beside] = [asking, []];
      resolution.setAside(lines);
      unmet.push({ lines, beside, derivation });
    }
    conflicts.push({ lines, beside, derivation });
    // What cannot be edited stays in every plan, so what else it conflicts with must be seen too.
    const free = new Set(lines.every(isFixed) ? lines : lines.filter((line) => !isFixed(line)));
    kept = kept.filter((line) => !free.has(line));
  }
}
