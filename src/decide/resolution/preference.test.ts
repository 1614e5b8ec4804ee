import { describe, expect, it } from 'vitest';
import type { Target } from '../../domain/target.ts';
import { VersionSet } from '../../domain/version-set.ts';
import { publishedOf, setOf } from '../../../test/support/published.ts';
import { keepingFirst, newestFirst } from './preference.ts';

const TARGETS = [{}, {}] as unknown as readonly Target[];
const LIB = publishedOf('lib', ['1.0', '1.1', '1.2', '2.0', '3.0rc1'], {
  yanked: ['2.0'],
  notInstallable: ['1.2'],
});
const text = (position: number): string => LIB.versions[position]!.text;

describe('the newest first', () => {
  it.each([
    [
      ['1.0', '1.1', '1.2', '2.0', '3.0rc1'],
      '1.1',
      'neither pre-release, nor yanked, nor without a distribution',
    ],
    [['1.2', '2.0', '3.0rc1'], '3.0rc1', 'a pre-release where no final version is left'],
    [['1.2', '2.0'], '2.0', 'a yanked version where nothing else can be installed'],
    [['1.2'], '1.2', 'whatever is possible where nothing can be installed'],
  ])('of %j takes %s: %s', (possible, want) => {
    expect(text(newestFirst(TARGETS)(LIB, 0, setOf(LIB, possible)))).toBe(want);
  });
});

describe('keeping what was there', () => {
  const keep = keepingFirst(TARGETS, [new Map([['lib', 0]]), new Map()]);
  const all = VersionSet.all(LIB.versions.length);

  it('takes the version of that very target, and the newest of what is new', () => {
    expect(text(keep(LIB, 0, all))).toBe('1.0');
    expect(text(keep(LIB, 1, all))).toBe('1.1');
  });

  it('takes the newest where the old one is not possible any more', () => {
    expect(text(keep(LIB, 0, setOf(LIB, ['1.1', '2.0'])))).toBe('1.1');
  });
});
