import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookOf, name, only, record, verdict, version } from '../../../test/oracle/osv-book.ts';
import { publishedOf } from '../../../test/oracle/published-versions.ts';

/** Events of one range, then versions with what is expected of each. */
const RANGES: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    '"0" stands before every version',
    'introduced 0, fixed 1.0',
    { '0.dev0': 'affected', '0': 'affected', '1.0': 'no' },
  ],
  [
    'a fix is outside',
    'introduced 1.0, fixed 1.2',
    { '0.9': 'no', '1.0': 'affected', '1.2.dev1': 'affected', '1.2': 'no' },
  ],
  [
    'the last affected is inside',
    'introduced 0, last_affected 1.2',
    { '1.2': 'affected', '1.2.post1': 'no', '1.2.1': 'no' },
  ],
  [
    'versions are compared, not texts',
    'introduced 1.9, fixed 1.10',
    { '1.10.0': 'no', '1.9.9': 'affected', '1.2': 'no' },
  ],
  ['events are sorted first', 'fixed 2.0, introduced 1.0', { '0.9': 'no', '1.5': 'affected', '2.0': 'no' }],
  [
    'several intervals in one range',
    'introduced 0, fixed 1.0, introduced 2.0, fixed 2.1',
    { '0.5': 'affected', '1.5': 'no', '2.0': 'affected', '2.1': 'no' },
  ],
  [
    'an end and a beginning at one version cancel out',
    'introduced 0, fixed 2.0, introduced 2.0, fixed 2.11',
    { '2.0': 'affected', '2.10': 'affected', '2.11': 'no' },
  ],
  [
    'one version alone',
    'introduced 1.0, last_affected 1.0',
    { '0.9': 'no', '1.0': 'affected', '1.0.post1': 'no' },
  ],
  ['an empty interval', 'introduced 1.0, fixed 1.0', { '0.9': 'no', '1.0': 'no', '1.1': 'no' }],
  ['nothing is affected from the limit on', 'introduced 0, limit 2.0', { '1.9': 'affected', '2.0': 'no' }],
  ['the highest limit counts, and * is none', 'introduced 0, limit 1.0, limit *', { '9': 'affected' }],
  ['no fix yet', 'introduced 1.0', { '99': 'affected', '0.9': 'no' }],
  [
    'the local segment is not looked at',
    'introduced 0, last_affected 1.0',
    { '1.0+cu118': 'affected', '1.1+cu118': 'no' },
  ],
  [
    'an introduction stands at its public version',
    'introduced 1.0+x, fixed 2.0',
    { '1.0': 'affected', '1.0+a': 'affected' },
  ],
  [
    'a fix that only a local version has is none for the public one',
    'introduced 0, fixed 1.0+patched',
    { '1.0': 'affected' },
  ],
  [
    'an end that is no version',
    'introduced 1.0, fixed 2.0-NA',
    { '0.9': 'no', '1.0': 'possibly', '99': 'possibly' },
  ],
  [
    'an unreadable end beside a readable one',
    'introduced 0, fixed latest, fixed 1.0',
    { '0.9': 'possibly', '1.0': 'no' },
  ],
  ['a beginning that is no version', 'introduced n/a, fixed 1.0', { '0.9': 'possibly', '1.0': 'possibly' }],
  [
    'an unreadable beginning beside a readable one',
    'introduced 0, introduced n/a, fixed 1.0',
    { '0.9': 'affected', '1.0': 'possibly' },
  ],
  ['a range that does not say where it begins', 'fixed 1.0', { '0.9': 'possibly', '1.0': 'no' }],
  ['a limit that is no version', 'introduced 0, limit n/a', { '1.0': 'possibly' }],
  [
    'an unreadable limit beside a readable one',
    'introduced 0, limit 1.0, limit n/a',
    { '0.9': 'affected', '1.0': 'possibly' },
  ],
];

describe('the ranges of a record', () => {
  it.each(RANGES)('%s: %s', async (_rule, events, expected) => {
    const book = await bookOf([record('PYSEC-1', events)]);
    const found = Object.keys(expected).map((text) => [text, book.affected(only(book), version(text))]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('reads SEMVER ranges in the order of the ecosystem', async () => {
    const semver = record('GHSA-1', 'introduced 0, fixed 1.0.0-rc.1', { type: 'SEMVER' });
    expect(await verdict([semver], '1.0b9')).toBe('affected');
    expect(await verdict([semver], '1.0rc1')).toBe('no');
  });

  it('holds every version for possibly affected by a range of a type that it does not know', async () => {
    expect(await verdict([record('PYSEC-1', 'introduced 0, fixed 1.0', { type: 'NEWER' })], '5')).toBe(
      'possibly',
    );
  });

  it.each(['1.0', '1.0.0', 'v1.0', '1.0+local', '01.0'])(
    'finds %s among versions that name 1.0',
    async (text) => {
      const affected = [{ package: { ecosystem: 'PyPI', name: 'demo' }, versions: ['1.0'] }];
      expect(await verdict([{ id: 'PYSEC-1', affected }], text)).toBe('affected');
      expect(await verdict([{ id: 'PYSEC-1', affected }], '1.0.1')).toBe('no');
    },
  );

  it('takes versions and ranges together', async () => {
    const both = [
      record('PYSEC-1', 'introduced 2.0, fixed 3.0', { versions: ['1.0', 'not-a-version', '2.1'] }),
    ];
    const found = ['1.0', '1.1', '2.5', '3.0'].map((text) => verdict(both, text));
    expect(await Promise.all(found)).toEqual(['affected', 'no', 'affected', 'no']);
  });

  it('finds a package under any spelling of its name, and in its own ecosystem only', async () => {
    const book = await bookOf([
      record('PYSEC-1', 'introduced 0', { package: 'De_Mo'.replace('_', '') }),
      { id: 'GHSA-1', affected: [{ package: { ecosystem: 'npm', name: 'demo' }, versions: ['1.0'] }] },
    ]);
    expect(only(book).ids).toEqual(['PYSEC-1']);
    expect(book.about(name('unheard-of'))).toEqual([]);
  });
});

describe('records that cannot be matched', () => {
  it('matches nothing by commits alone, and says so once', async () => {
    const book = await bookOf([
      record('PYSEC-1', 'introduced 0, fixed deadbeef', { type: 'GIT', aliases: ['CVE-2024-1'] }),
    ]);
    expect(book.about(name('demo'))).toEqual([]);
    expect(book.problems).toMatchObject([
      { kind: 'unmatchable', id: 'CVE-2024-1', ids: ['CVE-2024-1', 'PYSEC-1'], package: 'demo' },
    ]);
    expect(book.problems[0]!.why).toContain('commits');
  });

  it.each([
    ['no versions at all', { versions: [] }],
    ['versions that none can read', { versions: ['0.1-bulbasaur'] }],
  ])('tells of a record with %s', async (_what, { versions }) => {
    const affected = [{ package: { ecosystem: 'PyPI', name: 'demo' }, versions }];
    const book = await bookOf([{ id: 'PYSEC-1', affected }]);
    expect(book.problems.map(({ kind }) => kind)).toEqual(['unmatchable']);
  });

  it('is content where an alias of the record has versions', async () => {
    const git = record('PYSEC-1', 'introduced 0', { type: 'GIT', aliases: ['CVE-2024-1'] });
    const book = await bookOf([
      git,
      record('GHSA-1', 'introduced 0, fixed 1.0', { aliases: ['CVE-2024-1'] }),
    ]);
    expect(book.problems).toEqual([]);
    expect(only(book).ids).toEqual(['CVE-2024-1', 'GHSA-1', 'PYSEC-1']);
  });

  it('tells which bound could not be read', async () => {
    const book = await bookOf([record('PYSEC-1', 'introduced 0, last_affected 2.6.0-NA')]);
    expect(book.problems).toMatchObject([{ kind: 'unreadable-bound', id: 'PYSEC-1' }]);
    expect(book.problems[0]!.why).toContain('last_affected 2.6.0-NA');
  });
});

const bound = fc.constantFrom('0', '0.5', '1.0', '1.0.0', '1.0rc1', '1.5', '2.0', '2.0.post1', '3.0', 'n/a');
const event = fc.tuple(fc.constantFrom('introduced', 'fixed', 'last_affected', 'limit'), bound);
const ASKED = [
  '0.dev0',
  '0.5',
  '1.0rc1',
  '1.0',
  '1.0+x',
  '1.2',
  '1.5',
  '2.0',
  '2.0.post1',
  '2.5',
  '3.0',
  '4',
];

describe('properties of the matching', () => {
  it('does not depend on the order of the events (OSV schema: "sorted")', async () => {
    const shuffled = fc
      .array(event, { minLength: 1, maxLength: 7 })
      .chain((events) =>
        fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
      );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([written, other]) => {
        const text = (events: typeof written): string => events.map((one) => one.join(' ')).join(', ');
        const books = [await bookOf([record('A', text(written))]), await bookOf([record('A', text(other))])];
        const [first, second] = books.map((book) =>
          ASKED.map((one) => book.affected(only(book), version(one))),
        );
        expect(second).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });

  it('says of a whole package what it says of each version', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 7 }),
        fc.subarray(ASKED),
        async (events, named) => {
          const book = await bookOf([
            record('A', events.map((one) => one.join(' ')).join(', '), { versions: named }),
          ]);
          const published = publishedOf('demo', ASKED);
          const { affected, possibly } = book.affectedSet(only(book), published);
          const each = published.versions.map((one) => book.affected(only(book), one));
          expect([...affected.positions()]).toEqual(
            each.flatMap((stand, i) => (stand === 'affected' ? [i] : [])),
          );
          expect([...possibly.positions()]).toEqual(
            each.flatMap((stand, i) => (stand === 'possibly' ? [i] : [])),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
