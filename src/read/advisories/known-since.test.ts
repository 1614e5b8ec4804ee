import { describe, expect, it } from 'vitest';
import { bookOf, name, record } from '../../../test/oracle/osv-book.ts';
import { publishedOf } from '../../../test/oracle/published-versions.ts';

const FIX = 'introduced 0, fixed 1.2';
const published = () =>
  publishedOf('demo', ['1.0', '1.2', '1.3'], { '1.2': '2021-05-01', '1.3': '2020-02-01' });

/** Since when the advisory was known, and whether the book of a day has it. */
async function seen(records: readonly unknown[], day: string, withUploads = true) {
  const settings = { asOf: new Date(day), published: withUploads ? published : null };
  const then = (await bookOf(records, settings)).about(name('demo'));
  const [today] = (await bookOf(records, { published: settings.published })).about(name('demo'));
  return { since: today?.knownSince ?? null, known: then.length > 0 };
}

describe('as of a day, an advisory was known', () => {
  it.each([
    ['from its publication', { published: '2020-03-04T05:06:07Z', aliases: ['CVE-2019-1'] }, '2020-03-04'],
    [
      'from the upload of its fix, if that came first',
      { published: '2026-07-01T00:00:00Z', aliases: ['CVE-2021-1'] },
      '2021-05-01',
    ],
    [
      'never before the year of its CVE id',
      { published: '2026-07-01T00:00:00Z', aliases: ['CVE-2023-1'] },
      '2023-01-01',
    ],
    [
      'from the earliest of several CVE ids',
      { published: '2026-07-01T00:00:00Z', aliases: ['CVE-2024-9', 'CVE-2022-1'] },
      '2022-01-01',
    ],
    ['from the upload of its fix, where it has no date', {}, '2021-05-01'],
  ])('%s', async (_rule, more, since) => {
    const records = [record('PYSEC-2026-1', FIX, more)];
    const dayBefore = new Date(Date.parse(since) - 86_400_000).toISOString();
    expect(await seen(records, since)).toEqual({ since, known: true });
    expect(await seen(records, dayBefore)).toEqual({ since, known: false });
  });

  it('from the earliest record of its group', async () => {
    const late = record('PYSEC-2026-1', 'introduced 0', {
      published: '2026-07-01T00:00:00Z',
      aliases: ['CVE-2019-1'],
    });
    const early = record('GHSA-1', 'introduced 0', {
      published: '2019-08-01T00:00:00Z',
      aliases: ['CVE-2019-1'],
    });
    expect(await seen([late, early], '2019-08-01')).toEqual({ since: '2019-08-01', known: true });
  });

  it('from the year of its CVE id on, where nothing tells more', async () => {
    const records = [record('PYSEC-2026-1', FIX, { aliases: ['CVE-2023-1'] })];
    expect(await seen(records, '2022-12-31', false)).toEqual({ since: null, known: false });
    expect(await seen(records, '2023-01-01', false)).toEqual({ since: null, known: true });
  });

  it('not before its fix, where no record has a date and the fix came after that day', async () => {
    const asOfThen = { ...publishedOf('demo', ['1.0']), firstUpload: () => new Date('2021-05-01') };
    const records = [record('GHSA-1', FIX)];
    const on = async (day: string) =>
      (await bookOf(records, { asOf: new Date(day), published: () => asOfThen })).about(name('demo'));
    expect(await on('2021-04-30')).toHaveLength(0);
    expect(await on('2021-05-01')).toHaveLength(1);
  });

  it('always, where nothing tells at all: silence would be the worse mistake', async () => {
    expect(await seen([record('GHSA-1', FIX)], '2001-01-01', false)).toEqual({ since: null, known: true });
  });

  it('still, when it was withdrawn only later', async () => {
    const records = [
      record('PYSEC-1', FIX, { published: '2020-01-01T00:00:00Z', withdrawn: '2022-01-01T00:00:00Z' }),
    ];
    expect((await seen(records, '2021-12-31')).known).toBe(true);
    expect((await seen(records, '2022-01-01')).known).toBe(false);
  });

  it('is worked out again when the package comes into memory after the first question', async () => {
    let inMemory = false;
    const records = [record('PYSEC-2026-1', FIX, { published: '2026-07-01T00:00:00Z' })];
    const settings = { asOf: new Date('2021-06-01'), published: () => (inMemory ? published() : null) };
    const book = await bookOf(records, settings);
    expect(book.about(name('demo'))).toHaveLength(0);
    inMemory = true;
    expect(book.about(name('demo'))).toHaveLength(1);
  });
});
