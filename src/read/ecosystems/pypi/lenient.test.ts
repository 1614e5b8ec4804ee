import { describe, expect, it } from 'vitest';
import type { Target } from '../../../domain/target.ts';
import { repairedRequirement, repairedSpecifier } from './lenient.ts';
import { parseRequirement } from './requirement.ts';
import { isProblem } from './syntax-problem.ts';
import { targetFit } from './target-fit.ts';

const target = (version: string): Target => ({
  ...{ os: 'linux', architecture: 'x86_64', libc: { name: 'glibc', version: '2.36' }, readFrom: [] },
  runtime: { implementation: 'cpython', version },
});

describe('a requirement that old releases wrote wrongly', () => {
  it.each([
    ['a quoted version', "importlib-metadata (>='4.4')", 'importlib-metadata (>=4.4)'],
    ['a stray quote', "botocore>=1.3.0,<1.4.0',", 'botocore>=1.3.0,<1.4.0,'],
    ['a quoted specifier', 'a ">=1.19" ; python_version < "3.10"', 'a >=1.19 ; python_version < "3.10"'],
    ['a missing comma', 'a2[x1] (>=7.2.0<8.0.0)', 'a2[x1] (>=7.2.0,<8.0.0)'],
    ['a blank for a comma', 'a >=1.0 <2', 'a >=1.0,<2'],
    ['a star after an order', 'a (>=1.9.*,<3.*)', 'a (>=1.9,<3)'],
    ['a star without its dot', 'a (>=2.7,!=3.0*,!=3.1*)', 'a (>=2.7,!=3.0.*,!=3.1.*)'],
    ['a tilde in an exclusion', 'a (!=~5.0,>=4.12)', 'a (!=5.0.*,>=4.12)'],
    ['any version, by the word dev', 'pytz (>dev)', 'pytz (>=0)'],
    ['a number after a pre-release', 'a>=9.0.0a1.0', 'a>=9.0.0a1'],
    ['several at once', "a (>='1.0'<2.*)", 'a (>=1.0,<2)'],
  ])('is repaired: %s', (_, text, want) => {
    expect(isProblem(parseRequirement(text))).toBe(true);
    expect(repairedRequirement(text)).toBe(want);
    expect(isProblem(parseRequirement(want))).toBe(false);
  });

  it('lets no pre-release in by the repair', () => {
    expect(repairedSpecifier('>dev')).toBe('>=0');
  });

  it.each([
    ['no name', '>=1.0'],
    ['a name alone with rubbish', 'not ok ('],
    ['one equals sign', 'a=1.0'],
    ['a version without operator', 'a 1.0'],
    ['a word for a version', 'a (>=latest)'],
    ['a star after ~=', 'a~=3.6.*'],
    ['a marker that is none', "a>='1' ; python >= '3'"],
    ['a direct reference with rubbish', "a @ https://files.example/'1'<2 ; x"],
    ['far too long a text', `a (${'>=1.0<2'.repeat(4_000)})`],
  ])('stays refused: %s', (_, text) => {
    expect(repairedRequirement(text)).toBeNull();
  });
});

describe('a Requires-Python that is written wrongly', () => {
  it.each([
    ['>=3.6.*', '>=3.6'],
    ['>=2.7,!=3.0.*,<3.4.*', '>=2.7,!=3.0.*,<3.4'],
    [">=3.6'", '>=3.6'],
    [">= '2.7'", '>= 2.7'],
    ['>=3.5<4', '>=3.5,<4'],
  ])('%s is read as %s', (text, want) => {
    expect(repairedSpecifier(text)).toBe(want);
  });

  it('bounds the runtime all the same', () => {
    const [old, young] = ['3.5', '3.6'].map((version) => targetFit(target(version)));
    expect([old!.admits('>=3.6.*'), young!.admits('>=3.6.*'), old!.admits('python 3')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each(['3.6', 'python 3', '=>3.6', '~3.6'])('%s stays refused', (text) => {
    expect(repairedSpecifier(text)).toBeNull();
  });
});
