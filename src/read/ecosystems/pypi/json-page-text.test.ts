import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeApart } from './json-page-text.ts';

const MOST = 1000;

/** What a page is, taken apart or parsed whole. */
function apart(text: string): unknown {
  const taken = takeApart(text, (file) => file, MOST);
  return taken === null ? null : { ...taken.page, files: taken.files };
}
function whole(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const words = fc.constantFrom('a', '}, {', '},{', '}]', '"files"', '"files": [{', '\\', '"', '\u2028', '');
const values = fc.oneof(
  words,
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(fc.dictionary(words, words, { maxKeys: 2 }), { maxLength: 3 }),
);
const files = fc.dictionary(fc.oneof(words, fc.constantFrom('filename', 'url', 'files')), values, {
  maxKeys: 4,
});
const pages = fc.record({
  before: fc.dictionary(words, values, { maxKeys: 2 }),
  files: fc.array(files, { minLength: 1, maxLength: 6 }),
  after: fc.dictionary(fc.oneof(words, fc.constant('versions')), values, { maxKeys: 3 }),
});

describe('a page that is taken apart', () => {
  it.each([',', ', '])('is what it is when parsed whole, with "%s" between its files', (between) => {
    const file = (at: number): string =>
      JSON.stringify({ filename: `foo-${at}.whl`, hashes: { sha256: 'a' } });
    const text = `{"meta":{"api-version":"1.1"},"files":[${[1, 2, 3].map(file).join(between)}],"versions":["1"]}`;
    expect(apart(text)).toEqual(JSON.parse(text));
  });

  it('is never something else, whatever stands in it', () => {
    let taken = 0;
    fc.assert(
      fc.property(pages, fc.constantFrom('', ' '), ({ before, files: listed, after }, space) => {
        const list = listed.map((file) => JSON.stringify(file)).join(`,${space}`);
        const page = JSON.stringify({ ...before, files: 0, ...after });
        const text = page.replace('"files":0', () => `"files":${space}[${list}]`);
        const result = apart(text);
        if (result === null) return;
        taken++;
        expect(result).toEqual(whole(text));
      }),
      { numRuns: 1000 },
    );
    // Else nothing would be tried.
    expect(taken).toBeGreaterThan(50);
  });

  it('is never something else, whatever bytes are wrong', () => {
    const text = '{"meta":{},"files":[{"a":"}, {"},{"b":[{},{}]},{"c":1}],"versions":[{"d":2},{"e":3}]}';
    const change = fc.tuple(fc.nat(text.length - 1), fc.nat(3), fc.constantFrom('', ...'{}[],":files \\'));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const broken = changes.reduce(
          (all, [at, cut, put]) => all.slice(0, at) + put + all.slice(at + cut),
          text,
        );
        const result = apart(broken);
        if (result !== null) expect(result).toEqual(whole(broken));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['twice, the last of them counts', '{"files":[{"a":1}],"files":[]}'],
    ['twice, once with an escape', '{"files":[{"a":1}],"\\u0066iles":[{"b":1}]}'],
    ['of something else', '{"x":{"files":[{"a":1}]},"files":[{"b":1}]}'],
    ['in a text', '{"x":"\\"files\\": [{}]","files":[{"b":1}]}'],
    ['that are none', '{"files":[]}'],
    ['on lines of their own', '{"files": [\n  {"a": 1},\n  {"b": 2}\n]}'],
  ])('leaves files %s to JSON.parse', (_, text) => {
    expect([null, whole(text)]).toContainEqual(apart(text));
  });

  it('is left where there are more files than may be', () => {
    const text = `{"files":[${Array.from({ length: MOST + 1 }, () => '{}').join()}]}`;
    expect(apart(text)).toBeNull();
    expect(apart(text.replace('{},', ''))).not.toBeNull();
  });
});
