import type { Incompatibility } from '../solver/incompatibility.ts';
import type { Cause } from './cause.ts';

/** Every external cause that a derivation rests on, each once, in the order of first use. */
export function causesOf(derivation: Incompatibility<Cause>): readonly Cause[] {
  const causes = new Set<Cause>();
  const seen = new Set<Incompatibility<Cause>>();
  const open = [derivation];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next.kind === 'external') causes.add(next.cause);
    else open.push(next.other, next.conflict);
  }
  return [...causes];
}
