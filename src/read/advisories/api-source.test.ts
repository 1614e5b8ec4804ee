import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, name, record, version, worldOf } from '../../../test/oracle/osv-book.ts';
import { clientOf, startOsvServer } from '../../../test/oracle/osv-server.ts';
import type { OsvServer } from '../../../test/oracle/osv-server.ts';
import { memoryCache } from '../../io/memory-cache.ts';
import type { Http } from '../../io/http.ts';
import { pypiRules } from '../ecosystems/pypi/rules.ts';
import type { AdvisoryBook, AdvisorySettings } from './advisories.ts';
import { openAdvisories } from './advisories.ts';

const RECORDS = Array.from({ length: 7 }, (_, i) => record(`PYSEC-2024-${i}`, `introduced 0, fixed 1.${i}`));

let server: OsvServer;
let http: Http;
let cache = memoryCache();

beforeEach(async () => {
  server = await startOsvServer(RECORDS);
  http = clientOf();
  cache = memoryCache();
});

afterEach(async () => {
  await http.close();
  await server.close();
});

async function openBook(
  names: readonly string[] = ['demo'],
  settings: Partial<AdvisorySettings> = {},
): Promise<AdvisoryBook> {
  const world = worldOf({ http, cache, environment: { FETTLE_OSV_URL: server.origin } });
  const book = await openAdvisories(world, pypiRules, { ...DEFAULTS, sources: [], ...settings });
  await book.load(names.map(name));
  return book;
}

const idsIn = (book: AdvisoryBook, of = 'demo'): string[] => book.about(name(of)).map(({ id }) => id);

describe('the OSV API', () => {
  it('is asked in one batch and then for each record', async () => {
    const book = await openBook(['demo', 'unheard-of']);
    expect(idsIn(book)).toHaveLength(7);
    expect(book.affected(book.about(name('demo'))[0]!, version('0.9'))).toBe('affected');
    expect(idsIn(book, 'unheard-of')).toEqual([]);
    expect(book.unanswered(name('unheard-of'))).toBeNull();
    expect(server.batches).toEqual([2]);
    expect(book.sources).toEqual([
      { name: server.origin, date: '2026-11-23', records: 7, reachable: true, why: null },
    ]);
  });

  it('is asked page after page', async () => {
    server.pageSize = 2;
    expect(idsIn(await openBook())).toHaveLength(7);
    expect(server.batches).toEqual([1, 1, 1, 1]);
  });

  it('is asked for at most 1000 packages at once', async () => {
    await openBook(Array.from({ length: 1_001 }, (_, i) => `package-${i}`));
    expect(server.batches).toEqual([1_000, 1]);
  });

  it('is found with and without /v1 in its address, and as --advisories too', async () => {
    for (const source of [`${server.origin}/`, `${server.origin}/v1`, `${server.origin}/v1/`])
      expect(idsIn(await openBook(['demo'], { sources: [source] }))).toHaveLength(7);
    expect(idsIn(await openBook(['demo'], { apiUrl: server.origin }))).toHaveLength(7);
  });

  it('gives the same whatever comes first', async () => {
    server.odd.set('/v1/vulns/PYSEC-2024-0', { delayMs: 60 });
    const slow = await openBook();
    server.odd.clear();
    cache = memoryCache();
    expect((await openBook()).about(name('demo'))).toEqual(slow.about(name('demo')));
  });

  it('is asked for a record again only when that has changed', async () => {
    await openBook();
    server.asked.length = 0;
    server.records = [
      ...RECORDS.slice(1),
      { ...RECORDS[0]!, modified: '2024-05-05T00:00:00Z', summary: 'new' },
    ] as never;
    const book = await openBook();
    expect(server.asked).toEqual(['POST /v1/querybatch', 'GET /v1/vulns/PYSEC-2024-0']);
    expect(book.about(name('demo')).find(({ id }) => id === 'PYSEC-2024-0')?.summary).toBe('new');
  });

  it('is not written down again where it says what it said', async () => {
    const written: string[] = [];
    const kept = cache;
    const put = (...[table, key, value]: Parameters<typeof kept.put>): void => {
      written.push(key);
      kept.put(table, key, value);
    };
    cache = { get: (table, key) => kept.get(table, key), put, close: () => kept.close() };
    await openBook(['demo', 'unheard-of']);
    expect(written).toHaveLength(2 + RECORDS.length);
    await openBook(['demo', 'unheard-of']);
    expect(written).toHaveLength(2 + RECORDS.length);
    server.records = RECORDS.slice(1) as never;
    await openBook(['demo', 'unheard-of']);
    expect(written).toHaveLength(2 + RECORDS.length + 1);
    expect(idsIn(await openBook(['demo'], { offline: true }))).toHaveLength(RECORDS.length - 1);
  });

  it('is asked once about a package', async () => {
    const book = await openBook();
    await book.load(['demo', 'other'].map(name));
    expect(server.batches).toEqual([1, 1]);
  });

  it('may hold ids that must be escaped', async () => {
    server.records = [record('X/../Y?z#1', 'introduced 0')] as never;
    expect(idsIn(await openBook())).toEqual(['X/../Y?z#1']);
  });

  it('keeps a password out of everything that is shown', async () => {
    const source = server.origin.replace('//', '//me:secret@');
    const book = await openBook(['demo'], { sources: [source] });
    const shown = JSON.stringify([book.sources, book.about(name('demo')), book.problems]);
    expect(shown).not.toContain('secret');
    expect(idsIn(book)).toHaveLength(7);
  });
});

describe('silence of the API is never "no advisories"', () => {
  it.each([
    ['fails', { status: 503 }],
    ['forbids', { status: 403 }],
    ['answers no JSON', { body: '<html>' }],
    ['answers something else', { body: '{"results":[]}' }],
    ['answers with broken ids', { body: '{"results":[{"vulns":[{"id":"a b"}]}]}' }],
  ])('when it %s', async (_what, odd) => {
    server.odd.set('/v1/querybatch', odd);
    const book = await openBook();
    expect(book.unanswered(name('demo'))).toEqual(expect.any(String));
    expect(book.sources[0]).toMatchObject({ reachable: false, date: null });
    expect(book.sources[0]!.why).toEqual(book.unanswered(name('demo')));
  });

  it('when nothing listens there', async () => {
    await server.close();
    const book = await openBook();
    expect(book.unanswered(name('demo'))).toEqual(expect.any(String));
    expect(book.sources[0]!.reachable).toBe(false);
  });

  it('when it is gone since: what it said before is still used', async () => {
    await openBook();
    server.odd.set('/v1/querybatch', { status: 503 });
    const book = await openBook();
    expect(idsIn(book)).toHaveLength(7);
    expect(book.unanswered(name('demo'))).toEqual(expect.any(String));
    expect(book.sources[0]).toMatchObject({ reachable: false, date: '2026-11-23' });
  });

  it('when it does not take a name: the others are answered all the same', async () => {
    server.refused = ['bad'];
    const book = await openBook(['demo', 'other', 'bad', 'unheard-of']);
    expect(idsIn(book)).toHaveLength(7);
    expect(book.unanswered(name('bad'))).toContain('does not take the name');
    expect(['demo', 'other', 'unheard-of'].map((one) => book.unanswered(name(one)))).toEqual([
      null,
      null,
      null,
    ]);
    expect(book.sources[0]!.reachable).toBe(false);
  });

  it('when a record cannot be had: its package is unanswered, and the rest is used', async () => {
    server.odd.set('/v1/vulns/PYSEC-2024-3', { status: 404 });
    server.odd.set('/v1/vulns/PYSEC-2024-4', { body: '[]' });
    const book = await openBook(['demo', 'other']);
    expect(idsIn(book)).toHaveLength(5);
    expect(book.unanswered(name('demo'))).toContain('PYSEC-2024-');
    expect(book.unanswered(name('other'))).toBeNull();
    expect(book.problems.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
      'unreadable-record PYSEC-2024-3',
      'unreadable-record PYSEC-2024-4',
    ]);
  });

  it('when its pages never end', async () => {
    server.odd.set('/v1/querybatch', { body: '{"results":[{"next_page_token":"again"}]}' });
    expect((await openBook()).unanswered(name('demo'))).toContain('last page');
  });
});

describe('offline', () => {
  it('answers from what was asked before, with the date of then', async () => {
    await openBook();
    server.asked.length = 0;
    const book = await openBook(['demo', 'other'], { offline: true });
    expect(idsIn(book)).toHaveLength(7);
    expect(book.unanswered(name('demo'))).toBeNull();
    expect(book.unanswered(name('other'))).toContain('never asked');
    expect(book.sources[0]).toMatchObject({ date: '2026-11-23', reachable: false });
    expect(server.asked).toEqual([]);
  });
});
