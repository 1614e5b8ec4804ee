import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookOf, name, only, record, version } from '../../../test/oracle/osv-book.ts';
import { aliasGroups, compareIds } from './alias-groups.ts';

const idsOf = (groups: readonly (readonly { id: string }[])[]): string[][] =>
  groups.map((group) => group.map(({ id }) => id).sort()).sort();

describe('aliases', () => {
  it('are closed transitively', () => {
    const chain = [
      { id: 'A', aliases: ['CVE-1'] },
      { id: 'B', aliases: ['CVE-1', 'CVE-2'] },
      { id: 'C', aliases: ['CVE-2'] },
      { id: 'D', aliases: ['CVE-3'] },
    ];
    expect(idsOf(aliasGroups(chain))).toEqual([['A', 'B', 'C'], ['D']]);
  });

  it('hold both ways, and for an id that no record has', () => {
    expect(
      idsOf(
        aliasGroups([
          { id: 'A', aliases: ['B'] },
          { id: 'B', aliases: [] },
        ]),
      ),
    ).toEqual([['A', 'B']]);
    expect(
      idsOf(
        aliasGroups([
          { id: 'A', aliases: ['X'] },
          { id: 'B', aliases: ['X'] },
        ]),
      ),
    ).toEqual([['A', 'B']]);
  });

  it('are not what is merely related or upstream', async () => {
    const book = await bookOf([
      record('GHSA-1', 'introduced 0', { related: ['GHSA-2'], upstream: ['GHSA-2'] }),
      record('GHSA-2', 'introduced 0'),
    ]);
    expect(book.about(name('demo'))).toHaveLength(2);
  });

  it('join records within a package only', async () => {
    const book = await bookOf([
      record('GHSA-1', 'introduced 0', { aliases: ['CVE-2024-1'] }),
      record('GHSA-2', 'introduced 0', { aliases: ['CVE-2024-1', 'CVE-2024-2'], package: 'other' }),
      record('GHSA-3', 'introduced 0', { aliases: ['CVE-2024-2'] }),
    ]);
    expect(book.about(name('demo')).map(({ id }) => id)).toEqual(['CVE-2024-1', 'CVE-2024-2']);
  });

  it('show CVE, then GHSA, then PYSEC, the lowest number first', () => {
    const ids = [
      'OSV-1',
      'PYSEC-2024-1',
      'GHSA-aaaa-bbbb-cccc',
      'CVE-2021-1000',
      'CVE-2021-999',
      'MAL-2024-1',
    ];
    expect([...ids].sort(compareIds)).toEqual([
      'CVE-2021-999',
      'CVE-2021-1000',
      'GHSA-aaaa-bbbb-cccc',
      'PYSEC-2024-1',
      'MAL-2024-1',
      'OSV-1',
    ]);
  });

  it('give the same groups in whatever order records and aliases come (property)', () => {
    const id = fc.integer({ min: 0, max: 25 }).map(String);
    const records = fc.uniqueArray(fc.record({ id, aliases: fc.array(id, { maxLength: 3 }) }), {
      selector: (one) => one.id,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        records.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([written, shuffled]) => {
          const reversed = shuffled.map((one) => ({ ...one, aliases: [...one.aliases].reverse() }));
          expect(idsOf(aliasGroups(reversed))).toEqual(idsOf(aliasGroups(written)));
        },
      ),
    );
  });
});

describe('a group of aliases', () => {
  const pysec = record('PYSEC-1', 'introduced 0, fixed 1.0', {
    aliases: ['CVE-2024-1'],
    summary: 'from PYSEC',
  });
  const ghsa = record('GHSA-1', 'introduced 0, fixed 1.2', {
    aliases: ['CVE-2024-1'],
    details: '# Impact\nBad.',
  });

  it('affects what any live record affects, and is fixed by what satisfies all', async () => {
    const book = await bookOf([pysec, ghsa]);
    expect(book.affected(only(book), version('1.1'))).toBe('affected');
    expect(book.affected(only(book), version('1.2'))).toBe('no');
    expect(only(book)).toMatchObject({ id: 'CVE-2024-1', ids: ['CVE-2024-1', 'GHSA-1', 'PYSEC-1'] });
    expect(only(book).fixedIn.map(({ text }) => text)).toEqual(['1.2']);
  });

  it('takes its words from the record that is shown first, and a missing summary from the details', async () => {
    expect(only(await bookOf([pysec, ghsa])).summary).toBe('Bad.');
    expect(only(await bookOf([pysec])).summary).toBe('from PYSEC');
  });

  it('gains and loses nothing by a withdrawn member', async () => {
    const withdrawn = { ...ghsa, withdrawn: '2024-02-01T00:00:00Z' };
    const [alone, beside] = [await bookOf([pysec]), await bookOf([pysec, withdrawn])];
    expect(only(beside)).toEqual(only(alone));
    expect(beside.affected(only(beside), version('1.1'))).toBe('no');
    expect((await bookOf([withdrawn])).about(name('demo'))).toEqual([]);
  });

  it('is not held together by a withdrawn member', async () => {
    const bridge = { ...ghsa, aliases: ['PYSEC-1', 'PYSEC-2'], withdrawn: '2024-02-01T00:00:00Z' };
    const book = await bookOf([record('PYSEC-1', 'introduced 0'), record('PYSEC-2', 'introduced 0'), bridge]);
    expect(book.about(name('demo'))).toHaveLength(2);
  });

  it('does not change when a twin is withdrawn (property)', async () => {
    const events = fc.constantFrom(
      'introduced 0, fixed 1.0',
      'introduced 1.0, last_affected 2.0',
      'introduced 0, fixed x',
    );
    await fc.assert(
      fc.asyncProperty(events, events, async (mine, theirs) => {
        const live = record('PYSEC-1', mine, { aliases: ['CVE-2024-1', 'GHSA-1'] });
        const twin = record('GHSA-1', theirs, { aliases: ['CVE-2024-1'], withdrawn: '2024-02-01T00:00:00Z' });
        const [alone, beside] = [await bookOf([live]), await bookOf([twin, live])];
        expect(only(beside)).toEqual(only(alone));
        for (const text of ['0.5', '1.0', '1.5', '3.0'])
          expect(beside.affected(only(beside), version(text))).toBe(
            alone.affected(only(alone), version(text)),
          );
      }),
      { numRuns: 30 },
    );
  });

  it('takes the newest copy of a record that comes twice', async () => {
    const older = { ...pysec, modified: '2023-01-01T00:00:00Z' };
    const newer = record('PYSEC-1', 'introduced 0, fixed 1.5', { modified: '2023-06-01T00:00:00+02:00' });
    for (const copies of [
      [older, newer],
      [newer, older],
    ])
      expect(only(await bookOf(copies)).fixedIn.map(({ text }) => text)).toEqual(['1.5']);
  });
});
