import { describe, expect, it } from 'vitest';
import { smoothRoundRobin } from './smooth-round-robin.ts';

function picks(weights: Readonly<Record<string, number>>, times: number): readonly (string | null)[] {
  const pick = smoothRoundRobin(Object.entries(weights).map(([value, weight]) => ({ value, weight })));
  return Array.from({ length: times }, pick);
}

describe('smooth weighted round robin', () => {
  it('spreads the picks as nginx does', () => {
    expect(picks({ a: 5, b: 1, c: 1 }, 7).join('')).toBe('aabacaa');
  });

  it('gives each share its weight in any hundred picks, wherever they begin', () => {
    const seen = picks({ stable: 89, baseline: 1, canary: 10 }, 400);
    for (let begin = 0; begin < 300; begin += 7) {
      const hundred = seen.slice(begin, begin + 100);
      expect(hundred.filter((name) => name === 'canary')).toHaveLength(10);
      expect(hundred.filter((name) => name === 'baseline')).toHaveLength(1);
    }
  });

  it('passes over what weighs nothing, and picks nothing of nothing', () => {
    expect(picks({ a: 0, b: 100 }, 3)).toEqual(['b', 'b', 'b']);
    expect(picks({ a: 0 }, 2)).toEqual([null, null]);
    expect(picks({}, 1)).toEqual([null]);
  });
});
