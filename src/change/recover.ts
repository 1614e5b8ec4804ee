import { basename, dirname, join } from 'node:path';
import type { Files } from '../io/files.ts';
import type { World } from '../io/world.ts';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { rollBack } from './replace-set.ts';
import type { RolledBack } from './replace-set.ts';
import { whileLocked } from './run-lock.ts';
import { insideRoot } from './state-folder.ts';

/** A set that was interrupted and is now as it was before. */
export interface Recovery extends RolledBack {
  readonly run: string;
  /** What happened, in a sentence or two for the user. */
  readonly message: string;
}

/**
 * To be called before anything is read: rolls back what a killed run left half written. Empty where there was nothing;
 * then nothing is written either, so that a project on a read-only disk can be scanned. Throws `locked` while the run
 * is still at work, `interrupted` where its journal is damaged.
 */
export async function recover(root: string, world: Pick<World, 'files'>): Promise<readonly Recovery[]> {
  const journal = new Journal(root, world.files);
  if ((await interruptedRuns(journal)).length === 0) return [];
  return whileLocked(root, world.files, async () => {
    const recovered: Recovery[] = [];
    for (const run of await interruptedRuns(journal)) {
      const entries = await journal.entries(run);
      const done = await rollBack(root, entries, world.files);
      for (const path of await draftsOf(root, entries, world.files)) await world.files.remove(path);
      await journal.end(run, 'rolled-back');
      recovered.push({ run, ...done, message: messageOf(run, done) });
    }
    return recovered;
  });
}

/** Files that `writeAtomic` wrote beside the real ones and had no time to rename. */
async function draftsOf(
  root: string,
  entries: readonly JournalEntry[],
  files: Files,
): Promise<readonly string[]> {
  const drafts: string[] = [];
  for (const { path } of entries) {
    const absolute = await insideRoot(root, path, files);
    const real = (await files.realPath(absolute)) ?? absolute;
    const folder = dirname(real);
    for (const { name, kind } of (await files.list(folder)) ?? [])
      if (
        kind === 'file' &&
        name.startsWith(`.${basename(real).slice(0, 100)}.`) &&
        /\.[\da-f-]{36}\.tmp$/.test(name)
      )
        drafts.push(join(folder, name));
  }
  return drafts;
}

/** Newest first. */
async function interruptedRuns(journal: Journal): Promise<readonly string[]> {
  const runs = (await journal.runs()).filter((run) => run.state === 'interrupted');
  return runs.map((run) => run.name).reverse();
}

function messageOf(run: string, { restored, leftAlone }: RolledBack): string {
  const back =
    restored.length === 0
      ? 'it had not changed any file yet'
      : `${restored.join(', ')} ${restored.length === 1 ? 'is' : 'are'} as before it`;
  const left =
    leftAlone.length === 0
      ? ''
      : `; ${leftAlone.join(', ')} changed since and ${leftAlone.length === 1 ? 'was' : 'were'} left as found` +
        ` (the old content is in .fettle/journal/${run}.json)`;
  return `run ${run} was interrupted while it wrote: ${back}${left}`;
}
