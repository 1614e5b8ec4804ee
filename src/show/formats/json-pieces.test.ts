import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../report/report.ts';
import { jsonPieces } from './json-pieces.ts';

const text = fc.string({ unit: 'binary' });
const key = fc.oneof(text, fc.constantFrom('__proto__', 'a"b'));
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 7 },
    fc.constantFrom<unknown>(null, true, 0, -1.5, undefined),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.integer(), { minLength: 49, maxLength: 52 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;

function joined(told: unknown): string {
  return [...jsonPieces(told as Report)].join('');
}

describe('jsonPieces', () => {
  it('is what JSON.stringify writes, and a line end', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (told) => {
        expect(joined(told)).toBe(`${JSON.stringify(told, null, 2)}\n`);
      }),
      { numRuns: 500 },
    );
  });

  it('never holds a long list in one piece', () => {
    const packages = Array.from({ length: 10_000 }, (_, n) => ({ name: `package-${n}`, version: '1.0' }));
    const told = { services: [{ today: [{ target: 'linux', packages }] }], evidence: packages };
    const pieces = [...jsonPieces(told as unknown as Report)];
    expect(pieces.join('')).toBe(`${JSON.stringify(told, null, 2)}\n`);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(10_000);
  });

  it('replaces half of a surrogate pair, and no text that only looks like its escape', () => {
    const told = { a: 'x\ud800y', b: '\\ud800', c: '😀' };
    expect(JSON.parse(joined(told))).toEqual({ a: 'x\ufffdy', b: '\\ud800', c: '😀' });
  });
});
