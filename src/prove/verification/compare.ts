import type { Failure, Level, LevelOutcome, ServiceVerification } from '../../domain/verification.ts';

/** What became of the failures of one level, from the set before to the set after. */
export interface LevelComparison {
  readonly level: Level;
  /** The plan brought them in: the same was tried before, and it did not fail. */
  readonly broken: readonly Failure[];
  /** They failed before, and do not any more. */
  readonly repaired: readonly Failure[];
  readonly asBefore: readonly Failure[];
  /** They fail now, and before it could not be tried. */
  readonly notTriedBefore: readonly Failure[];
}

/** Each level of the set after beside the same of the set before. */
export function compareLevels({ before, after }: ServiceVerification): readonly LevelComparison[] {
  return after.outcomes.map((outcome) => {
    const earlier = before?.outcomes.find(({ level }) => level === outcome.level) ?? null;
    return comparison(outcome, earlier);
  });
}

function comparison(after: LevelOutcome, before: LevelOutcome | null): LevelComparison {
  const wasTried = before !== null && before.verdict !== 'unknown';
  const failed = new Set(before?.failures.map(({ key }) => key));
  const fails = new Set(after.failures.map(({ key }) => key));
  const isKnown = wasTried || failed.size > 0;
  return {
    level: after.level,
    broken: wasTried ? after.failures.filter(({ key }) => !failed.has(key)) : [],
    repaired: isKnown ? (before?.failures.filter(({ key }) => !fails.has(key)) ?? []) : [],
    asBefore: after.failures.filter(({ key }) => failed.has(key)),
    notTriedBefore: wasTried ? [] : after.failures.filter(({ key }) => !failed.has(key)),
  };
}

/**
 * Whether a plan may be written: nothing fails with it that did not fail without it. What could not be tried before counts
 * against it, for nobody knows that it failed then; what this machine lacks does not.
 */
export function mayBeWritten(verification: ServiceVerification): boolean {
  return compareLevels(verification).every(({ broken, notTriedBefore }) =>
    [...broken, ...notTriedBefore].every(({ ofMachine }) => ofMachine),
  );
}

/** Of a whole service: refuted where anything fails now, unknown where anything could not be tried. */
export function verdictOf({ after, level }: ServiceVerification): LevelOutcome['verdict'] {
  const verdicts = after.outcomes.map(({ verdict }) => verdict);
  if (verdicts.includes('refuted')) return 'refuted';
  const isWhole = after.outcomes.at(-1)?.level === level;
  return isWhole && !verdicts.includes('unknown') ? 'proven' : 'unknown';
}
