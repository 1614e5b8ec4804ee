import type { PackageName } from '../../domain/package-name.ts';
import type { Environment } from '../environment/environment.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { touchesOf } from './calls-by-distribution.ts';
import type { Touch } from './calls-by-distribution.ts';
import { compareTests, suspectsOf } from './compare-tests.ts';
import type { SecondRuns, TestComparison } from './compare-tests.ts';
import type { RunnableTests } from './found-tests.ts';
import { runTests } from './run-tests.ts';
import type { TestOptions } from './run-tests.ts';
import type { TestRun } from './test-run.ts';

/** The tests of a service in the environment of one side. */
export interface TestSide {
  readonly found: RunnableTests;
  readonly environment: Environment;
}

export interface TestsBeforeAndAfter {
  /** Null: it could not be run. */
  readonly before: TestRun | null;
  readonly after: TestRun;
  readonly comparison: TestComparison;
  /** What the tests did, after, with each of the distributions asked about. */
  readonly touches: ReadonlyMap<PackageName, Touch>;
}

/**
 * Runs the tests before and after, and once more on both sides those that passed before and failed after, so that a test which
 * fails now and then is not laid on the plan.
 */
export async function testBeforeAndAfter(
  sides: { readonly before: TestSide | null; readonly after: TestSide },
  changed: Iterable<PackageName>,
  sandbox: Sandbox,
  options: Omit<TestOptions, 'only'>,
): Promise<TestsBeforeAndAfter> {
  const run = ({ found, environment }: TestSide, only: readonly string[] | null): Promise<TestRun> =>
    runTests(found, environment, sandbox, { ...options, only });
  const before = sides.before === null ? null : await run(sides.before, null);
  const after = await run(sides.after, null);
  const suspects = suspectsOf(before, after);
  const again: SecondRuns | null =
    sides.before === null || suspects.length === 0
      ? null
      : { before: await run(sides.before, suspects), after: await run(sides.after, suspects) };
  const comparison = compareTests(before, after, again);
  return { before, after, comparison, touches: touchesOf(after, sides.after.environment, changed) };
}
