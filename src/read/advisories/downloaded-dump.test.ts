import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, name, record, worldOf } from '../../../test/oracle/osv-book.ts';
import { clientOf, startOsvServer } from '../../../test/oracle/osv-server.ts';
import type { OsvServer } from '../../../test/oracle/osv-server.ts';
import { memoryCache } from '../../io/memory-cache.ts';
import type { Http } from '../../io/http.ts';
import { pypiRules } from '../ecosystems/pypi/rules.ts';
import type { AdvisoryBook } from './advisories.ts';
import { openAdvisories } from './advisories.ts';

const RECORDS = [
  record('PYSEC-1', 'introduced 0, fixed 1.0'),
  record('PYSEC-2', 'introduced 0, fixed 2.0', { modified: '2027-06-01T00:00:00Z' }),
  record('PYSEC-3', 'introduced 0, fixed 3.0', { package: 'other' }),
];

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

async function openBook(offline = false): Promise<AdvisoryBook> {
  const world = worldOf({ http, cache });
  const settings = { ...DEFAULTS, sources: [`${server.origin}/dump/all.zip`], offline };
  const book = await openAdvisories(world, pypiRules, settings);
  await book.load(['demo', 'other'].map(name));
  return book;
}

const idsIn = (book: AdvisoryBook): string[] =>
  ['demo', 'other'].flatMap((of) => book.about(name(of)).map(({ id }) => id));

describe('a dump at a URL', () => {
  it('is downloaded once, and dated by its newest record that is not of the future', async () => {
    const book = await openBook();
    expect(idsIn(book)).toEqual(['PYSEC-1', 'PYSEC-2', 'PYSEC-3']);
    expect(book.sources[0]).toMatchObject({ date: '2024-01-01', records: 3, reachable: true });
    server.asked.length = 0;
    expect(idsIn(await openBook())).toEqual(['PYSEC-1', 'PYSEC-2', 'PYSEC-3']);
    expect(server.asked).toEqual(['GET /dump/modified_id.csv']);
  });

  it('is kept level id by id, though a record of it is dated in the future', async () => {
    await openBook();
    server.records = [
      record('PYSEC-2', 'introduced 0, fixed 2.0', {
        modified: '2026-01-01T00:00:00Z',
        aliases: ['CVE-2024-2'],
      }),
      record('PYSEC-3', 'introduced 0, fixed 3.0', { package: 'other' }),
      record('PYSEC-4', 'introduced 0', { modified: '2024-02-02T00:00:00Z' }),
    ] as never;
    for (let run = 0; run < 3; run++) {
      server.asked.length = 0;
      const book = await openBook();
      expect(idsIn(book)).toEqual(['CVE-2024-2', 'PYSEC-4', 'PYSEC-3']);
      expect(book.sources[0]).toMatchObject({ date: '2026-01-01', records: 3, reachable: true });
      const files = ['GET /dump/PYSEC-2.json', 'GET /dump/PYSEC-4.json', 'GET /dump/modified_id.csv'];
      expect([...server.asked].sort()).toEqual(run === 0 ? files : ['GET /dump/modified_id.csv']);
    }
  });

  it('is downloaded whole when there is no list, or much has changed, and not at all when it has not', async () => {
    await openBook();
    server.odd.set('/dump/modified_id.csv', { status: 404 });
    server.asked.length = 0;
    expect(idsIn(await openBook())).toHaveLength(3);
    expect(server.asked).toEqual(['GET /dump/modified_id.csv', 'GET /dump/all.zip']);
    server.odd.clear();
    server.records = Array.from({ length: 300 }, (_, i) => record(`GHSA-${i}`, 'introduced 0')) as never;
    server.asked.length = 0;
    expect(idsIn(await openBook())).toHaveLength(300);
    expect(server.asked).toEqual(['GET /dump/modified_id.csv', 'GET /dump/all.zip']);
  });

  it('is not emptied by a list that lost its end', async () => {
    server.records = Array.from({ length: 300 }, (_, i) => record(`GHSA-${i}`, 'introduced 0')) as never;
    await openBook();
    server.odd.set('/dump/modified_id.csv', { body: '2024-01-01T00:00:00Z,GHSA-1\n' });
    expect(idsIn(await openBook())).toHaveLength(300);
  });

  it('that cannot be reached answers for nothing, and what is at hand is still used', async () => {
    server.odd.set('/dump/all.zip', { status: 503 });
    const never = await openBook();
    expect(never.sources[0]).toMatchObject({ reachable: false, date: null });
    expect(never.unanswered(name('demo'))).toEqual(expect.any(String));
    server.odd.clear();
    await openBook();
    await server.close();
    const stale = await openBook();
    expect(idsIn(stale)).toHaveLength(3);
    expect(stale.sources[0]).toMatchObject({ reachable: false, date: '2024-01-01' });
    expect(stale.unanswered(name('demo'))).toEqual(expect.any(String));
  });

  it('is read from the cache when offline', async () => {
    expect((await openBook(true)).unanswered(name('demo'))).toContain('never downloaded');
    await openBook();
    server.asked.length = 0;
    const book = await openBook(true);
    expect(idsIn(book)).toHaveLength(3);
    expect(book.unanswered(name('demo'))).toBeNull();
    expect(server.asked).toEqual([]);
  });

  it('that is no zip is told', async () => {
    server.odd.set('/dump/all.zip', { body: '<html>sign in</html>' });
    await expect(openBook()).rejects.toMatchObject({ code: 'advisories-invalid' });
  });
});
