import type { PackageName } from '../../domain/package-name.ts';
import type { RecordIndex } from './build-index.ts';
import { newestDay } from './build-index.ts';
import type { CachedIndex, PackageRecords } from './cached-index.ts';
import type { WholeRecord } from './stored-record.ts';

/** Ids of a dump with the time of their last change, in epoch milliseconds. */
export type ModifiedList = ReadonlyMap<string, number>;

/** What must be read anew, and what is gone. */
export interface DumpChanges {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** The list beside a dump, one `<modified>,<ID>` a line; null for anything else. */
export function readModifiedList(body: Uint8Array): ModifiedList | null {
  const list = new Map<string, number>();
  for (const line of Buffer.from(body).toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const [modified, id] = line.trim().split(',');
    const time = Date.parse(modified ?? '');
    if (id === undefined || !/^[\x21-\x7e]{1,200}$/.test(id) || Number.isNaN(time)) return null;
    list.set(id, time);
  }
  return list.size === 0 ? null : list;
}

/**
 * Compared id by id. A date is only held against the date that the same record had before, never against the newest
 * of all: some lie in the future, and would hide every change until then.
 */
export function compareLists(kept: ModifiedList, now: ModifiedList): DumpChanges {
  return {
    changed: [...now].filter(([id, time]) => kept.get(id) !== time).map(([id]) => id),
    removed: [...kept.keys()].filter((id) => !now.has(id)),
  };
}

/** The index with some of its records read anew; null where the cache has lost a part of it. */
export function withChanges(
  kept: CachedIndex,
  { changed, removed }: DumpChanges,
  fresh: RecordIndex,
  now: Date,
): Pick<RecordIndex, 'byPackage' | 'records' | 'date' | 'problems'> | null {
  const gone = new Set([...changed, ...removed]);
  const byPackage = new Map<PackageName, readonly WholeRecord[]>();
  for (const name of new Set([...kept.names, ...fresh.byPackage.keys()])) {
    const before = kept.about(name);
    if (before === null) return null;
    const after = [
      ...wholeRecords(before).filter(({ id }) => !gone.has(id)),
      ...(fresh.byPackage.get(name) ?? []),
    ];
    if (after.length > 0) byPackage.set(name, after);
  }
  const ids = new Set([...byPackage.values()].flatMap((list) => list.map(({ id }) => id)));
  const problems = [...kept.problems.filter(({ id }) => !gone.has(id)), ...fresh.problems];
  return { byPackage, records: ids.size, date: newestDay(byPackage, now), problems };
}

function wholeRecords({ records, details }: PackageRecords): readonly WholeRecord[] {
  const texts = details();
  return records.map((record, at) => ({ ...record, details: texts[at]! }));
}
