import type { Check } from '../../domain/check.ts';
import type { Environment } from '../../io/environment-secrets.ts';
import { masked, maskedCommand } from '../../io/masked.ts';
import { lastLines } from '../../io/plain-output.ts';
import type { ProcessResult } from '../../io/process.ts';
import type { SandboxResult } from '../sandbox/sandbox.ts';

/** How a program ended and what it printed, in the sandbox or outside of it. */
export type RunResult =
  | Pick<ProcessResult, 'durationMs' | 'exitCode' | 'stderr' | 'stdout'>
  | Pick<SandboxResult, 'durationMs' | 'ending' | 'stderr' | 'stdout'>;

export interface CheckedRun {
  readonly command: readonly string[];
  readonly result: RunResult;
  readonly startedAt: Date;
  readonly versions: Readonly<Record<string, string>>;
  readonly digests: Readonly<Record<string, string>>;
  readonly limits: readonly string[];
}

const MOST_LINES = 40;
const MOST_BYTES = 4096;
const MOST_WORDS = 100;
const LONGEST_WORD = 500;

/** The record of one run, with the secrets of this environment masked, and no more of its output than a reader needs. */
export function checkOf(run: CheckedRun, environment: Environment): Check {
  const { result, startedAt, versions, digests, limits } = run;
  return {
    command: boundedCommand(maskedCommand(run.command, environment)),
    exitCode: exitCodeOf(result),
    startedAt: startedAt.toISOString(),
    durationMs: Math.max(0, Math.round(result.durationMs)),
    versions,
    digests,
    limits,
    output: lastOutput(masked(result.stdout, environment), masked(result.stderr, environment)),
  };
}

function exitCodeOf(result: RunResult): number | null {
  if ('exitCode' in result) return result.exitCode;
  return result.ending.kind === 'exited' ? result.ending.code : null;
}

/** Standard output before standard error; where both have something, errors take at most half of the room. */
function lastOutput(stdout: string, stderr: string): string {
  const both = stdout.trim() !== '' && stderr.trim() !== '';
  const share = both ? 2 : 1;
  const errors = lastLines(stderr, { lines: MOST_LINES / share, bytes: MOST_BYTES / share });
  const room = {
    lines: MOST_LINES - (errors === '' ? 0 : errors.split('\n').length),
    bytes: MOST_BYTES - Buffer.byteLength(errors) - 1,
  };
  return [lastLines(stdout, room), errors].filter((text) => text !== '').join('\n');
}

function boundedCommand(command: readonly string[]): readonly string[] {
  const words = command
    .slice(0, MOST_WORDS)
    .map((word) => (word.length <= LONGEST_WORD ? word : `${word.slice(0, LONGEST_WORD)}…`));
  return command.length <= MOST_WORDS ? words : [...words, '…'];
}
