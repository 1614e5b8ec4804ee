import { describe, expect, it } from 'vitest';
import { between, survey, type Answer } from './survey.ts';

async function surveyed(
  answers: string,
  start: number,
  most = 40,
): Promise<{ readonly text: string; readonly reads: number; readonly taken: string }> {
  const words: Readonly<Record<string, Answer>> = { y: 'yes', n: 'no', '?': 'unknown' };
  let reads = 0;
  const read = (at: number): Promise<Answer> => (reads++, Promise.resolve(words[answers[at]!]!));
  const found = await survey(answers.length, { at: start, answer: words[answers[start]!]! }, read, {
    most,
    atOnce: 3,
  });
  const letter = { yes: 'y', no: 'n', unknown: '?' };
  const text = [...answers].map((_, at) => (found.has(at) ? letter[found.get(at)!] : '.')).join('');
  const no = new Set(between(found, 'no'));
  return { text, reads, taken: [...text].map((one, at) => (no.has(at) ? '-' : one)).join('') };
}

describe('a survey of versions', () => {
  it('finds each change between two neighbours with few reads', async () => {
    const answers = `${'n'.repeat(100)}${'y'.repeat(300)}${'n'.repeat(112)}`;
    const { text, reads } = await surveyed(answers, 500);
    expect(text.slice(399, 401)).toBe('yn');
    expect(text.slice(99, 101)).toBe('ny');
    expect(reads).toBeLessThan(40);
  });

  it('ends at its bound, and takes only what stands between two that were read', async () => {
    const { reads, taken } = await surveyed(`${'y'.repeat(500)}${'n'.repeat(12)}`, 511, 5);
    expect(reads).toBe(5);
    expect(taken.includes('y-')).toBe(false);
  });

  it('takes nothing beside a version that cannot be read', async () => {
    const { taken } = await surveyed('yyyy??nnnn', 9);
    expect(taken).toMatch(/^y.*\?.*n$/);
    expect((await surveyed('????n????n', 9)).taken).not.toContain('-');
  });

  it('asks nothing where there is but one', async () => {
    expect(await surveyed('n', 0)).toEqual({ text: 'n', reads: 0, taken: 'n' });
  });
});
