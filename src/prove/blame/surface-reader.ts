import type { ProcessResult } from '../../io/process.ts';
import type { World } from '../../io/world.ts';
import type { Environment } from '../environment/environment.ts';
import { surfaceOf, type Surface, type SurfaceText } from './surface.ts';
import { SURFACE_SCRIPT } from './surface-script.ts';

/** Reads the surface of a source; null where it is not read (not of this Python, or Python is not there). */
export interface SurfaceReader {
  /** `key` names these very bytes for ever ("sha256:… path"); null: they are not kept. */
  read(key: string | null, bytes: () => Promise<Uint8Array | null>): Promise<Surface | null>;
  /** Top-level names of the standard library of the environment's Python; none where it does not tell them. */
  standardModules(): Promise<ReadonlySet<string>>;
}

/** Raised when what the script prints changes. */
const FORMAT = 2;
const TIME_LIMIT_MS = 60_000;
const MOST_OUTPUT = 256 * 1024 * 1024;
/** No source of a distribution that is worth reading is larger. */
const MOST_SOURCE_BYTES = 4 * 1024 * 1024;
const BATCH_BYTES = 16 * 1024 * 1024;
const KEPT = ['LD_LIBRARY_PATH', 'SYSTEMROOT', 'PYENV_ROOT', 'PYENV_VERSION', 'HOME'];

interface Waiting {
  readonly text: string;
  readonly done: (answer: SurfaceText | null) => void;
}

/**
 * Asks Python's `ast`, isolated (`-I -S`): several sources at a time in one process. The interpreter is the one that the environment was
 * made from, so that its grammar is the target's; never a program that lies in the environment, where a wheel may have put it.
 */
export async function surfaceReader(world: World, environment: Environment): Promise<SurfaceReader> {
  const command = await interpreterFor(world, environment);
  const runtime = environment.runtimeVersion.split('.').slice(0, 2).map(Number);
  const waiting: Waiting[] = [];
  let working: Promise<void> | null = null;
  const work = async (): Promise<void> => {
    // Those that are asked for in the same moment go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await askBatch(world, command, runtime, takeBatch(waiting));
    working = null;
  };
  const ask = (text: string): Promise<SurfaceText | null> =>
    new Promise((resolve, reject) => {
      waiting.push({ text, done: resolve });
      working ??= work();
      working.catch(reject);
    });
  let standard: Promise<ReadonlySet<string>> | null = null;
  return {
    standardModules: () => (standard ??= standardModules(world, command)),
    read: async (key, bytes) => {
      const kept = key === null ? null : `${key} ${runtime.join('.')} ${FORMAT}`;
      const stored = kept === null ? null : world.cache.get('wheels', kept);
      if (stored !== null) return surfaceOf(JSON.parse(new TextDecoder().decode(stored)) as SurfaceText);
      const source = await bytes();
      if (source === null || source.length > MOST_SOURCE_BYTES) return null;
      // A source in another encoding than UTF-8 says so, and only its strings and comments are read wrongly then.
      const answer = await ask(new TextDecoder().decode(source));
      if (answer === null) return null;
      if (kept !== null) world.cache.put('wheels', kept, new TextEncoder().encode(JSON.stringify(answer)));
      return surfaceOf(answer);
    },
  };
}

async function interpreterFor(world: World, environment: Environment): Promise<string> {
  const [real, folder] = await Promise.all([
    world.files.realPath(environment.interpreter),
    world.files.realPath(environment.path),
  ]);
  return real === null || folder === null || real.startsWith(`${folder}/`) ? 'python3' : real;
}

function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  const batch: Waiting[] = [];
  for (let size = 0; waiting.length > 0 && size < BATCH_BYTES; size += batch.at(-1)!.text.length)
    batch.push(waiting.shift()!);
  return batch;
}

/** Since Python 3.10 it says them itself. */
async function standardModules(world: World, interpreter: string): Promise<ReadonlySet<string>> {
  const { exitCode, stdout } = await isolated(
    world,
    interpreter,
    'import sys; print(*getattr(sys, "stdlib_module_names", ()))',
    '',
  );
  return new Set(exitCode === 0 ? stdout.trim().split(' ') : []);
}

function isolated(
  { processes, environment }: World,
  interpreter: string,
  script: string,
  input: string,
): Promise<ProcessResult> {
  const path = (environment['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const kept = KEPT.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return processes.run({
    command: [interpreter, '-I', '-S', '-c', script],
    cwd: '/',
    environment: { ...Object.fromEntries(kept), PATH: path.join(':') },
    input,
    timeoutMs: TIME_LIMIT_MS,
    maxOutputBytes: MOST_OUTPUT,
  });
}

async function askBatch(
  world: World,
  interpreter: string,
  runtime: readonly number[],
  batch: readonly Waiting[],
): Promise<void> {
  const files = Object.fromEntries(batch.map(({ text }, i) => [i, text]));
  const result = await isolated(world, interpreter, SURFACE_SCRIPT, JSON.stringify({ runtime, files }));
  const failed = result.exitCode !== 0 || result.truncated;
  // One source that ends the interpreter (a deep one may) takes no other with it.
  if (failed && batch.length > 1) for (const one of batch) await askBatch(world, interpreter, runtime, [one]);
  else {
    const answers = failed ? {} : (JSON.parse(result.stdout) as Record<string, SurfaceText | null>);
    batch.forEach(({ done }, i) => done(answers[String(i)] ?? null));
  }
}
