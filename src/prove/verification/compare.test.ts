import { describe, expect, it } from 'vitest';
import type { Failure, LevelOutcome, ServiceVerification, VerifiedSet } from '../../domain/verification.ts';
import { compareLevels, mayBeWritten, verdictOf } from './compare.ts';

function failure(key: string, ofMachine = false): Failure {
  return { key, what: `${key} fails`, because: null, ofMachine };
}

function imports(verdict: LevelOutcome['verdict'], ...failures: readonly Failure[]): LevelOutcome {
  const plain = { seen: '', notes: [], hint: null, durationMs: 1, evidence: [] };
  return { level: 'import', verdict, failures, ...plain };
}

function verification(before: LevelOutcome | null, after: LevelOutcome): ServiceVerification {
  const set = (side: VerifiedSet['side'], outcome: LevelOutcome): VerifiedSet => ({
    side,
    outcomes: [outcome],
  });
  return {
    ...{ service: '.', level: 'import', rounds: [] },
    target: {
      runtime: { implementation: 'cpython', version: '3.11' },
      ...{ os: 'linux', architecture: 'x86_64', libc: null, readFrom: [] },
    },
    before: before === null ? null : set('before', before),
    after: set('after', after),
  };
}

const OK = imports('proven');

describe('before and after', () => {
  it('tells what the plan broke from what failed before, and what it repaired', () => {
    const before = imports('refuted', failure('import a'), failure('import b'));
    const after = imports('refuted', failure('import b'), failure('import c'));
    const compared = compareLevels(verification(before, after))[0]!;
    const keys = (failures: readonly Failure[]): readonly string[] => failures.map(({ key }) => key);
    expect(keys(compared.broken)).toEqual(['import c']);
    expect(keys(compared.repaired)).toEqual(['import a']);
    expect(keys(compared.asBefore)).toEqual(['import b']);
    expect(compared.notTriedBefore).toEqual([]);
  });

  it('claims nothing of before where it could not be tried', () => {
    const compared = compareLevels(
      verification(imports('unknown'), imports('refuted', failure('import a'))),
    )[0]!;
    expect(compared.broken).toEqual([]);
    expect(compared.notTriedBefore.map(({ key }) => key)).toEqual(['import a']);
  });

  it.each([
    ['all is well', OK, OK, true],
    ['it fails as before', imports('refuted', failure('a')), imports('refuted', failure('a')), true],
    ['something new fails', OK, imports('refuted', failure('a')), false],
    [
      'something fails that nobody could try before',
      imports('unknown'),
      imports('refuted', failure('a')),
      false,
    ],
    ['there was no set before', null, imports('refuted', failure('a')), false],
    ['this machine alone is to blame', OK, imports('refuted', failure('a', true)), true],
  ])('a plan may be written or not: %s', (_, before, after, may) => {
    expect(mayBeWritten(verification(before, after))).toBe(may);
  });

  it.each([
    ['proven', OK],
    ['refuted', imports('refuted', failure('a'))],
    ['unknown', imports('unknown')],
  ])('is %s as a whole', (verdict, after) => {
    expect(verdictOf(verification(null, after))).toBe(verdict);
  });

  it('is not proven where it did not come to the level that was asked for', () => {
    expect(verdictOf({ ...verification(null, OK), level: 'test' })).toBe('unknown');
  });
});
