import { UserFacingError } from '../domain/errors.ts';
import type { World } from '../io/world.ts';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { replaceSet, same } from './replace-set.ts';
import { whileLocked } from './run-lock.ts';
import { insideRoot, STATE_FOLDER } from './state-folder.ts';
import { refuseInterrupted } from './write-files.ts';

/** The run that was taken back, and the files that are again as before it. */
export interface UndoneRun {
  readonly run: string;
  readonly paths: readonly string[];
}

/**
 * Takes back the last completed run that was not taken back yet; itself all or nothing, through the same journal.
 * Throws `nothing-to-undo`, or `file-changed` naming the files that somebody changed since; then nothing changes.
 */
export async function undo(root: string, world: Pick<World, 'files'>): Promise<UndoneRun> {
  if ((await world.files.list(`${root}/${STATE_FOLDER}`)) === null) throw nothingToUndo();
  return whileLocked(root, world.files, async () => {
    const journal = new Journal(root, world.files);
    await refuseInterrupted(journal);
    const run = await lastRun(journal);
    if (run === null) throw nothingToUndo();
    const entries = (await journal.entries(run)).map(({ path, before, after }) => ({
      path,
      before: after,
      after: before,
    }));
    await refuseChangedSince(root, run, entries, world);
    await replaceSet(root, journal, `${run}.undo`, entries, world.files);
    return { run, paths: entries.map((entry) => entry.path) };
  });
}

async function lastRun(journal: Journal): Promise<string | null> {
  const done = (await journal.runs()).filter((run) => run.state === 'done').map((run) => run.name);
  const standing = done.filter((name) => !name.endsWith('.undo') && !done.includes(`${name}.undo`));
  return standing.at(-1) ?? null;
}

async function refuseChangedSince(
  root: string,
  run: string,
  entries: readonly JournalEntry[],
  { files }: Pick<World, 'files'>,
): Promise<void> {
  const changed: string[] = [];
  for (const { path, before } of entries)
    if (!same(await files.read(await insideRoot(root, path, files)), before)) changed.push(path);
  if (changed.length === 0) return;
  throw new UserFacingError('file-changed', `${changed.join(', ')} changed since run ${run} wrote it`, {
    hint: 'nothing was changed; take the later change back first, or use version control',
  });
}

function nothingToUndo(): UserFacingError {
  return new UserFacingError('nothing-to-undo', 'no run of fettle is left to take back here');
}
