import type { NotDone } from '../deployment/platform.ts';

/** Why a rollout does not go on. */
export interface Stop {
  readonly kind:
    | 'failed'
    /** Somebody told it to roll back. */
    | 'commanded'
    /** Traffic is not what this rollout made it: it is not written over. */
    | 'other-hands'
    /** A later execution has taken over: nothing more is written. */
    | 'fenced';
  readonly what: string;
  readonly hint: string;
  /** What the stop says of the step's claim: `unknown` where it was not looked at to the end. */
  readonly verdict: 'refuted' | 'unknown';
}

/** A step that came to its end well. */
export interface Passed<T> {
  readonly kind: 'passed';
  readonly value: T;
}

export type Outcome<T> = Passed<T> | Stop;

export function passed<T>(value: T): Passed<T> {
  return { kind: 'passed', value };
}

export function failed(what: string, hint: string, verdict: Stop['verdict'] = 'refuted'): Stop {
  return { kind: 'failed', what, hint, verdict };
}

/** What will not be done however often it is asked. `fenced`: nobody but the later execution may go on. */
export function stopOf(answer: Exclude<NotDone, { kind: 'conflict' | 'unreachable' }>): Stop {
  if (answer.kind === 'refused') return failed(`refused (${answer.cause}): ${answer.why}`, answer.hint);
  return {
    ...{ kind: 'fenced', verdict: 'unknown' },
    what: `a later execution (generation ${answer.generation}) has taken the service over`,
    hint: 'nothing more was written here; see fettle rollouts for the one that goes on',
  };
}
