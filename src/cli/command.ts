import { errorExit } from './error-exit.ts';
import { program } from './program.ts';

/** What the words of the command line ask for, to the exit code. `script`: the file by which the command is started. */
export async function runCommand(script: string): Promise<void> {
  // A reader that went away (`| head -1`) is told to whoever writes, and is nothing to fail of.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  try {
    await program(script).parseAsync();
  } catch (error) {
    process.exitCode = await errorExit(error, process.argv.slice(2));
  }
}
