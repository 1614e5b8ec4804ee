import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../domain/errors.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { memoryCache } from '../../io/memory-cache.ts';
import { pypi } from '../ecosystems/pypi/pypi.ts';
import { learnedOf } from './learned-of-job.ts';
import { learnedText } from './learned-text.ts';
import { mergeLearned } from './merge-learned.ts';
import { readLearned } from './read-learned.ts';
import { recallLearned, rememberLearned } from './remembered.ts';

const BREAK: LearnedBreak = {
  id: 'flask:jinja2:jinja2.escape',
  importer: { name: 'flask' as PackageName, versions: { read: ['1.1.2'], between: [] } },
  provider: { name: 'jinja2' as PackageName, versions: { read: ['3.1.0', '3.1.2'], between: ['3.1.1'] } },
  kind: 'forbidden',
  module: 'jinja2',
  symbol: 'escape',
  because: 'flask 1.1.2 imports escape from jinja2, which jinja2 3.1.2 does not give',
  seen: "ImportError: cannot import name 'escape'",
};
const OWN: LearnedBreak = { ...BREAK, id: 'own', importer: null, service: 'api' };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): readonly LearnedBreak[] => readLearned(bytes(text), 'learned.json', pypi);

function refusal(text: string): UserFacingError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UserFacingError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

/** The file of one break with something else in it. */
function fileWith(more: object): string {
  const { breaks } = JSON.parse(learnedText([BREAK])) as { breaks: object[] };
  return JSON.stringify({ schemaVersion: '1', breaks: [{ ...breaks[0], ...more }] });
}

describe('a file of what was learned', () => {
  it('is read as it was written, in the order of ids, and fits the published schema', () => {
    const text = learnedText([OWN, BREAK]);
    expect(read(text)).toEqual([BREAK, OWN]);
    expect(learnedText(read(text))).toBe(text);
    const schema = new URL('../../../schemas/learned-1.json', import.meta.url);
    const fits = new Ajv2020({ strict: true, strictTypes: false }).compile(
      JSON.parse(readFileSync(schema, 'utf8')) as object,
    );
    expect(fits(JSON.parse(text))).toBe(true);
  });

  it('names packages as the index does', () => {
    const [one] = read(fileWith({ provider: { name: 'Jinja2', versions: { read: [], between: [] } } }));
    expect(one!.provider.name).toBe('jinja2');
  });

  it.each([
    ['{"schemaVersion":"2","breaks":[]}', /schemaVersion: expected "1"/, '"2"'],
    ['{"schemaVersion":"1","breaks":[],"braks":1}', /braks: there is no such key/, '1'],
    ['{"schemaVersion":"1"}', /breaks: is missing/, '{'],
    [fileWith({ sen: 'x' }), /breaks\.0\.sen: there is no such key/, '"x"'],
    [
      fileWith({ __proto__: null, kind: 'maybe' }),
      /breaks\.0\.kind: expected "forbidden" or "needed"/,
      '"maybe"',
    ],
    [
      fileWith({ because: 'red \u001b[31m' }),
      /breaks\.0\.because: has a control character/,
      '"red \\u001b[31m"',
    ],
    [fileWith({ module: 'm'.repeat(501) }), /breaks\.0\.module: longer than 500/, `"${'m'.repeat(501)}"`],
    [
      fileWith({ provider: { name: '!', versions: { read: [], between: [] } } }),
      /breaks\.0\.provider\.name: /,
      '"!"',
    ],
    [
      fileWith({ provider: { name: 'a', versions: { read: [1], between: [] } } }),
      /breaks\.0\.provider\.versions\.read\.0: expected the text of a version/,
      '1',
    ],
    ['{"schemaVersion":"1","breaks":[', /not valid JSON/, ''],
    ['[]', /not valid JSON: an object/, '['],
  ])('is refused with the place: %s', (text, message, under) => {
    const error = refusal(text);
    expect(error.code).toBe('invalid-file');
    expect(error.message).toMatch(message);
    const { span } = error.at!;
    expect(text.slice(span.start, span.end)).toBe(under);
  });

  it('takes hostile keys for keys', () => {
    expect(refusal('{"schemaVersion":"1","breaks":[],"__proto__":{"a":1}}').message).toMatch(
      /__proto__: there is no such key/,
    );
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('keeps no control characters of a traceback', () => {
    expect(read(fileWith({ seen: 'a\u001b[31m\n\tb' }))[0]!.seen).toBe('a[31m\n\tb');
  });
});

describe('what several learned', () => {
  it('is one break for each id with the versions of all, and what one has read was read', () => {
    const more = {
      ...BREAK,
      importer: { name: 'flask' as PackageName, versions: { read: ['1.1.4'], between: ['1.1.3'] } },
    };
    const [merged, ...rest] = mergeLearned([BREAK], [more, OWN]);
    expect(rest).toEqual([OWN]);
    expect(merged!.importer!.versions).toEqual({ read: ['1.1.2', '1.1.4'], between: ['1.1.3'] });
    expect(merged!.provider.versions).toEqual(BREAK.provider.versions);
    expect(mergeLearned([BREAK], [{ ...BREAK, kind: 'needed' }])).toHaveLength(2);
  });

  it('is remembered for an index, whatever the path, and for no other; own sources are nobody else’s', () => {
    const cache = memoryCache();
    rememberLearned(cache, ['https://user:secret@index.example/simple/'], [BREAK, OWN], pypi);
    expect(recallLearned(cache, ['https://index.example/other/'], pypi)).toEqual([BREAK]);
    expect(recallLearned(cache, ['https://mirror.example/simple/'], pypi)).toEqual([]);
    rememberLearned(cache, ['https://index.example/simple/'], [{ ...BREAK, id: 'a' }], pypi);
    expect(recallLearned(cache, ['https://index.example/simple/'], pypi).map(({ id }) => id)).toEqual([
      'a',
      BREAK.id,
    ]);
    cache.put('learned', 'https://index.example', bytes('{"schemaVersion":"9"}'));
    expect(recallLearned(cache, ['https://index.example/simple/'], pypi)).toEqual([]);
  });

  it('comes from the job, from the policy within the root, and from flags', async () => {
    const files = new Map([
      ['/repo/a.json', learnedText([{ ...BREAK, id: 'policy' }])],
      ['/else/b.json', learnedText([{ ...BREAK, id: 'flag' }])],
    ]);
    const world = {
      files: {
        read: (path: string) => Promise.resolve(files.has(path) ? bytes(files.get(path)!) : null),
      },
    } as unknown as Parameters<typeof learnedOf>[2];
    const job = { root: '/repo', learned: [BREAK], learnedFiles: ['/else/b.json'] };
    const all = await learnedOf(job, { learned: ['a.json'] }, world, pypi);
    expect(all.map(({ id }) => id)).toEqual(['flag', BREAK.id, 'policy'].sort());
    await expect(learnedOf(job, { learned: ['none.json'] }, world, pypi)).rejects.toThrow(/not there/);
    for (const outside of ['../else/b.json', '/else/b.json'])
      await expect(learnedOf(job, { learned: [outside] }, world, pypi)).rejects.toMatchObject({
        code: 'invalid-policy',
      });
  });
});
