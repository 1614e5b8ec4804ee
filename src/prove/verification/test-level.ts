import { join } from 'node:path';
import type { PackageName } from '../../domain/package-name.ts';
import type { LevelOutcome } from '../../domain/verification.ts';
import type { Environment } from '../environment/environment.ts';
import { testBeforeAndAfter } from '../service-tests/before-and-after.ts';
import { findTests } from '../service-tests/find-tests.ts';
import type { FoundTests } from '../service-tests/found-tests.ts';
import type { TestComparison } from '../service-tests/compare-tests.ts';
import { TEST_LIMITS } from '../service-tests/run-tests.ts';
import {
  failuresOfRun,
  tellComparison,
  tellRun,
  tellTouches,
  verdictOfTests,
} from '../service-tests/tell-tests.ts';
import type { TestRun } from '../service-tests/test-run.ts';
import { levelOutcome } from './level-outcome.ts';
import { serviceFolder } from './service-folder.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

/** One side with the environment that its set was installed into; null: it was not. */
export interface TestedSide {
  readonly set: SetToVerify;
  readonly environment: Environment | null;
}

const TOLD = { level: 'test', how: "the service's own tests, run in the sandbox on a copy of it" } as const;
const CLAIM = "the service's own tests pass";

/** The service's own tests on both sides; `before` null: there is no set before. */
export async function testLevels(
  before: TestedSide | null,
  after: TestedSide & { readonly environment: Environment },
  changed: Iterable<PackageName>,
  trial: Trial,
): Promise<{ readonly before: LevelOutcome | null; readonly after: LevelOutcome }> {
  const { sandbox, world, root, service } = trial;
  const unknown = (side: TestedSide, seen: string, hint: string): LevelOutcome =>
    levelOutcome(trial, side.set, { ...TOLD, claim: CLAIM, verdict: 'unknown', seen, hint });
  if ('kind' in sandbox)
    return { before: null, after: unknown(after, `not run: ${sandbox.why}`, sandbox.hint) };
  const folder = join(root, serviceFolder(service));
  const found = await findTests(world, folder, after.environment);
  if (found.kind !== 'found') return { before: null, after: unknown(after, found.why, found.hint) };
  const earlier = before?.environment == null ? null : await findTests(world, folder, before.environment);
  trial.onStage('running the tests');
  const tested = await testBeforeAndAfter(
    {
      before: isRunnable(earlier) ? { found: earlier, environment: before!.environment! } : null,
      after: { found, environment: after.environment },
    },
    changed,
    sandbox,
    { limits: TEST_LIMITS, clock: world.clock },
  );
  const notes = [...tellComparison(tested.comparison), ...tellTouches(tested.touches)];
  return {
    before:
      before === null || tested.before === null
        ? null
        : outcomeOf(tested.before, null, before.set, trial, []),
    after: outcomeOf(tested.after, tested.comparison, after.set, trial, notes),
  };
}

function isRunnable(found: FoundTests | null): found is Extract<FoundTests, { kind: 'found' }> {
  return found?.kind === 'found';
}

function outcomeOf(
  run: TestRun,
  comparison: TestComparison | null,
  set: SetToVerify,
  trial: Trial,
  notes: readonly string[],
): LevelOutcome {
  return levelOutcome(trial, set, {
    ...{ ...TOLD, claim: CLAIM, verdict: verdictOfTests(run, comparison), seen: tellRun(run), notes },
    failures: failuresOfRun(run, comparison),
    ...{ durationMs: run.check.durationMs, checks: [run.check] },
  });
}
