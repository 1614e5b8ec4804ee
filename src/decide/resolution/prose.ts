import type { Incompatibility } from '../solver/incompatibility.ts';
import type { Cause } from './cause.ts';
import { causesOf } from './causes.ts';
import type { Graph } from './graph.ts';

/** A derivation in words. */
export function prose(_graph: Graph, derivation: Incompatibility<Cause>): readonly string[] {
  return causesOf(derivation).map((cause) => JSON.stringify(cause).slice(0, 200));
}
