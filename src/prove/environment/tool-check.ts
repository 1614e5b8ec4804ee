import type { ToolRun } from '../../change/lock-tools/tool-run.ts';
import type { Check } from '../../domain/check.ts';
import { masked } from '../../io/masked.ts';
import type { ProcessResult } from '../../io/process.ts';
import type { World } from '../../io/world.ts';
import { checkOf } from '../evidence/check-of.ts';

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
  const startedAt = world.clock.now();
  const result = await world.processes.run({ ...run, timeoutMs: MOST_MS, maxOutputBytes: MOST_OUTPUT });
  const said = masked(`${result.stdout}\n${result.stderr}`, run.environment)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const check = checkOf({ command: run.command, result, startedAt, ...about }, run.environment);
  return { result, check, said };
}
