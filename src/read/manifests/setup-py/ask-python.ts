import type { ReadingContext } from '../manifest-reader.ts';
import { SETUP_PROGRAM } from './setup-program.ts';

/** Line from 1, column from 0, of start and end. */
export type PythonPlace = readonly [number, number, number, number];

/** What the program of `setup-program.ts` prints. */
export interface SetupFacts {
  readonly items: readonly {
    readonly field: string;
    readonly extra: string | null;
    readonly text: string;
    readonly at: PythonPlace;
  }[];
  readonly computed: readonly {
    readonly field: string | null;
    readonly extra: string | null;
    readonly at: PythonPlace;
  }[];
  readonly problem:
    | { readonly kind: 'syntax'; readonly message: string; readonly line: number; readonly column: number }
    | { readonly kind: 'deep' }
    | { readonly kind: 'old'; readonly version: string }
    | null;
}

const TIME_LIMIT_MS = 20_000;
const MOST_OUTPUT = 16 * 1024 * 1024;
const KEPT = ['HOME', 'PYENV_ROOT', 'PYENV_VERSION', 'LD_LIBRARY_PATH', 'SYSTEMROOT'];

/**
 * Asks the first Python on the PATH, isolated (`-I -S`: it imports nothing of the working folder or of the user), what a
 * setup.py says. A sentence where it cannot.
 */
export async function askPython(
  text: string,
  { processes, environment }: ReadingContext,
): Promise<SetupFacts | string> {
  // An empty or relative entry of the PATH may hold a program of the repository itself.
  const path = (environment['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const kept = KEPT.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (processes && path.length > 0)
    for (const program of ['python3', 'python']) {
      const result = await processes.run({
        command: [program, '-I', '-S', '-c', SETUP_PROGRAM],
        cwd: '/',
        environment: { ...Object.fromEntries(kept), PATH: path.join(':') },
        input: text,
        timeoutMs: TIME_LIMIT_MS,
        maxOutputBytes: MOST_OUTPUT,
      });
      // 127: the program is a shell script, as pyenv's, that does not find what it starts.
      if (result.notFound || result.exitCode === 127) continue;
      if (result.timedOut) return 'Python did not read this file within 20 seconds';
      if (result.exitCode !== 0 || result.truncated) return 'Python gave up reading this file';
      return JSON.parse(result.stdout) as SetupFacts;
    }
  return 'setup.py is read with Python, which was not found';
}
