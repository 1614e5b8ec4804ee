import type { PackageName } from '../../domain/package-name.ts';
import type { AdvisorySource } from './advisory-source.ts';
import type { CachedIndex, PackageRecords } from './cached-index.ts';

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
  const loaded = new Map<PackageName, PackageRecords>();
  let index = opened;
  return {
    async load(names) {
      for (const asked of names) {
        if (loaded.has(asked)) continue;
        let about = index.about(asked);
        if (about === null) {
          index = await rebuild();
          about = index.about(asked);
        }
        if (about !== null) loaded.set(asked, about);
      }
    },
    records: (asked) => loaded.get(asked)?.records ?? [],
    details: (asked) => loaded.get(asked)?.details() ?? [],
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
    details: () => [],
    unanswered: () => why,
    state: { name, date: null, records: 0, reachable: false, why },
    problems: [],
  };
}
