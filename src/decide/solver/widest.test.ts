import { describe, expect, it } from 'vitest';
import { VersionSet } from '../../domain/version-set.ts';
import type { Clause } from './clause.ts';
import type { Term } from './incompatibility.ts';
import { Widest } from './widest.ts';

const COUNT = 5;

function at(id: number, ...versions: readonly number[]): Term {
  return { package: id, states: VersionSet.of(COUNT, ...versions) };
}

function clause(...terms: readonly Term[]): Clause<string> {
  return {
    incompatibility: { kind: 'external', terms, cause: 'a law' },
    terms: [...terms],
    superseded: false,
  };
}

describe('of clauses that say the same of more and more versions', () => {
  it.each([
    ['more versions of the first package', [at(0, 1), at(1, 2)], [at(0, 1, 3), at(1, 2)], true],
    ['the same again', [at(0, 1), at(1, 2)], [at(0, 1), at(1, 2)], true],
    ['other versions of it', [at(0, 1), at(1, 2)], [at(0, 3), at(1, 2)], false],
    ['fewer of it', [at(0, 1, 3), at(1, 2)], [at(0, 1), at(1, 2)], false],
    ['something else of the second package', [at(0, 1), at(1, 2)], [at(0, 1, 3), at(1, 2, 4)], false],
    ['it of another package', [at(0, 1), at(1, 2)], [at(2, 1, 3), at(1, 2)], false],
    ['more of a third package', [at(0, 1), at(1, 2)], [at(0, 1), at(1, 2), at(2, 0)], false],
  ])('one is replaced by one that says %s: %#', (_, before, after, replaced) => {
    const widest = new Widest<string>();
    const first = clause(...before);
    expect(widest.replacedBy(first)).toEqual([]);
    expect(widest.replacedBy(clause(...after))).toEqual(replaced ? [first] : []);
  });

  it('each is replaced once', () => {
    const widest = new Widest<string>();
    const clauses = [[1], [1, 2], [1, 2, 3]].map((versions) => clause(at(0, ...versions), at(1, 2)));
    expect(clauses.map((one) => widest.replacedBy(one))).toEqual([[], [clauses[0]], [clauses[1]]]);
  });
});
