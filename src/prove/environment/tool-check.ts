import { maskedOutput, plainText } from '../../change/lock-tools/tool-run.ts';
import type { ToolRun } from '../../change/lock-tools/tool-run.ts';
import type { Check } from '../../domain/check.ts';
import type { ProcessResult } from '../../io/process.ts';
import type { World } from '../../io/world.ts';

const LINES = 30;
const MOST_MS = 20 * 60_000;
const MOST_OUTPUT = 4 << 20;

/** A run of a tool with its evidence and, for judging, all that it said. */
export interface CheckedRun {
  readonly result: ProcessResult;
  readonly check: Check;
  /** Masked; lines without control characters. */
  readonly said: readonly string[];
}

/** Runs a tool and keeps the evidence. */
export async function checkedRun(
  run: ToolRun,
  about: Pick<Check, 'versions' | 'digests' | 'limits'>,
  world: World,
): Promise<CheckedRun> {
  const startedAt = world.clock.now().toISOString();
  const result = await world.processes.run({ ...run, timeoutMs: MOST_MS, maxOutputBytes: MOST_OUTPUT });
  const said = maskedOutput(`${result.stdout}\n${result.stderr}`, run.environment)
    .split('\n')
    .map(plainText)
    .filter((line) => line !== '');
  const check: Check = {
    command: run.command.map((word) => maskedOutput(word, run.environment)),
    ...{ exitCode: result.exitCode, startedAt, durationMs: Math.round(result.durationMs), ...about },
    output: said
      .slice(-LINES)
      .map((line) => line.slice(0, 1000))
      .join('\n'),
  };
  return { result, check, said };
}
