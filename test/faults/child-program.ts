import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');
/** Within the checkout, where packages that are not bundled are found. */
const PROGRAMS = join(ROOT, 'node_modules', '.cache', 'fettle-programs');

const made = new Map<string, Promise<string>>();

/**
 * Makes a program that Node can run in a process of its own, so that it can be killed: TypeScript whose imports are
 * relative to `src/`. Gives the path of the program, which is named by its content and made once.
 */
export function programOf(source: string): Promise<string> {
  const known = made.get(source) ?? make(source);
  made.set(source, known);
  return known;
}

async function make(source: string): Promise<string> {
  const folder = join(PROGRAMS, createHash('sha256').update(source).digest('hex').slice(0, 16));
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: join(ROOT, 'src'), loader: 'ts', sourcefile: 'program.ts' },
    bundle: true,
    // What is loaded lazily must stay so.
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: folder,
    entryNames: 'program-[hash]',
    outExtension: { '.js': '.mjs' },
    write: false,
    logLevel: 'warning',
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  return outputFiles[0]!.path;
}

/** A running program: what it prints, line by line, and its input. */
export interface RunningProgram {
  readonly process: ChildProcessWithoutNullStreams;
  /** The next line that it prints; null when it has ended. */
  line(): Promise<string | null>;
  say(line: string): void;
  /** Kills it, as by the kernel, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a program that `programOf` made. */
export function startProgram(path: string, ...args: readonly string[]): RunningProgram {
  const child = spawn(process.execPath, [path, ...args], { stdio: 'pipe' });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.stdin.on('error', () => child.stdin.destroy());
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      return next.done === true ? null : next.value;
    },
    say: (line) => void child.stdin.write(`${line}\n`),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a program to its end. `uid`: as another user, which root may. */
export function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly uid?: number } = {},
): { readonly status: number | null; readonly signal: string | null; readonly stdout: string } {
  const { status, signal, stdout } = spawnSync(process.execPath, [path, ...args], {
    encoding: 'utf8',
    ...options,
  });
  return { status, signal, stdout };
}
