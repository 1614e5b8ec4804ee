import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specifierText, versionText } from '../../../../test/support/pypi-arbitraries.ts';
import { narrowSpecifier } from './specifier-narrow.ts';
import { rewriteSpecifier } from './specifier-rewrite.ts';
import { contains, parseSpecifier } from './specifier.ts';
import type { PypiSpecifier } from './specifier.ts';
import { compareVersions, parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

const specifier = (text: string): PypiSpecifier => parseSpecifier(text) as PypiSpecifier;
const version = (text: string): PypiVersion => parseVersion(text) as PypiVersion;
const rewrite = (old: string, ...versions: readonly string[]): string =>
  rewriteSpecifier(specifier(old), versions.map(version)).text;

describe.each([
  [
    'a pin stays a pin, with its operator and spacing',
    [
      ['==1.2', ['2.0.1'], '==2.0.1'],
      ['== 1.2', ['2.0.1'], '== 2.0.1'],
      ['===1.2', ['2.0.1'], '===2.0.1'],
      ['==2.1.0', ['2.6.0+cpu'], '==2.6.0+cpu'],
      ['==1.0', ['2.0', '2.0+cpu'], '==2.0'],
      ['==1.0', ['2.0+cpu', '2.0+cu118'], '==2.0'],
    ],
  ],
  [
    'a prefix pin moves its prefix, and is shortened where one must hold several',
    [
      ['==1.*', ['2.3.1'], '==2.*'],
      ['== 1.4.*', ['1.6.2'], '== 1.6.*'],
      ['==1.4.*', ['2'], '==2.0.*'],
      ['==1.4.*', ['1.6.2', '1.7.0'], '==1.*'],
      ['==1.4.*', ['1!2.3'], '==1!2.3.*'],
    ],
  ],
  [
    '~= keeps its number of segments',
    [
      ['~=1.4', ['2.3.1'], '~=2.3'],
      ['~=1.4.2', ['2.3'], '~=2.3.0'],
      ['~= 1.4.2', ['1.6.3'], '~= 1.6.3'],
      ['~=1.4.2', ['1.6.3', '1.7.1'], '~=1.6'],
      ['~=1.4', ['2.3rc1'], '~=2.3rc1'],
      ['~=1.4', ['2.3+cpu'], '~=2.3'],
    ],
  ],
  [
    'a cap moves up by the number that it was written to',
    [
      ['>=1,<3', ['3.2'], '>=1,<4'],
      ['>=1,<3.0', ['3.2'], '>=1,<4.0'],
      ['>=2.0.0 , <3.0.0', ['4.1.1'], '>=2.0.0 , <5.0.0'],
      ['<2.12', ['2.13.1'], '<2.14'],
      ['<0.28', ['0.30.1'], '<0.31'],
      ['<2.0.1', ['2.3'], '<2.3.1'],
      ['<3', ['3.0rc1'], '<4'],
      ['<3.0.dev0', ['3.2'], '<4.0.dev0'],
      ['<1', ['1!2.0'], '<1!3'],
      ['>=1,<=2.9.9', ['3.2.1'], '>=1,<=3.2.1'],
      ['<=2', ['3.2.1+cpu'], '<=3.2.1'],
    ],
  ],
  [
    'a floor moves only where it must',
    [
      ['>=2.0', ['3.5'], '>=2.0'],
      ['>=2.0,<3', ['1.9.3'], '>=1.9.3,<3'],
      ['> 2.0', ['2.0'], '>= 2.0'],
    ],
  ],
  [
    'an exclusion stays until it stands in the way',
    [
      ['>=1,!=1.5,<2', ['2.1'], '>=1,!=1.5,<3'],
      ['>=1, !=1.5 ,<2', ['1.5'], '>=1 ,<2'],
      ['!=1.5,>=1', ['1.5'], '>=1'],
      ['!=1.5', ['1.5'], ''],
      ['!=1.5.*', ['1.4', '1.5.2'], ''],
    ],
  ],
  [
    'where no version of the style holds all, the range from the lowest to the highest',
    [
      ['==1.2', ['1.5', '3.2'], '>=1.5,<=3.2'],
      ['== 1.2', ['1.5', '3.2'], '>= 1.5,<= 3.2'],
      ['==1.*', ['1.5', '3.2'], '>=1.5,<=3.2'],
      ['~=1.2', ['1.5', '3.2'], '>=1.5,<=3.2'],
    ],
  ],
  [
    'what already holds stays as it is written',
    [
      [' >=1 ,  <3', ['1.5', '2.9'], ' >=1 ,  <3'],
      ['==1.0', ['1.0+cpu'], '==1.0'],
      ['', ['1.0'], ''],
      ['>=1,,<2,', ['1.0'], '>=1,,<2,'],
    ],
  ],
] as const)('rewriting: %s', (_, rows) => {
  it.each(rows.map((row) => row))('%j for %j is %j', (old, versions, expected) => {
    expect(rewrite(old, ...versions)).toBe(expected);
  });
});

describe('the rewritten specifier', () => {
  it('is one range where its clauses would come to more than a specifier may be', () => {
    const old = `==1.0+local${',>1'.repeat(3_300)}`;
    expect(rewrite(old, '0.9', '1.0')).toBe('>=0.9,<=1.0');
  });

  it('is one range where a bound more would come to more than a specifier may be', () => {
    const old = specifier(`>=1${',>=1'.repeat(2_497)},>=1.0.0`);
    const planned = ['1.2', '1.4'].map(version);
    expect(narrowSpecifier(old, specifier('<2'), planned).text).toBe('>=1.2,<=1.4');
    expect(narrowSpecifier(specifier('>=1'), specifier('<2'), planned).text).toBe('>=1,<2');
  });

  const versions = fc
    .array(versionText, { minLength: 1, maxLength: 3 })
    .map((texts) => texts.map(version).sort(compareVersions));

  it('holds every one of the versions, and is the old text where that held them', () => {
    fc.assert(
      fc.property(specifierText, versions, (text, asked) => {
        const old = specifier(text);
        const result = rewriteSpecifier(old, asked);
        for (const v of asked)
          expect([v.text, result.text, contains(result, v)]).toEqual([v.text, result.text, true]);
        if (asked.every((v) => contains(old, v))) expect(result.text).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
