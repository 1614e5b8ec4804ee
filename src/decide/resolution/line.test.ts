import { describe, expect, it } from 'vitest';
import type { Requirement } from '../../domain/requirement.ts';
import { CHANGE_SIZES } from '../../domain/version.ts';
import { pypiRules } from '../../read/ecosystems/pypi/rules.ts';
import { publishedOf, textsOf, versionOf } from '../../../test/support/published.ts';
import { makeLine, sizeAt } from './line.ts';

function lineOf(text: string, versions: readonly string[], current: string | null = null) {
  const dependency = pypiRules.parseDependency(text);
  if ('message' in dependency) throw new Error(dependency.message);
  const published = publishedOf(dependency.name, versions);
  const requirement = { id: 'requirements.txt:1', dependency } as unknown as Requirement;
  return makeLine(pypiRules, requirement, published, [0], current === null ? null : versionOf(current));
}

/** What each size lets in beside the sizes before it. */
function steps(text: string, versions: readonly string[], current: string | null = null) {
  const line = lineOf(text, versions, current);
  const found: Record<string, string[]> = {};
  for (const [position, version] of line.published.versions.entries())
    (found[sizeAt(pypiRules, line, position)] ??= []).push(version.text);
  return found;
}

const VERSIONS = ['0.9', '1.0', '1.0.post1', '1.0.1', '1.1', '2.0'];

describe('the sizes of a line', () => {
  it.each([
    [
      'counts a pin upwards, and what is below as a step back',
      'lib==1.0',
      null,
      {
        same: ['1.0'],
        post: ['1.0.post1'],
        patch: ['1.0.1'],
        minor: ['1.1'],
        major: ['2.0'],
        downgrade: ['0.9'],
      },
    ],
    [
      'gives a pin that was never published no direction',
      'lib==1.0.9',
      null,
      { patch: ['1.0', '1.0.post1', '1.0.1'], minor: ['1.1'], major: ['0.9', '2.0'] },
    ],
    [
      'takes everything that a range admits for no change, and counts the rest from what it selects today',
      'lib>=1.0,<1.1',
      '1.0.1',
      { same: ['1.0', '1.0.post1', '1.0.1'], minor: ['1.1'], major: ['2.0'], downgrade: ['0.9'] },
    ],
    [
      'knows no smaller step than a major one where there is nothing to count from',
      'lib>=3',
      null,
      { major: VERSIONS },
    ],
  ])('%s', (_, text, current, want) => {
    expect(steps(text, VERSIONS, current)).toEqual(want);
  });

  it('takes the public version for published where only a local one of it is, so that going back stays going back', () => {
    expect(steps('lib==1.0', ['0.9', '1.0+cpu'])).toEqual({ same: ['1.0+cpu'], downgrade: ['0.9'] });
  });

  it('holds at each size what it held at the one before', () => {
    for (const text of ['lib==1.0', 'lib==1.0.9', 'lib>=1.0,<1.1', 'lib', 'lib>=3']) {
      const { allowed } = lineOf(text, VERSIONS, '1.0.1');
      for (const [at, size] of CHANGE_SIZES.entries())
        if (at > 0) expect(allowed[CHANGE_SIZES[at - 1]!].isSubsetOf(allowed[size])).toBe(true);
      expect(allowed.downgrade.isFull).toBe(true);
    }
  });

  it('knows the pinned version and counts from it, whatever is selected today', () => {
    const line = lineOf('lib==1.0', VERSIONS, '2.0');
    expect(line.pinned?.text).toBe('1.0');
    expect(line.current?.text).toBe('1.0');
    expect(textsOf(line.published, line.allowed.same)).toEqual(['1.0']);
  });
});
