import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../domain/advisory.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Rule } from './rule.ts';
import { publishedOf, setOf, versionOf } from '../../../test/support/published.ts';
import { levelText, ruleText, versionsText } from './wording.ts';

const TORCH = publishedOf('torch', ['1.0', '1.1', '2.0rc1', '2.0', '2.1', '2.2a1', '3.0']);

describe('a set of versions as a noun', () => {
  it.each([
    [['1.0', '1.1', '2.0rc1', '2.0', '2.1', '2.2a1', '3.0'], 'torch'],
    [[], 'no version of torch'],
    [['2.0'], 'torch 2.0'],
    [['2.0rc1'], 'torch 2.0rc1'],
    [['1.0', '1.1', '2.0', '2.1', '3.0'], 'any final version of torch'],
    [['2.0rc1', '2.2a1'], 'any pre-release of torch'],
    [['1.0', '1.1'], 'torch 1.1 or earlier'],
    [['2.0', '2.1', '2.2a1', '3.0'], 'torch 2.0 or later'],
    [['1.1', '2.0rc1', '2.0'], 'torch 1.1 to 2.0'],
    [['1.1', '2.0'], 'torch 1.1 to 2.0'],
    [['1.0', '2.0'], 'torch 1.0 or 2.0'],
    [['1.0', '2.0', '3.0'], 'torch 1.0, 2.0 or 3.0'],
  ])('%j: %s', (texts, want) => {
    expect(versionsText('torch', TORCH, setOf(TORCH, texts))).toBe(want);
  });

  it('never says that final versions are meant where none is', () => {
    const mixed = publishedOf('lib', ['1.0a1', '1.0b1', '1.0', '2.0rc1']);
    expect(versionsText('lib', mixed, setOf(mixed, ['1.0a1', '1.0b1']))).toBe('lib 1.0b1 or earlier');
  });

  it('counts where there are too many runs to list', () => {
    const many = publishedOf('lib', ['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(versionsText('lib', many, setOf(many, ['1', '3', '5', '7']))).toBe('lib (4 versions from 1 to 7)');
  });
});

describe('what is assumed, in words', () => {
  const requirement = (specifier: string, notEditable: string | null = null): Requirement =>
    ({
      dependency: { writtenName: 'Lib', specifier: { text: specifier } },
      span: { file: 'a.txt', line: 7 },
      notEditable,
    }) as unknown as Requirement;

  it.each([
    ['==1.0', 'same', 'Lib must stay at ==1.0 (a.txt:7)'],
    ['', 'same', 'Lib must stay as it is (a.txt:7)'],
    ['==1.0', 'post', 'Lib must change by a post-release at most (a.txt:7)'],
    ['==1.0', 'patch', 'Lib must change by a patch step at most (a.txt:7)'],
    ['==1.0', 'minor', 'Lib must change by a minor step at most (a.txt:7)'],
    ['==1.0', 'major', 'Lib must not go back (a.txt:7)'],
    ['==1.0', 'downgrade', 'Lib must change freely (a.txt:7)'],
  ] as const)('%s at %s: %s', (specifier, size, want) => {
    expect(levelText(requirement(specifier), size)).toBe(want);
  });

  it('says why a line has to stay that no edit can move', () => {
    const said = levelText(requirement('==1.0', 'it stands behind the variable V'), 'same');
    expect(said).toBe('Lib must stay at ==1.0 (a.txt:7 cannot be edited: it stands behind the variable V)');
  });

  it.each([
    [{ kind: 'advisory', advisory: { id: 'CVE-1' } as Advisory }, 'lib must be free of CVE-1'],
    [{ kind: 'needs-build' }, 'lib is installed from a wheel'],
    [{ kind: 'unknown-metadata' }, 'what lib needs must be known'],
    [{ kind: 'stays', version: versionOf('1.0') }, 'lib stays at 1.0'],
    [
      { kind: 'policy', what: 'hold', text: 'lib is held at ==1.0 by the policy' },
      'lib is held at ==1.0 by the policy',
    ],
  ] as const)('%j: %s', (why, want) => {
    const rule: Rule = { id: 'r', name: 'lib' as PackageName, avoid: [], why };
    expect(ruleText(rule)).toBe(want);
  });
});
