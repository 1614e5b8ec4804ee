import { CommanderError } from 'commander';
import { errorScreen, UserFacingError } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import { screenOptions } from './output.ts';

/** Tells what went wrong on standard error, and with which exit code to end. A bug keeps its stack. */
export function errorExit(error: unknown): ExitCode {
  // Commander has printed its own message, help or version by then.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserFacingError) {
    const { paint, width } = screenOptions(false);
    process.stderr.write(errorScreen(error, paint, width));
    return error.outside ? 3 : 2;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`bug in fettle, please report it with this:\n${stack}\n`);
  return 70;
}
