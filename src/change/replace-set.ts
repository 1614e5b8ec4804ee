import { UserFacingError } from '../domain/errors.ts';
import type { Files } from '../io/files.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { digestOf } from './source-bytes.ts';
import { insideRoot } from './state-folder.ts';

/** What a rolling back did: files that hold neither the old nor the new bytes are somebody else's, and are left. */
export interface RolledBack {
  readonly restored: readonly string[];
  readonly leftAlone: readonly string[];
}

/**
 * Writes several files as one: the journal first, then each file, then the mark that it is done. Whatever fails in
 * between puts the old bytes back. The caller holds the lock. Throws `file-changed` where a file is not `before`.
 */
export async function replaceSet(
  root: string,
  journal: Journal,
  name: string,
  entries: readonly JournalEntry[],
  files: Files,
): Promise<void> {
  for (const entry of entries) await refuseChanged(root, entry, files);
  await journal.begin(root, name, entries);
  const written: JournalEntry[] = [];
  try {
    for (const entry of entries) {
      await refuseChanged(root, entry, files);
      written.push(entry);
      await put(root, entry.path, entry.after, files);
    }
    await journal.end(name, 'done');
  } catch (cause) {
    await takeBack(root, journal, name, written, files, cause);
    throw cause;
  }
}

/** All old bytes again, last file first. */
export async function rollBack(
  root: string,
  entries: readonly JournalEntry[],
  files: Files,
): Promise<RolledBack> {
  const restored: string[] = [];
  const leftAlone: string[] = [];
  for (const { path, before, after } of [...entries].reverse()) {
    const now = await files.read(await insideRoot(root, path, files));
    if (same(now, before)) continue;
    if (same(now, after)) {
      await put(root, path, before, files);
      restored.push(path);
    } else leftAlone.push(path);
  }
  return { restored: restored.sort(), leftAlone: leftAlone.sort() };
}

/** Whether a file holds these bytes; null on either side: there is none. */
export function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : digestOf(a) === digestOf(b);
}

async function takeBack(
  root: string,
  journal: Journal,
  name: string,
  written: readonly JournalEntry[],
  files: Files,
  cause: unknown,
): Promise<void> {
  try {
    await rollBack(root, written, files);
    await journal.end(name, 'rolled-back').catch(() => journal.forget(name));
  } catch (second) {
    throw new UserFacingError('interrupted', 'writing failed, and so did putting the old files back', {
      hint: 'make room or give the permission that is missing; the next run of fettle puts them back',
      cause: new AggregateError([cause, second]),
    });
  }
}

async function refuseChanged(root: string, { path, before }: JournalEntry, files: Files): Promise<void> {
  if (same(await files.read(await insideRoot(root, path, files)), before)) return;
  throw new UserFacingError('file-changed', `${path} was changed by somebody else since it was read`, {
    hint: 'nothing was written; run the command again',
  });
}

async function put(root: string, path: string, bytes: Uint8Array | null, files: Files): Promise<void> {
  const absolute = await insideRoot(root, path, files);
  if (bytes === null) await files.remove(absolute);
  else await files.writeAtomic(absolute, bytes);
}
