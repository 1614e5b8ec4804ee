import { describe, expect, it } from 'vitest';
import { normalizeName } from './name.ts';
import { likelySpellings, MAX_TRIED, nearAmong } from './near-names.ts';

describe('near names', () => {
  it.each([
    ['python-dateutils', 'python-dateutil'],
    ['scikitlearn-python', 'scikitlearn'],
    ['requets', 'reqeuts'],
    ['request', 'requests'],
    ['num-py', 'numpy'],
    ['magic', 'python-magic'],
    ['flaask', 'flask'],
  ])('for %s try %s among the first', (written, meant) => {
    expect(likelySpellings(normalizeName(written)).slice(0, MAX_TRIED)).toContain(meant);
  });

  it('among known ones come nearest first, far ones not at all', () => {
    const known = ['requests', 'request', 'flask', 'reqests'].map(normalizeName);
    expect(nearAmong(normalizeName('requets'), known)).toEqual(
      ['requests', 'reqests', 'request'].map(normalizeName),
    );
  });
});
