import { join } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { World } from '../io/world.ts';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { replaceSet, same } from './replace-set.ts';
import { whileLocked } from './run-lock.ts';
import { digestOf } from './source-bytes.ts';

/** A file's new bytes, and what it was when it was read. */
export interface FileToWrite {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  /** sha256 of the bytes that were read; null: there was no such file. */
  readonly digest: string | null;
  readonly bytes: Uint8Array;
}

/** What was written, and the name by which the journal knows it. */
export interface WrittenRun {
  readonly run: string;
  readonly paths: readonly string[];
}

type Reach = Pick<World, 'files' | 'clock'>;

/**
 * Writes all files or none. Throws `locked` while another run writes, `interrupted` while one waits to be recovered,
 * `file-changed` where a file is not what was read, `cannot-write` where the disk refuses; then nothing has changed.
 */
export async function writeFiles(
  root: string,
  files: readonly FileToWrite[],
  world: Reach,
): Promise<WrittenRun> {
  return whileLocked(root, world.files, async () => {
    const journal = new Journal(root, world.files);
    await refuseInterrupted(journal);
    const entries = await entriesOf(root, files, world);
    const run = await nextRun(journal, world);
    if (entries.length > 0) await replaceSet(root, journal, run, entries, world.files);
    return { run, paths: entries.map((entry) => entry.path) };
  });
}

/** An interrupted set has to be rolled back before anything else is written. */
export async function refuseInterrupted(journal: Journal): Promise<void> {
  const interrupted = (await journal.runs()).find((run) => run.state === 'interrupted');
  if (interrupted)
    throw new UserFacingError('interrupted', `run ${interrupted.name} was interrupted while it wrote`, {
      hint: 'run the command again: it puts the old files back first',
    });
}

async function entriesOf(
  root: string,
  files: readonly FileToWrite[],
  world: Reach,
): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (const { path, digest, bytes } of files) {
    const before = await world.files.read(join(root, ...path.split('/')));
    if ((before === null ? null : digestOf(before)) !== digest)
      throw new UserFacingError('file-changed', `${path} was changed by somebody else since it was read`, {
        hint: 'nothing was written; run the command again',
      });
    if (!same(before, bytes)) entries.push({ path, before, after: bytes });
  }
  return entries;
}

/** The name of a run that begins then: the moment, in letters that every file system has. */
export function runNameOf(startedAt: Date): string {
  return startedAt.toISOString().replaceAll(/[:.]/g, '-');
}

/** Names sort as the runs followed each other, even where the clock was set back. */
async function nextRun(journal: Journal, { clock }: Reach): Promise<string> {
  const name = runNameOf(clock.now());
  const last =
    (await journal.runs())
      .map((run) => run.name.replace(/\.undo$/, ''))
      .sort()
      .at(-1) ?? '';
  return name > last ? name : `${last}-1`;
}
