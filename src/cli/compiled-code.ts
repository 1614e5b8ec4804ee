import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapCodeStatistics } from 'node:v8';
import { Script } from 'node:vm';
import { keepCode, keptCode } from './kept-code.ts';
import type { KeptCode } from './kept-code.ts';

/** What a file of CommonJS is given by Node, and what the build puts in the place of `import.meta.url`. */
const HEAD = '(function (exports, require, module, moduleUrl) {';
const TAIL = '\n})';
/** The code of a run is kept anew when the run has compiled this much more than the one that it was kept of. */
const GROWTH = 1.25;
/** The exit codes of a command that got to its work. */
const WORKED: readonly unknown[] = [undefined, 0, 1, 3];

/** A file of CommonJS with those beside it that it requires, and where their compiled code is kept, apart for each `purpose`. */
export interface CompiledProgram {
  /** Its name tells its content and that of all that it requires, so that code is never taken for that of another build. */
  readonly entry: string;
  readonly folder: string;
  readonly purpose: string;
}

/**
 * The exports of a program. To read and compile its files costs more than most commands do, so V8's code of one run is kept
 * for the next. Node itself does so from 22.1 on; V8 refuses the code of another V8.
 */
export function loadCompiled<T>({ entry, folder, purpose }: CompiledProgram): T {
  const place = { folder, name: [basename(entry, '.cjs'), process.version, process.arch, purpose].join('-') };
  const kept = keptCode(place);
  const program = new Program(dirname(entry), kept);
  process.once('exit', () => {
    if (!WORKED.includes(process.exitCode)) return;
    const compiled = getHeapCodeStatistics().bytecode_and_metadata_size;
    if (kept === null || program.refused || compiled > kept.compiled * GROWTH)
      keepCode(place, { compiled, files: program.code() });
  });
  return program.require(basename(entry)) as T;
}

/** The files that were required so far, each run once. */
class Program {
  readonly #folder: string;
  readonly #folderUrl: string;
  readonly #kept: KeptCode | null;
  readonly #outside: NodeJS.Require;
  readonly #modules = new Map<string, { exports: unknown }>();
  readonly #scripts = new Map<string, Script>();
  /** V8 would not take what was kept: it is of another V8, or was made with other flags. */
  refused = false;

  constructor(folder: string, kept: KeptCode | null) {
    this.#folder = folder;
    this.#folderUrl = pathToFileURL(folder).href;
    this.#kept = kept;
    this.#outside = createRequire(join(folder, 'program.cjs'));
  }

  require(name: string): unknown {
    const known = this.#modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    this.#modules.set(name, module);
    const path = join(this.#folder, name);
    const cachedData = this.#kept?.files.get(name);
    const source = HEAD + readFileSync(path, 'utf8') + TAIL;
    const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
    this.#scripts.set(name, script);
    this.refused ||= script.cachedDataRejected === true;
    const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
    run(module.exports, this.#requireFrom, module, `${this.#folderUrl}/${name}`);
    return module.exports;
  }

  /** Files of the program lie in one folder; all else is Node's to find. */
  readonly #requireFrom = (asked: string): unknown =>
    asked.startsWith('./') ? this.require(asked.slice(2)) : (this.#outside(asked) as unknown);

  /** V8's code of each file, with all functions that were compiled by now. */
  code(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#scripts].map(([name, script]) => [name, script.createCachedData()]));
  }
}
