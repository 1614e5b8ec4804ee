import { randomBytes } from 'node:crypto';
import type { Environment } from '../environment/environment.ts';
import type { Limits, Sandbox, SandboxRequest, SandboxResult } from '../sandbox/sandbox.ts';
import { IMPORT_DRIVER } from './import-driver.ts';
import type { ImportedModule, ImportOutcome } from './import-check.ts';
import type { DriverAnswer, DriverEnding } from './read-answer.ts';
import { readAnswer } from './read-answer.ts';

const GIB = 1024 ** 3;

/** Large libraries take their time on a small machine, and start many threads on a big one. */
export const IMPORT_LIMITS: Limits = {
  timeMs: 120_000,
  memoryBytes: 4 * GIB,
  outputBytes: 4 * 1024 ** 2,
  scratchBytes: GIB / 2,
  processes: 1_024,
};

/** The last of what a module printed is told where it died. */
const TOLD_OUTPUT = 4_000;

/** Imports one module in a process of its own, takes from it all names that the asks take, and answers each ask. */
export async function importOnce(
  module: string,
  asks: readonly ImportedModule[],
  where: { readonly environment: Environment; readonly sandbox: Sandbox; readonly limits: Limits },
): Promise<readonly ImportOutcome[]> {
  const secret = randomBytes(16).toString('hex');
  const names = [...new Set(asks.flatMap(namesOf))];
  const { environment, sandbox, limits } = where;
  const run = await sandbox.run(
    importRequest(environment, `${[secret, module, ...names].join('\n')}\n`, limits),
  );
  const answer = readAnswer(run.stdout, secret);
  return asks.map((asked) => ({
    asked,
    result: answer === null ? endedWithout(run, limits) : resultOf(answer, asked, run),
    deprecations: answer?.deprecations ?? [],
    durationMs: answer?.durationMs ?? run.durationMs,
    peakMemoryBytes: largest(run.peakMemoryBytes, answer?.peakMemoryBytes ?? null),
  }));
}

function namesOf({ from }: ImportedModule): readonly string[] {
  return from.kind === 'sources' ? from.names : [];
}

/**
 * `-I`: neither the working folder, nor the user's own packages, nor PYTHON* variables take part. `-B`: nothing is written beside the
 * sources. The variables are for programs that the module starts.
 */
function importRequest(environment: Environment, input: string, limits: Limits): SandboxRequest {
  return {
    command: [environment.interpreter, '-I', '-B', '-c', IMPORT_DRIVER],
    environment: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONNOUSERSITE: '1',
    },
    readable: environment.readable,
    input,
    limits,
  };
}

function resultOf(answer: DriverAnswer, asked: ImportedModule, run: SandboxResult): ImportOutcome['result'] {
  const failed =
    answer.module ??
    namesOf(asked)
      .map((name) => answer.names.get(name))
      .find(isEnding);
  if (failed === undefined) return { kind: 'imported' };
  if (failed.kind === 'raised') return failed;
  return { kind: 'died', why: `it called sys.exit(${failed.code})`, output: outputOf(run) };
}

function isEnding(ending: DriverEnding | undefined): ending is DriverEnding {
  return ending !== undefined;
}

function endedWithout(run: SandboxResult, limits: Limits): ImportOutcome['result'] {
  const { ending } = run;
  if (ending.kind === 'not-started') return { kind: 'not-run', why: ending.why };
  return { kind: 'died', why: whyDied(ending, limits), output: outputOf(run) };
}

function whyDied(ending: Exclude<SandboxResult['ending'], { kind: 'not-started' }>, limits: Limits): string {
  if (ending.kind === 'signalled') return `it was killed by ${ending.signal}`;
  if (ending.kind === 'exited') return `it ended its process with exit code ${ending.code}`;
  switch (ending.limit) {
    case 'time':
      return `it did not end within ${limits.timeMs / 1_000} s`;
    case 'memory':
      return `it took more than ${(limits.memoryBytes / 1024 ** 2).toFixed(0)} MiB of memory`;
    case 'output':
      return `it printed more than ${(limits.outputBytes / 1024 ** 2).toFixed(1)} MiB`;
    case 'processes':
      return `it started more than ${limits.processes} processes`;
  }
}

function outputOf({ stdout, stderr }: SandboxResult): string {
  return `${stdout}${stderr}`.slice(-TOLD_OUTPUT);
}

function largest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
