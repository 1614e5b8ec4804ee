import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import type { PackageName } from '../../../domain/package-name.ts';
import { memoryCache } from '../../../io/memory-cache.ts';
import { buildPage } from './page-builder.ts';
import { PageCache } from './page-cache.ts';
import { columnBytes } from './page-codec.ts';
import type { SimplePage } from './page-file.ts';
import { storedDetails } from './stored-details.ts';

const INDEX = 'https://index.example/simple/';
const ALL: SimplePage = {
  files: [
    {
      filename: 'foo-1.0-py3-none-any.whl',
      url: 'https://files.example/foo-1.0-py3-none-any.whl',
      hash: `sha256:${'a'.repeat(64)}`,
      requiresPython: '>=3.9',
      size: 12,
      uploaded: 1_600_000_000,
      yanked: null,
      metadata: null,
    },
  ],
  versions: null,
  status: null,
  notRead: null,
};

const OF_ANOTHER_FORMAT = new Packr({ useRecords: false }).pack([1, 1, 'https://files.example/', []]);

/** Pages as a later run finds them: that of foo, and its second half where it is not lost, or as another build of fettle wrote it. */
function cached(secondHalf: 'there' | 'lost' | 'of another format'): PageCache {
  const cache = memoryCache();
  const kept = {
    ...cache,
    get: (table: Parameters<typeof cache.get>[0], key: string) =>
      secondHalf === 'lost' && key.startsWith('files/') ? null : cache.get(table, key),
    put: (table: Parameters<typeof cache.put>[0], key: string, value: Uint8Array) =>
      cache.put(table, key, value),
  };
  const page = buildPage(ALL, 'foo' as PackageName);
  const details = secondHalf === 'of another format' ? OF_ANOTHER_FORMAT : storedDetails(page.details());
  new PageCache(kept).putPage(
    INDEX,
    'foo',
    { digest: 'd', columns: columnBytes(page.columns), details },
    null,
  );
  return new PageCache(kept);
}

describe('a stored page', () => {
  it.each([true, false])('comes back whole, canBeAsked: %s', (canBeAsked) => {
    const page = cached('there').page(INDEX, 'foo', 'd', canBeAsked);
    expect(page?.columns.versions).toEqual(['1.0']);
    expect(page?.details().filenames).toEqual(['foo-1.0-py3-none-any.whl']);
  });

  it.each(['lost', 'of another format'] as const)(
    'whose second half is %s is missing where it can be asked for anew',
    (half) => {
      expect(cached(half).page(INDEX, 'foo', 'd', true)).toBeNull();
    },
  );

  it.each(['lost', 'of another format'] as const)(
    'whose second half is %s still tells its versions where nothing can be asked, and says what is lost when that is needed',
    (half) => {
      const page = cached(half).page(INDEX, 'foo', 'd', false);
      expect(page?.columns.versions).toEqual(['1.0']);
      expect(() => page?.details()).toThrow(expect.objectContaining({ code: 'index-unreachable' }) as Error);
    },
  );

  it('has its details at hand when it has just come, and reads them again when many others have come since', () => {
    const cache = memoryCache();
    const read: string[] = [];
    const pages = new PageCache({
      ...cache,
      put: (...given) => cache.put(...given),
      get: (table, key) => {
        read.push(key);
        return cache.get(table, key);
      },
    });
    const built = buildPage(ALL, 'foo' as PackageName);
    const [columns, details] = [columnBytes(built.columns), storedDetails(built.details())];
    const put = (name: string) => pages.putPage(INDEX, name, { digest: 'd', columns, details }, null);
    const page = put('foo');
    expect(page.file(0).size).toBe(12);
    expect(read).toEqual([]);
    for (let at = 0; at < 100; at++) put(`other-${at}`);
    expect([page.file(0).size, page.file(0).size]).toEqual([12, 12]);
    expect(read).toEqual([expect.stringMatching(/^files\/.*\/foo\/d$/)]);
  });
});
