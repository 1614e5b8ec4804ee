import { describe, expect, it } from 'vitest';
import { parseToml } from './parse-toml.ts';

describe('parseToml', () => {
  it.each([
    ['is none', 'a = ='],
    ['holds one text that is longer than the parser takes', `a = "${'x'.repeat(200_000)}"`],
    ['is nested without an end', `a = ${'['.repeat(100_000)}`],
  ])('tells TOML that %s by a SyntaxError', (_, text) => {
    expect(() => parseToml(text)).toThrow(SyntaxError);
  });

  it('reads what is TOML', () => {
    expect(parseToml('a = 1\n').body[0].body).toHaveLength(1);
  });

  it.each([
    ['a = 0', '0', [4, 5]],
    ['a = 10', '10', [4, 6]],
    ['a=0', '0', [2, 3]],
  ])('reads the number of %j, behind which nothing stands', (text, number, range) => {
    expect(parseToml(text).body[0].body[0]).toMatchObject({ value: { number, range } });
  });
});
