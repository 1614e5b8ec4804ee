import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { Check } from '../../domain/check.ts';
import type { Clock } from '../../io/clock.ts';
import type { Environment } from '../environment/environment.ts';
import type { Limits, Sandbox, SandboxResult } from '../sandbox/sandbox.ts';
import { assembleRun } from './assemble-run.ts';
import { SUPERVISOR } from './driver-supervisor.ts';
import { TEST_PROGRAM } from './driver.ts';
import type { RunnableTests } from './found-tests.ts';
import { readEvents } from './test-events.ts';
import type { TestRun } from './test-run.ts';

export interface TestOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  /** Only the tests of these ids; null: all. */
  readonly only?: readonly string[] | null;
}

/** Generous for a service's own tests, and still an end. */
export const TEST_LIMITS: Limits = {
  timeMs: 600_000,
  memoryBytes: 4 * 1024 ** 3,
  outputBytes: 256 * 1024 ** 2,
  scratchBytes: 2 * 1024 ** 3,
  processes: 512,
};

/** Where the copy of the service's folder stands in the sandbox. */
const PLACE = '/tmp/service';
const OUTPUT_LINES = 40;
/** How long before the end of the time Python is asked where it hangs. */
const HANG_NOTICE_MS = 2_000;

/**
 * Runs the tests in the sandbox, on a copy of the service's folder. Environment variables that they need are not guessed.
 * A test runs in the process that reports on it: what it prints cannot be taken for a report, but one that sets out to
 * deceive could write one.
 */
export async function runTests(
  found: RunnableTests,
  environment: Environment,
  sandbox: Sandbox,
  options: TestOptions,
): Promise<TestRun> {
  const { limits, clock } = options;
  const mark = randomUUID();
  const command = [environment.interpreter, '-I', '-S', '-c', SUPERVISOR] as const;
  const startedAt = clock.now().toISOString();
  const result = await sandbox.run({
    command,
    environment: variables(found, environment),
    readable: environment.readable,
    workingCopy: { from: found.folder, at: PLACE },
    cwd: PLACE,
    input: JSON.stringify({
      ...{ mark, program: TEST_PROGRAM, config: config(found, environment, options) },
      hangs_after: Math.max(1, (limits.timeMs - HANG_NOTICE_MS) / 1000),
    }),
    limits,
  });
  const { output, ...run } = assembleRun(readEvents(result.stdout, mark), result.ending, limits);
  const check = checkOf(found, environment, sandbox, { result, startedAt, output });
  return { ...run, check, peakMemoryBytes: result.peakMemoryBytes };
}

function variables(found: RunnableTests, environment: Environment): Readonly<Record<string, string>> {
  const paths = found.sourceFolders.map((folder) => `${PLACE}/${folder}`);
  return {
    PATH: `${dirname(environment.interpreter)}:/usr/local/bin:/usr/bin:/bin`,
    VIRTUAL_ENV: environment.path,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    PYTHONDONTWRITEBYTECODE: '1',
    // Before and after iterate over sets in the same order.
    PYTHONHASHSEED: '0',
    ...(paths.length === 0 ? {} : { PYTHONPATH: paths.join(':') }),
  };
}

function config(found: RunnableTests, environment: Environment, options: TestOptions): unknown {
  return {
    runner: found.runner.kind,
    files: found.runner.kind === 'unittest' ? found.runner.files : [],
    only: options.only ?? null,
    site_packages: environment.sitePackages,
  };
}

/** The command as a reader would give it: the driver's own text would say nothing. */
function checkOf(
  found: RunnableTests,
  environment: Environment,
  sandbox: Sandbox,
  run: { readonly result: SandboxResult; readonly startedAt: string; readonly output: string },
): Check {
  const { result, startedAt, output } = run;
  const { runner } = found;
  const said = output === '' ? result.stderr : output;
  return {
    command: [environment.interpreter, '-m', runner.kind],
    exitCode: result.ending.kind === 'exited' ? result.ending.code : null,
    startedAt,
    durationMs: result.durationMs,
    versions: {
      ...sandbox.versions,
      CPython: environment.runtimeVersion,
      ...(runner.kind === 'pytest' ? { pytest: runner.version } : {}),
    },
    digests: { environment: environment.digest },
    limits: sandbox.limitsInForce,
    output: said.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n'),
  };
}
