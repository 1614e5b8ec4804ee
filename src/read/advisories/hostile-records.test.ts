import { deflateRawSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookOf, DEFAULTS, filesOf, name, only, record, worldOf } from '../../../test/oracle/osv-book.ts';
import { pypiRules } from '../ecosystems/pypi/rules.ts';
import type { AdvisoryBook } from './advisories.ts';
import { openAdvisories } from './advisories.ts';

const GOOD = record('PYSEC-GOOD', 'introduced 0, fixed 1.0');

async function openZip(zip: Uint8Array): Promise<AdvisoryBook> {
  const world = worldOf({ files: filesOf({ '/osv/all.zip': zip }) });
  const book = await openAdvisories(world, pypiRules, DEFAULTS);
  await book.load([name('demo')]);
  return book;
}

const affected = (more: object): object => ({
  id: 'BAD',
  affected: [{ package: { ecosystem: 'PyPI', name: 'demo' }, ...more }],
});

describe('a broken record', () => {
  it.each([
    ['is no object', 7],
    ['is null', null],
    ['is a list', []],
    ['has no id', { affected: [] }],
    ['has an id with a line break', { id: 'A\nB', affected: [] }],
    ['has an id that is a number', { id: 7, affected: [] }],
    ['has an id without end', { id: 'A'.repeat(201), affected: [] }],
    ['has ranges that are none', affected({ ranges: 'all' })],
    [
      'has a bound that is a number',
      affected({ ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: 1.1 }] }] }),
    ],
    ['has versions that are none', affected({ versions: [1.0] })],
    [
      'has no package name',
      { id: 'BAD', affected: [{ package: { ecosystem: 'PyPI', name: '../../x' }, versions: ['1'] }] },
    ],
    [
      'has a package name without end',
      { id: 'BAD', affected: [{ package: { ecosystem: 'PyPI', name: 'x'.repeat(5000) }, versions: ['1'] }] },
    ],
  ])('that %s is told, and costs no other', async (_what, broken) => {
    const book = await bookOf([broken, GOOD]);
    expect(only(book).id).toBe('PYSEC-GOOD');
    expect(book.problems).toMatchObject([{ kind: 'unreadable-record', package: null }]);
    expect(book.problems[0]!.why.length).toBeLessThan(300);
  });

  it.each([
    ['summary', 7],
    ['details', {}],
    ['aliases', 'CVE-2024-1'],
    ['references', [{ url: 7 }]],
    ['references', [{ url: 'javascript:alert(1)' }]],
    ['severity', [{ type: 'CVSS_V3' }]],
    ['severity', 'high'],
    ['published', 'yesterday'],
    ['modified', 20240101],
    ['withdrawn', 'maybe'],
    ['database_specific', 'x'],
    ['database_specific', { severity: ['HIGH'] }],
    ['related', 7],
    ['credits', null],
  ])('in its %s only (%j) still counts', async (field, value) => {
    const book = await bookOf([{ ...GOOD, [field]: value }]);
    expect(only(book)).toMatchObject({ id: 'PYSEC-GOOD', severity: 'unknown', references: [] });
    expect(book.problems).toEqual([]);
  });

  it('takes null for absent, as some databases write it', async () => {
    const nothing = { aliases: null, severity: null, references: null, summary: null, withdrawn: null };
    expect(only(await bookOf([{ ...GOOD, ...nothing }])).id).toBe('PYSEC-GOOD');
  });

  it('changes no prototype', async () => {
    const text = JSON.stringify(GOOD).replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    const book = await openZip(
      zipSync({ 'a.json': strToU8(text), '__proto__.json': strToU8('{"__proto__":7}') }),
    );
    expect(only(book).id).toBe('PYSEC-GOOD');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('have long summaries cut between words, and seen to be cut', async () => {
    const cut = only(await bookOf([{ ...GOOD, summary: 'memory allocations '.repeat(30) }])).summary;
    expect(cut.length).toBeLessThanOrEqual(302);
    expect(cut).toMatch(/ (memory|allocations) …$/);
  });

  it('keeps markup as the text that it is', async () => {
    const summary = '<img src=x onerror=alert(1)> \u001b[31mred';
    expect(only(await bookOf([{ ...GOOD, summary }])).summary).toBe(summary);
  });

  it('never makes the reading throw, whatever JSON it is (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.jsonValue().map((x) => affected({ ranges: x, versions: x })),
          ),
        ),
        async (records) => {
          expect(
            (await bookOf([...records, GOOD])).about(name('demo')).some(({ id }) => id === 'PYSEC-GOOD'),
          ).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a hostile dump', () => {
  const good = { 'PYSEC-GOOD.json': strToU8(JSON.stringify(GOOD)) };

  it('that unpacks to more than is allowed costs no more than that', async () => {
    const bomb = deflateRawSync(Buffer.alloc(40 * 2 ** 20, ' '));
    const honest = zipSync({ ...good, 'BOMB.json': Buffer.alloc(40 * 2 ** 20, ' ') });
    expect(bomb.length).toBeLessThan(100_000);
    for (const zip of [honest, lyingAboutSize(honest)]) {
      const book = await openZip(zip);
      expect(only(book).id).toBe('PYSEC-GOOD');
      expect(book.problems.map(({ id }) => id)).toEqual(['BOMB']);
    }
  });

  it('with names that climb out reads them as names', async () => {
    const book = await openZip(
      zipSync({
        ...good,
        '../../etc/x.json': strToU8('{'),
        '/abs.json': strToU8('{'),
        'notes.txt': strToU8('?'),
      }),
    );
    expect(only(book).id).toBe('PYSEC-GOOD');
    expect(book.problems.map(({ id, why }) => `${id}: ${why}`).sort()).toEqual([
      'abs: it is not JSON',
      'x: it is not JSON',
    ]);
  });

  it('with a wrong checksum or text that is not UTF-8 tells of these records', async () => {
    const zip = Buffer.from(zipSync({ ...good, 'B.json': [Uint8Array.of(0x22, 0xff, 0x22), { level: 0 }] }));
    expect((await openZip(zip)).problems).toMatchObject([{ id: 'B', why: 'it is not UTF-8' }]);
    zip[zip.indexOf(Buffer.of(0x22, 0xff, 0x22)) + 1] = 0x41;
    expect((await openZip(zip)).problems).toMatchObject([{ id: 'B', why: 'its checksum is wrong' }]);
  });

  it.each([
    ['is no zip', Buffer.from('<html>')],
    ['is empty', Buffer.alloc(0)],
    ['was cut off', zipSync(good).slice(0, -30)],
  ])('that %s is an error that names it', async (_what, bytes) => {
    await expect(openZip(bytes)).rejects.toMatchObject({
      code: 'advisories-invalid',
      message: expect.stringContaining('/osv') as string,
    });
  });
});

/** The same zip, with one byte claimed for each file of the size of the bomb. */
function lyingAboutSize(zip: Uint8Array): Uint8Array {
  const copy = Buffer.from(zip);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(40 * 2 ** 20);
  for (let at = copy.indexOf(size); at !== -1; at = copy.indexOf(size, at + 4)) copy.writeUInt32LE(1, at);
  return copy;
}
