import { describe, expect, it } from 'vitest';
import { memoByText } from './memo-by-text.ts';

function counting(): { readonly of: (text: string) => number; readonly asked: readonly string[] } {
  const asked: string[] = [];
  return { of: memoByText((text) => asked.push(text)), asked };
}

describe('memoByText', () => {
  it('computes once for a text', () => {
    const { of, asked } = counting();
    expect([of('a'), of('b'), of('a')]).toEqual([1, 2, 1]);
    expect(asked).toEqual(['a', 'b']);
  });

  it.each([
    ['long texts', (n: number) => String(n).padEnd(10_000, 'x'), 300],
    ['many texts', (n: number) => String(n), 100_000],
  ])('forgets where %s would fill the memory', (_, textOf, count) => {
    const { of, asked } = counting();
    for (let n = 0; n < count; n++) of(textOf(n));
    of(textOf(count - 1));
    expect(asked).toHaveLength(count);
    of(textOf(0));
    expect(asked).toHaveLength(count + 1);
  });
});
