import type { LevelOutcome } from '../../domain/verification.ts';
import { levelOutcome } from './level-outcome.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

/** Whether an installer gets a whole set from the files, by the metadata of the index. */
export function resolveLevel(set: SetToVerify, trial: Trial): LevelOutcome {
  const told = { level: 'resolve', how: 'solver over the index metadata' } as const;
  const claim = 'the lines of the service resolve to one set';
  if (set.unresolved !== null)
    return levelOutcome(trial, set, {
      ...told,
      ...{ claim, verdict: 'refuted', seen: 'no' },
      failures: [{ key: 'resolves', what: set.unresolved, because: null, ofMachine: false }],
    });
  const seen = `to ${set.packages.length} package${set.packages.length === 1 ? '' : 's'}`;
  return levelOutcome(trial, set, { ...told, claim, verdict: 'proven', seen });
}
