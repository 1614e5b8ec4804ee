import { describe, expect, it } from 'vitest';
import { normalizeName, parseName } from './name.ts';

describe('PEP 503: names are compared in one normal form', () => {
  it.each([
    ['requests', 'requests'],
    ['Django', 'django'],
    ['zope.interface', 'zope-interface'],
    ['a_b', 'a-b'],
    ['A-_.-b', 'a-b'],
    ['friendly-bard', 'friendly-bard'],
    ['FrIeNdLy-._.-bArD', 'friendly-bard'],
    ['0', '0'],
  ])('%s is %s', (written, normal) => {
    expect(parseName(written)).toBe(normal);
    expect(normalizeName(normal)).toBe(normal);
  });
});

describe('PEP 508: a name begins and ends with a letter or digit', () => {
  it.each([
    ['', 0, 0],
    ['-a', 0, 1],
    ['a-', 1, 2],
    ['_', 0, 1],
    ['a b', 1, 2],
    ['größe', 2, 3],
    ['a[x]', 1, 2],
    ['a'.repeat(257), 256, 257],
  ])('%j is refused, and the caret stands at %i', (text, start, end) => {
    expect(parseName(text)).toMatchObject({ kind: 'syntax-problem', start, end });
  });

  it('says what was expected and found', () => {
    expect(parseName('a!b')).toMatchObject({
      message:
        'expected a name of letters, digits, "-", "_" and "." that begins and ends with a letter or digit, found "!"',
    });
  });
});
