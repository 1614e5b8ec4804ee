import { describe, expect, it } from 'vitest';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { mergeLearned } from './merge-learned.ts';

function learned(importer: readonly string[], provider: readonly string[], id = 'a:b:b.x'): LearnedBreak {
  return {
    ...{ id, kind: 'forbidden', module: 'b', symbol: 'x', because: '', seen: '' },
    importer: { name: 'a' as PackageName, versions: { read: importer, between: [] } },
    provider: {
      name: 'b' as PackageName,
      versions: { read: provider.slice(0, 1), between: provider.slice(1) },
    },
  };
}

const merged = (...breaks: readonly LearnedBreak[]): readonly string[] =>
  mergeLearned(breaks).map(
    ({ importer, provider: { versions } }) =>
      `${importer!.versions.read.join(' ')} x ${versions.read.join(' ')} (${versions.between.join(' ')})`,
  );

describe('breaks of several rounds', () => {
  it('become one where one side is the same', () => {
    expect(merged(learned(['1'], ['3']), learned(['1'], ['2', '3']))).toEqual(['1 x 3 2 ()']);
    expect(merged(learned(['1'], ['3']), learned(['2'], ['3']))).toEqual(['1 2 x 3 ()']);
  });

  it('stay apart where joining them would claim pairs that nobody saw, or they are others', () => {
    expect(merged(learned(['1'], ['3']), learned(['2'], ['4']))).toHaveLength(2);
    expect(merged(learned(['1'], ['3']), learned(['1'], ['4'], 'a:c:c.x'))).toHaveLength(2);
  });

  it('have an id each where they stay apart, and are joined by later ones all the same', () => {
    const apart = mergeLearned([learned(['1'], ['3']), learned(['2'], ['4'])]);
    expect(apart.map(({ id }) => id)).toEqual(['a:b:b.x', 'a:b:b.x#2']);
    expect(mergeLearned(apart, [learned(['2'], ['5'])])).toHaveLength(2);
    expect(mergeLearned(apart)).toEqual(apart);
  });

  it('become one with a third that has joined them', () => {
    const [one, two] = [learned(['1'], ['3']), learned(['2'], ['4'])];
    expect(merged(one, two, learned(['2'], ['3']), learned(['1'], ['4']))).toEqual(['1 2 x 3 4 ()']);
  });
});
