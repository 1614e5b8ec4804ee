import { CommanderError } from 'commander';
import { errorDocument, errorScreen, UserFacingError } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import { print, screenOptions } from './output.ts';

/**
 * Tells what went wrong on standard error, and with which exit code to end. A bug keeps its stack. A program that asked for JSON on standard
 * output gets a document there too. `words`: what stands behind the command's name.
 */
export async function errorExit(error: unknown, words: readonly string[]): Promise<ExitCode> {
  // Commander has printed its own message, help or version by then.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserFacingError) {
    const { paint, width } = screenOptions(false);
    process.stderr.write(errorScreen(error, paint, width));
    const code = error.outside ? 3 : 2;
    if (readsJson(words)) await print(errorDocument(error, code));
    return code;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`bug in fettle, please report it with this:\n${stack}\n`);
  return 70;
}

/** Whether the answer was to be JSON on standard output, and nothing else. */
function readsJson(words: readonly string[]): boolean {
  const forms = words.flatMap((word, n) => {
    if (word === '--json') return ['json'];
    if (word === '--format') return words.slice(n + 1, n + 2);
    return word.startsWith('--format=') ? [word.slice('--format='.length)] : [];
  });
  const isJson = forms.length > 0 && forms.every((form) => form === 'json');
  return isJson && !words.some((word) => /^(-o|--output(=|$))/.test(word));
}
