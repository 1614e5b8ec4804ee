import type { PackageName } from '../../domain/package-name.ts';
import type { AdvisorySource } from './advisory-source.ts';
import type { CachedIndex } from './cached-index.ts';
import type { StoredRecord } from './stored-record.ts';

/**
 * A source out of an index. `rebuild` is asked where the cache has lost a part of it; `stale` tells why the index
 * is not the newest there may be, or null.
 */
export function indexSource(
  name: string,
  opened: CachedIndex,
  rebuild: () => Promise<CachedIndex>,
  stale: string | null,
): AdvisorySource {
  const loaded = new Map<PackageName, readonly StoredRecord[]>();
  let index = opened;
  return {
    async load(names) {
      for (const asked of names) {
        if (loaded.has(asked)) continue;
        let records = index.about(asked);
        if (records === null) {
          index = await rebuild();
          records = index.about(asked);
        }
        loaded.set(asked, records ?? []);
      }
    },
    records: (asked) => loaded.get(asked) ?? [],
    unanswered: () => stale,
    state: { name, date: opened.date, records: opened.records, reachable: stale === null, why: stale },
    problems: opened.problems.map((problem) => ({ ...problem, source: name })),
  };
}

/** A source that gave nothing: whatever is asked is unanswered. */
export function unreachableSource(name: string, why: string): AdvisorySource {
  return {
    load: () => Promise.resolve(),
    records: () => [],
    unanswered: () => why,
    state: { name, date: null, records: 0, reachable: false, why },
    problems: [],
  };
}
