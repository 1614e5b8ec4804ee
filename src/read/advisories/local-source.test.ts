import { describe, expect, it } from 'vitest';
import { DEFAULTS, filesOf, name, record, worldOf } from '../../../test/oracle/osv-book.ts';
import { zipOf } from '../../../test/oracle/osv-server.ts';
import type { Cache } from '../../io/cache.ts';
import { memoryCache } from '../../io/memory-cache.ts';
import { pypiRules } from '../ecosystems/pypi/rules.ts';
import type { AdvisoryBook, AdvisorySettings } from './advisories.ts';
import { openAdvisories } from './advisories.ts';

const RECORDS = [
  record('PYSEC-1', 'introduced 0, fixed 1.0', { aliases: ['CVE-2024-1'] }),
  record('PYSEC-2', 'introduced 0, fixed 2.0', { package: 'other', modified: '2025-02-03T00:00:00Z' }),
];
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

async function openBook(
  contents: Readonly<Record<string, Uint8Array>>,
  settings: Partial<AdvisorySettings> = {},
  cache: Cache = memoryCache(),
): Promise<AdvisoryBook> {
  const book = await openAdvisories(worldOf({ files: filesOf(contents), cache }), pypiRules, {
    ...DEFAULTS,
    ...settings,
  });
  await book.load(['demo', 'other'].map(name));
  return book;
}

const idsIn = (book: AdvisoryBook): string[] =>
  ['demo', 'other'].flatMap((of) => book.about(name(of)).flatMap(({ ids }) => ids));

/** A memory cache that forgets the keys that `loses` picks, and counts what is put. */
function cacheThat(loses: (key: string) => boolean): Cache & { puts: number } {
  const memory = memoryCache();
  return {
    ...memory,
    puts: 0,
    get: (table, key) => (loses(key) ? null : memory.get(table, key)),
    put(table, key, value) {
      this.puts++;
      memory.put(table, key, value);
    },
  };
}

describe('advisories on this machine', () => {
  const all = ['CVE-2024-1', 'PYSEC-1', 'PYSEC-2'];

  it.each([
    ['a dump', ['/osv/all.zip'], { '/osv/all.zip': zipOf(RECORDS) }],
    ['a folder with a dump', ['/osv'], { '/osv/all.zip': zipOf(RECORDS) }],
    ['a folder with a dump for the ecosystem', ['/osv'], { '/osv/PyPI/all.zip': zipOf(RECORDS) }],
    ['a folder of records', ['/osv'], { '/osv/a.json': json(RECORDS[0]), '/osv/b.json': json(RECORDS[1]) }],
    [
      'records in a folder for the ecosystem',
      ['/osv'],
      { '/osv/PyPI/a.json': json(RECORDS[0]), '/osv/PyPI/b.json': json(RECORDS[1]) },
    ],
    ['single records', ['/a.json', '/b.json'], { '/a.json': json(RECORDS[0]), '/b.json': json(RECORDS[1]) }],
    [
      'several sources with the same records',
      ['/a.zip', '/b.zip'],
      { '/a.zip': zipOf(RECORDS), '/b.zip': zipOf(RECORDS) },
    ],
  ])('are read from %s', async (_form, sources, contents) => {
    const book = await openBook(contents, { sources });
    expect(idsIn(book)).toEqual(all);
    expect(book.sources.map(({ name: of }) => of)).toEqual(sources);
    expect(book.sources.every(({ reachable }) => reachable)).toBe(true);
  });

  it.each([
    ['nothing is there', {}],
    ['a folder holds no records', { '/osv/readme.txt': json('') }],
  ])('are an error of the user when %s', async (_what, contents) => {
    await expect(openBook(contents)).rejects.toMatchObject({ code: 'advisories-invalid', outside: false });
  });

  it('name their source and its day', async () => {
    const book = await openBook({ '/osv/all.zip': zipOf(RECORDS) });
    expect(book.sources[0]).toEqual({
      name: '/osv',
      date: '2025-02-03',
      records: 2,
      reachable: true,
      why: null,
    });
    expect(book.about(name('demo'))[0]!.sources).toEqual(['/osv of 2025-02-03']);
  });

  it('must be loaded before they are asked about', async () => {
    const book = await openBook({ '/osv/all.zip': zipOf(RECORDS) });
    expect(() => book.about(name('never-loaded'))).toThrow('before they were loaded');
  });
});

describe('the cache of a dump', () => {
  it('answers for the same content and for no other', async () => {
    const cache = cacheThat(() => false);
    await openBook({ '/osv/all.zip': zipOf(RECORDS) }, {}, cache);
    const puts = cache.puts;
    expect(idsIn(await openBook({ '/osv/all.zip': zipOf(RECORDS) }, {}, cache))).toEqual([
      'CVE-2024-1',
      'PYSEC-1',
      'PYSEC-2',
    ]);
    expect(cache.puts).toBe(puts);
    expect(idsIn(await openBook({ '/osv/all.zip': zipOf(RECORDS.slice(1)) }, {}, cache))).toEqual([
      'PYSEC-2',
    ]);
  });

  it('gives the long texts and the bundle that a run without it gives', async () => {
    const cache = memoryCache();
    const long = { ...RECORDS[0]!, details: 'Ωmega\nline', id: 'PYSEC-3', aliases: [] };
    const contents = { '/osv/all.zip': zipOf([...RECORDS, long]) };
    const [first, again] = [await openBook(contents, {}, cache), await openBook(contents, {}, cache)];
    const textsIn = (book: AdvisoryBook): string[] =>
      book.about(name('demo')).map(({ id, details }) => `${id}: ${details}`);
    expect(textsIn(again)).toContain('PYSEC-3: Ωmega\nline');
    expect(textsIn(again)).toEqual(textsIn(first));
    expect(Buffer.from([...again.recorded().values()][0]!)).toEqual([...first.recorded().values()][0]!);
  });

  it('may lose any part of it: the dump is read again', async () => {
    for (const lost of ['/index', '/package/demo', '/package/other']) {
      let losing = false;
      const cache = cacheThat((key) => losing && key.endsWith(lost));
      await openBook({ '/osv/all.zip': zipOf(RECORDS) }, {}, cache);
      losing = true;
      expect(idsIn(await openBook({ '/osv/all.zip': zipOf(RECORDS) }, {}, cache))).toHaveLength(3);
    }
  });
});

describe('a bundle', () => {
  it('gives the same book with no source at hand, and the same bytes again', async () => {
    const contents = { '/osv/all.zip': zipOf([...RECORDS, { id: 'BROKEN', affected: 7 }]) };
    const book = await openBook(contents);
    const bundle = book.recorded();
    const again = await openBook({}, { sources: [], bundle });
    expect(again.sources).toEqual(book.sources);
    expect(again.problems).toEqual(book.problems);
    for (const one of ['demo', 'other'].map(name)) expect(again.about(one)).toEqual(book.about(one));
    expect(Buffer.from([...again.recorded().values()][0]!).equals([...bundle.values()][0]!)).toBe(true);
  });

  it('does not depend on the order in which packages were asked about', async () => {
    const book = await openBook({ '/osv/all.zip': zipOf(RECORDS) });
    const other = await openAdvisories(
      worldOf({ files: filesOf({ '/osv/all.zip': zipOf(RECORDS) }) }),
      pypiRules,
      DEFAULTS,
    );
    await other.load([name('other')]);
    await other.load([name('demo')]);
    expect(other.recorded()).toEqual(book.recorded());
  });

  it('holds the asked packages only, and answers for no other', async () => {
    const first = await openAdvisories(
      worldOf({ files: filesOf({ '/osv/all.zip': zipOf(RECORDS) }) }),
      pypiRules,
      DEFAULTS,
    );
    await first.load([name('other')]);
    const bundle = first.recorded();
    expect(Buffer.from([...bundle.values()][0]!).toString()).not.toContain('PYSEC-1');
    const book = await openBook({}, { sources: [], bundle });
    expect(book.unanswered(name('other'))).toBeNull();
    expect(book.unanswered(name('demo'))).toContain('no answer');
  });

  it('without advisories leaves everything unanswered', async () => {
    const book = await openBook({}, { sources: [], bundle: new Map() });
    expect(book.sources[0]!.reachable).toBe(false);
    expect(book.unanswered(name('demo'))).not.toBeNull();
  });

  it.each(['', '{', '[]', '{"format":0,"sources":[]}', '{"format":1,"sources":[{}]}'])(
    'of %j is refused',
    async (text) => {
      const bundle = new Map([['advisories/PyPI.json', Buffer.from(text)]]);
      await expect(openBook({}, { sources: [], bundle })).rejects.toMatchObject({ code: 'bundle-invalid' });
    },
  );
});
