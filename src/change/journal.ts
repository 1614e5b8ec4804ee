import { join } from 'node:path';
import * as v from 'valibot';
import { UserFacingError } from '../domain/errors.ts';
import type { Files } from '../io/files.ts';
import { bytesOf, digestOf } from './source-bytes.ts';
import { makeStateFolder, STATE_FOLDER } from './state-folder.ts';

/** One file of a set that is written together. Null: there is no such file. */
export interface JournalEntry {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** `interrupted`: neither finished nor rolled back. */
export type RunState = 'interrupted' | 'done' | 'rolled-back';

/** One journal. The taking back of a run is a run of its own, named `<run>.undo`. */
export interface JournalledRun {
  readonly name: string;
  readonly state: RunState;
}

const MAX_JOURNAL_BYTES = 256 * 1024 * 1024;
const BYTES = v.nullable(v.object({ base64: v.string(), sha256: v.string() }));
const JOURNAL = v.object({
  version: v.literal(1),
  files: v.array(v.object({ path: v.string(), before: BYTES, after: BYTES })),
});

/**
 * The record of each set of files that was written: `.fettle/journal/<run>.json` holds old and new bytes with their
 * digests, and stands on disk before the first file is touched. An empty file `<run>.done` or `<run>.rolled-back`
 * beside it tells how the run ended, so that a listing alone shows whether one was interrupted.
 */
export class Journal {
  readonly #folder: string;
  readonly #files: Files;

  constructor(root: string, files: Files) {
    this.#folder = join(root, STATE_FOLDER, 'journal');
    this.#files = files;
  }

  /** Oldest first. */
  async runs(): Promise<readonly JournalledRun[]> {
    const names = new Set((await this.#files.list(this.#folder))?.map((entry) => entry.name) ?? []);
    const runs = [...names].flatMap((name) => /^([\w.-]+)\.json$/.exec(name)?.[1] ?? []);
    return runs.sort().map((name) => ({
      name,
      state: names.has(`${name}.done`)
        ? 'done'
        : names.has(`${name}.rolled-back`)
          ? 'rolled-back'
          : 'interrupted',
    }));
  }

  /** Written and synced when this returns; a marker that an earlier try of the same name left is taken away after it. */
  async begin(root: string, name: string, entries: readonly JournalEntry[]): Promise<void> {
    await makeStateFolder(root, 'journal', this.#files);
    const files = entries.map(({ path, before, after }) => ({
      path,
      before: recorded(before),
      after: recorded(after),
    }));
    await this.#files.writeAtomic(this.#path(name, 'json'), bytesOf(JSON.stringify({ version: 1, files })));
    const [run] = (await this.runs()).filter((one) => one.name === name);
    if (run && run.state !== 'interrupted') await this.#files.remove(this.#path(name, run.state));
  }

  async end(name: string, state: Exclude<RunState, 'interrupted'>): Promise<void> {
    await this.#files.writeAtomic(this.#path(name, state), new Uint8Array());
  }

  /** Nothing was changed under this name, and not even that can be written down. */
  async forget(name: string): Promise<void> {
    await this.#files.remove(this.#path(name, 'json'));
  }

  /** Throws `interrupted` where the journal is not one that this project wrote. */
  async entries(name: string): Promise<readonly JournalEntry[]> {
    const bytes = await this.#files.read(this.#path(name, 'json'), MAX_JOURNAL_BYTES);
    const parsed = v.safeParse(JOURNAL, parsedJson(bytes));
    if (!parsed.success) throw this.#damaged(name);
    return parsed.output.files.map(({ path, before, after }) => ({
      path,
      before: this.#bytes(name, before),
      after: this.#bytes(name, after),
    }));
  }

  #bytes(name: string, record: v.InferOutput<typeof BYTES>): Uint8Array | null {
    if (record === null) return null;
    const bytes = new Uint8Array(Buffer.from(record.base64, 'base64'));
    if (digestOf(bytes) !== record.sha256) throw this.#damaged(name);
    return bytes;
  }

  #damaged(name: string): UserFacingError {
    const path = `${STATE_FOLDER}/journal/${name}.json`;
    return new UserFacingError('interrupted', `the journal ${path} is damaged`, {
      hint: 'compare the files with version control, then delete the journal',
    });
  }

  #path(name: string, ending: string): string {
    return join(this.#folder, `${name}.${ending}`);
  }
}

function recorded(bytes: Uint8Array | null): v.InferInput<typeof BYTES> {
  return bytes === null ? null : { base64: Buffer.from(bytes).toString('base64'), sha256: digestOf(bytes) };
}

function parsedJson(bytes: Uint8Array | null): unknown {
  if (bytes === null) return null;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
