import type { PackageName } from '../../domain/package-name.ts';
import type { Environment } from '../environment/environment.ts';
import type { TestRun } from './test-run.ts';

/**
 * What tests did with an installed distribution. `touched`: a function of it was called while a test ran. `imported`: it was imported,
 * and no function of it was called. `unknown`: that cannot be said, and why.
 */
export type Touch =
  | { readonly kind: 'touched' | 'imported' | 'untouched' }
  | { readonly kind: 'unknown'; readonly why: string };

const COMPILED = /\.(?:so|pyd|dylib)$/;

/** For each of these distributions of the environment, whether a test touches it (files by RECORD, PEP 376). */
export function touchesOf(
  run: Pick<TestRun, 'calls' | 'ending' | 'notRun'>,
  environment: Pick<Environment, 'distributions'>,
  names: Iterable<PackageName> = environment.distributions.keys(),
): ReadonlyMap<PackageName, Touch> {
  const touches = new Map<PackageName, Touch>();
  for (const name of names) {
    const distribution = environment.distributions.get(name);
    // What the plan removed is not there to be called.
    if (distribution !== undefined) touches.set(name, touchOf(run, distribution.files));
  }
  return touches;
}

function touchOf(run: Pick<TestRun, 'calls' | 'ending' | 'notRun'>, files: readonly string[]): Touch {
  const { called, imported, startsPrograms } = run.calls;
  if (files.some((file) => called.has(file))) return { kind: 'touched' };
  const seen = files.some((file) => imported.has(file));
  if (seen && files.some((file) => COMPILED.test(file)))
    return unknown('it was imported, and what its compiled code does is not seen');
  if (run.ending.kind !== 'finished') return unknown('the tests did not run to their end');
  if (startsPrograms) return unknown('tests start programs of their own, and what those call is not seen');
  return { kind: seen ? 'imported' : 'untouched' };
}

function unknown(why: string): Touch {
  return { kind: 'unknown', why };
}
