import { describe, expect, it } from 'vitest';
import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Term } from '../solver/incompatibility.ts';
import { ON } from './node.ts';
import { Permission } from './permission.ts';

const PACKAGE = 7;
/** Versions 1 and 3 of four need permission. */
const RESTRICTED = VersionSet.of(4, 1, 3);

function permission() {
  const labels: string[] = [];
  const newSelector = (label: string): number => {
    if (!labels.includes(label)) labels.push(label);
    return 100 + labels.indexOf(label);
  };
  return new Permission('prerelease', 'lib' as PackageName, PACKAGE, RESTRICTED, newSelector);
}

/** Terms as "package: states", for four versions "4" is "not selected". */
function texts(terms: readonly Term[]): readonly string[] {
  return terms.map((term) => `${term.package}: ${[...term.states.positions()].join(' ')}`);
}

const by = (id: number, ...versions: readonly number[]): Term => ({
  package: id,
  states: VersionSet.of(3, ...versions),
});

describe('a permission', () => {
  it('forbids every restricted version while nobody grants one', () => {
    expect(
      permission()
        .rules()
        .map(({ terms }) => texts(terms)),
    ).toEqual([['100: 0', '7: 1 3']]);
  });

  it('lets a version in with any of its grantors, the states of one package merged', () => {
    const one = permission();
    one.grant(by(8, 0), VersionSet.of(4, 0, 1));
    one.grant(by(8, 1), VersionSet.of(4, 1));
    one.grant(by(9, 0), VersionSet.of(4, 1));
    expect(one.rules().map(({ terms }) => texts(terms))).toEqual([
      ['103: 0', '7: 3'],
      ['103: 0', '7: 1', '8: 2', '9: 1 2'],
    ]);
    expect(one.rules()[0]!.terms[0]!.states.equals(ON)).toBe(true);
  });

  it('has a new selector after each new grant, and only then', () => {
    const one = permission();
    const first = one.selector;
    expect(one.grant(by(8, 0, 1), VersionSet.of(4, 1))).toBe(true);
    expect(one.selector).not.toBe(first);
    const second = one.selector;
    expect(one.grant(by(8, 0), VersionSet.of(4, 1))).toBe(false);
    expect(one.grant(by(8, 0), VersionSet.of(4, 0, 2))).toBe(false);
    expect(one.selector).toBe(second);
  });

  it('is not given by a package to itself', () => {
    const one = permission();
    expect(one.grant({ package: PACKAGE, states: VersionSet.of(5, 1) }, VersionSet.of(4, 1))).toBe(false);
    expect(one.rules()).toHaveLength(1);
  });

  it('knows which versions need it', () => {
    expect([0, 1, 2, 3].filter((position) => permission().restricts(position))).toEqual([1, 3]);
  });
});
