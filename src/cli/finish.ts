import type { ExitCode } from './exit-code.ts';

/** What a command came to, as the code that the process ends with. */
export async function finish(work: Promise<ExitCode>): Promise<void> {
  process.exitCode = await work;
}
