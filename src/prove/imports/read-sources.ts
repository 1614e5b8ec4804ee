import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import type { Files } from '../../io/files.ts';
import type { Processes } from '../../io/process.ts';
import type { Environment } from '../environment/environment.ts';
import type { Limits, Sandbox, SandboxEnding } from '../sandbox/sandbox.ts';
import type { SourceFile } from './source-files.ts';
import { findSources } from './source-files.ts';
import { SOURCE_READER } from './source-reader.ts';

/** One import statement of a service's sources that is not about the standard library. */
export interface SourceImport {
  readonly file: string;
  readonly role: SourceFile['role'];
  readonly line: number;
  /** Dotted; "" in `from . import x`. */
  readonly module: string;
  /** Dots before it: 0 is absolute. */
  readonly level: number;
  /** Taken by `from m import n`; a star is none. */
  readonly names: readonly string[];
  /** What it may fail under: a `try` with a fallback, `if TYPE_CHECKING`, or a condition whose answer is not known. */
  readonly guard: 'none' | 'try' | 'type-checking' | 'condition';
  /** In a function, or under `if __name__ == "__main__"`: the service starts without it. */
  readonly lazy: boolean;
}

export interface SourceImports {
  readonly imports: readonly SourceImport[];
  /** All Python files that were found, below the project's root. */
  readonly files: readonly string[];
  /** Files that this interpreter cannot parse: what they import is not known. */
  readonly unreadable: readonly { readonly file: string; readonly why: string }[];
  /** What was not looked at, in words. */
  readonly leftOut: readonly string[];
}

export interface SourceReading {
  /** Of the project; files are told below it. */
  readonly root: string;
  /** Of the service, absolute. */
  readonly folders: readonly string[];
  readonly environment: Pick<Environment, 'interpreter' | 'readable'>;
  readonly files: Files;
  readonly processes: Processes;
  /** Null: the interpreter runs without one. It parses the sources as data, and runs nothing of them. */
  readonly sandbox: Sandbox | null;
}

const MOST_FILE_BYTES = 1024 ** 2;
const MOST_BYTES = 64 * 1024 ** 2;
/** Processes that may die of the files. */
const MOST_FAILURES = 10;
const LIMITS: Limits = {
  timeMs: 60_000,
  memoryBytes: 2 * 1024 ** 3,
  outputBytes: 64 * 1024 ** 2,
  scratchBytes: 1024 ** 2,
  processes: 16,
};

const Told = v.union([
  v.object({ file: v.number(), why: v.string() }),
  v.object({
    file: v.number(),
    imports: v.array(
      v.tuple([
        v.string(),
        v.number(),
        v.array(v.string()),
        v.number(),
        v.picklist(['none', 'try', 'type-checking', 'condition']),
        v.boolean(),
      ]),
    ),
  }),
]);
type Told = v.InferOutput<typeof Told>;

interface Loaded {
  readonly source: SourceFile;
  readonly bytes: Uint8Array;
}

/** The import statements of a service's sources, read by the environment's own interpreter with its own `ast`. */
export async function readSourceImports(reading: SourceReading): Promise<SourceImports> {
  const found = await findSources(reading.root, reading.folders, reading.files);
  const unreadable: { file: string; why: string }[] = [];
  const loaded: Loaded[] = [];
  let total = 0;
  for (const source of found.files) {
    const bytes = await bytesOf(reading.files, source);
    if (typeof bytes === 'string') unreadable.push({ file: source.file, why: bytes });
    else if ((total += bytes.length) <= MOST_BYTES) loaded.push({ source, bytes });
    else unreadable.push({ file: source.file, why: 'the sources are too large together' });
  }
  const told = await parsed(loaded, reading);
  const imports = told.flatMap(([{ file, role }, one]) => {
    if ('why' in one) {
      unreadable.push({ file, why: one.why });
      return [];
    }
    return one.imports.map(([module, level, names, line, guard, lazy]) => {
      return { file, role, line, module, level, names, guard, lazy };
    });
  });
  return { imports, unreadable, files: found.files.map(({ file }) => file), leftOut: found.leftOut };
}

async function bytesOf(files: Files, { path }: SourceFile): Promise<Uint8Array | string> {
  try {
    return (await files.read(path, MOST_FILE_BYTES)) ?? 'it is gone';
  } catch (error) {
    if (error instanceof UserFacingError) return error.message;
    throw error;
  }
}

/** Where the parser itself dies of a file (deeply nested code did that to some), the others are still read, by another process. */
async function parsed(
  loaded: readonly Loaded[],
  reading: SourceReading,
): Promise<readonly (readonly [SourceFile, Told])[]> {
  const told: (readonly [SourceFile, Told])[] = [];
  for (let failures = 0; told.length < loaded.length; failures++) {
    const rest = loaded.slice(told.length);
    const { answers, ended } = await runReader(rest, reading);
    rest.slice(0, answers.length).forEach(({ source }, n) => told.push([source, answers[n]!]));
    const failed = rest.slice(answers.length, failures < MOST_FAILURES ? answers.length + 1 : undefined);
    for (const { source } of failed) told.push([source, { file: 0, why: `it was not read: ${ended}` }]);
  }
  return told;
}

async function runReader(
  loaded: readonly Loaded[],
  { environment, sandbox, processes }: SourceReading,
): Promise<{ readonly answers: readonly Told[]; readonly ended: string }> {
  const request = {
    command: [environment.interpreter, '-I', '-S', '-B', '-c', SOURCE_READER] as const,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
    input: Buffer.concat(loaded.flatMap(({ bytes }, n) => [Buffer.from(`${n} ${bytes.length}\n`), bytes])),
  };
  if (sandbox === null) {
    const run = await processes.run({
      ...request,
      command: [...request.command],
      timeoutMs: LIMITS.timeMs,
      maxOutputBytes: LIMITS.outputBytes,
    });
    const ended = run.notFound
      ? 'the interpreter cannot be started'
      : (run.signal ?? `exit code ${run.exitCode}`);
    return { answers: answersOf(run.stdout), ended };
  }
  const run = await sandbox.run({
    ...request,
    command: [...request.command],
    readable: environment.readable,
    limits: LIMITS,
  });
  return { answers: answersOf(run.stdout), ended: endedHow(run.ending) };
}

function endedHow(ending: SandboxEnding): string {
  switch (ending.kind) {
    case 'exited':
      return `exit code ${ending.code}`;
    case 'signalled':
      return ending.signal;
    case 'limit':
      return `its limit of ${ending.limit}`;
    case 'not-started':
      return ending.why;
  }
}

/** As many as there are in their order: where the output is cut off or not of the reader's form, the next file is the one that failed. */
function answersOf(stdout: string): readonly Told[] {
  const answers: Told[] = [];
  for (const line of stdout.split('\n')) {
    const one = line === '' ? null : v.safeParse(Told, jsonOf(line));
    if (one === null || !one.success || one.output.file !== answers.length) break;
    answers.push(one.output);
  }
  return answers;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The last line of a reader that was ended.
    return null;
  }
}
