import type { Decision } from '../ecosystem.ts';

/** Kleene's strong logic: `unknown` decides nothing that the other side does not decide alone. */
export function both(a: Decision, b: Decision): Decision {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown';
}

/** At least one of two: see `both`. */
export function either(a: Decision, b: Decision): Decision {
  if (a === 'yes' || b === 'yes') return 'yes';
  return a === 'no' && b === 'no' ? 'no' : 'unknown';
}

/** What answers that are all possible agree on; none at all: unknown. */
export function agreement(answers: readonly Decision[]): Decision {
  const [first] = answers;
  return first !== undefined && answers.every((answer) => answer === first) ? first : 'unknown';
}
