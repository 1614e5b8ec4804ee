import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specifierText, versionText } from '../../../../test/support/pypi-arbitraries.ts';
import { pypiRules } from './rules.ts';
import { narrowSpecifier } from './specifier-narrow.ts';
import { rewriteSpecifier } from './specifier-rewrite.ts';
import {
  asPypiSpecifier,
  contains,
  matchingSet,
  mentionsPrerelease,
  parseSpecifier,
  pinnedVersion,
} from './specifier.ts';
import type { PypiSpecifier } from './specifier.ts';
import { isProblem } from './syntax-problem.ts';
import { compareVersions, parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

function specifier(text: string, notation = 'poetry'): PypiSpecifier {
  const parsed = parseSpecifier(text, notation);
  if (isProblem(parsed)) throw new Error(`${text}: ${parsed.message}`);
  return parsed;
}

const version = (text: string): PypiVersion => parseVersion(text) as PypiVersion;
const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');
const rewrite = (old: string, ...versions: readonly string[]): string =>
  rewriteSpecifier(specifier(old), versions.map(version)).text;

describe("Poetry's constraints", () => {
  it.each([
    ['^1.2.3', '1.2.3 1.2.4 1.9 1.99.1 1.2.3.post1 1.3rc1', '1.2.2 1.2.3rc1 2.0.0 2.0.0rc1 2.0.dev0'],
    ['^1.2', '1.2 1.2.0 1.9', '1.1.9 2'],
    ['^1', '1 1.0.1 1.99', '0.9 2.0a1 2'],
    ['^0.2.3', '0.2.3 0.2.9', '0.2.2 0.3.0 0.3.0a1 1'],
    ['^0.2', '0.2.0 0.2.9', '0.1.9 0.3'],
    ['^0.0.3', '0.0.3 0.0.3.1', '0.0.2 0.0.4 0.0.4.dev1 0.1'],
    ['^0.0.0', '0.0.0 0.0.0.5', '0.0.1'],
    ['^0.0', '0.0 0.0.9', '0.1'],
    ['^0', '0 0.0.1 0.99', '1.0a1 1'],
    ['^1.0rc1', '1.0rc1 1.0rc2 1.0 1.9', '1.0b9 2.0rc1'],
    ['^0.0.3.4', '0.0.3.4 0.0.3.9', '0.0.3.3 0.0.4'],
    ['^1!2.0', '1!2.0 1!2.9', '2.0 1!3.0 1!1.9'],
    ['^ 1.2', '1.2', '2'],
    ['~1.2.3', '1.2.3 1.2.99', '1.2.2 1.3.0 1.3rc1'],
    ['~1.2', '1.2.0 1.2.9', '1.1.9 1.3'],
    ['~1', '1.0 1.99', '0.9 2.0'],
    ['~0', '0.0 0.9', '1'],
    ['~1.2.3.4', '1.2.3.4 1.2.9', '1.3'],
    ['~=1.4', '1.4 1.9', '1.3 2.0'],
    ['~=1', '1.0 1.9', '0.9 2.0'],
    ['1.2', '1.2 1.2.0 1.2+local', '1.2.1 1.2rc1 1.2.post1'],
    ['=1.2', '1.2', '1.3'],
    ['== 1.2', '1.2', '1.3'],
    ['*', '0 1.0 2.0rc1', ''],
    ['x', '1', ''],
    ['', '1 2.0.dev1', ''],
    ['1.*', '1.0 1.99 1.0.dev0', '0.9 2.0.dev0'],
    ['1.2.*', '1.2.9', '1.3'],
    ['!=1.2.*', '1.1 1.3', '1.2 1.2.9'],
    ['>=1.2,<2', '1.2 1.9', '1.1 2 2rc1'],
    ['>=1.2 <2', '1.2 1.9', '1.1 2'],
    ['>= 1.2  <2 , !=1.5', '1.2 1.9', '1.1 1.5 2'],
    ['^1.2 || ^2.4', '1.2 1.9 2.4 2.9', '1.1 2.0 2.3 3.0'],
    ['~2.7|^3.6', '2.7.18 3.6 3.99', '2.8 3.5 4'],
    ['>=1,<2||3.0', '1.5 3.0', '2.0 3.1'],
    ['1.0 || *', '0.5 9', ''],
  ])('%j admits %s, not %s', (text, admitted, refused) => {
    const parsed = specifier(text);
    for (const one of words(admitted)) expect([one, contains(parsed, version(one))]).toEqual([one, true]);
    for (const one of words(refused)) expect([one, contains(parsed, version(one))]).toEqual([one, false]);
  });

  it.each([
    ['^', 1, 'a version after ^'],
    ['^1.2 ||', 7, 'a version constraint'],
    ['|| 1', 0, 'a version constraint'],
    ['1.0 - 2.0', 4, 'such as ^1.2'],
    ['^1.2^2', 4, '"," or "||" or the end after ^1.2'],
    ['latest', 0, 'such as ^1.2'],
    ['>=1.*', 3, 'no ".*" with >='],
    ['1.0rc1.*', 6, 'only numbers before ".*"'],
  ])('%j is none: at %d', (text, start, message) => {
    const problem = parseSpecifier(text, 'poetry');
    expect(isProblem(problem) && problem.start).toBe(start);
    expect(isProblem(problem) && problem.message).toContain(message);
  });

  it('are pins only where they are one version exactly', () => {
    const pin = (text: string): string | null => pinnedVersion(specifier(text))?.text ?? null;
    expect(['1.2', '=1.2', '==1.2', '^1.2', '1.*', '*', '1.2 || 1.3'].map(pin)).toEqual([
      ...['1.2', '1.2', '1.2'],
      ...[null, null, null, null],
    ]);
  });

  it('let pre-releases in where they name one', () => {
    const named = ['^1.0rc1', '1 || ~2.0b1', '^1.0', '!=1.0rc1', '*'].map((text) =>
      mentionsPrerelease(specifier(text)),
    );
    expect(named).toEqual([true, true, false, false, false]);
  });

  it('are read again in their notation where only their words are left', () => {
    expect(contains(asPypiSpecifier({ text: '^1.2', notation: 'poetry' }), version('1.9'))).toBe(true);
    expect(() => asPypiSpecifier({ text: '^1.2' })).toThrow('not a specifier');
    expect(() => parseSpecifier('1', 'cargo')).toThrow('no notation "cargo"');
  });
});

describe('the notation of a Pipfile', () => {
  it('has "*" for any version, and else PEP 440', () => {
    expect(contains(specifier('*', 'pipfile'), version('1rc1'))).toBe(true);
    expect(contains(specifier('', 'pipfile'), version('1'))).toBe(true);
    expect(contains(specifier('~=1.4', 'pipfile'), version('2.0'))).toBe(false);
    expect(isProblem(parseSpecifier('^1', 'pipfile'))).toBe(true);
  });

  it('has a version without an operator for that version, or the prefix', () => {
    expect(contains(specifier('1.0', 'pipfile'), version('1.0'))).toBe(true);
    expect(contains(specifier('1.0', 'pipfile'), version('1.1'))).toBe(false);
    expect(contains(specifier(' 3.*', 'pipfile'), version('3.4'))).toBe(true);
    expect(contains(specifier('3.*, !=3.4', 'pipfile'), version('3.4'))).toBe(false);
    const moved = (text: string): string =>
      rewriteSpecifier(specifier(text, 'pipfile'), [version('4.1')]).text;
    expect([moved('3.*'), moved('1.0'), moved(' 1.0 , <5')]).toEqual(['4.*', '4.1', ' 4.1 , <5']);
    expect(parseSpecifier('1.0,2', 'pipfile')).toMatchObject({ kind: 'syntax-problem', start: 4, end: 5 });
  });

  it('is kept when a specifier is rewritten or narrowed', () => {
    const moved = rewriteSpecifier(specifier('==1.0', 'pipfile'), [version('2.0')]);
    expect([moved.text, moved.notation]).toEqual(['==2.0', 'pipfile']);
    expect(rewriteSpecifier(specifier('!=1.5', 'pipfile'), [version('1.5')]).text).toBe('*');
    const bound = parseSpecifier('>=1') as PypiSpecifier;
    expect(narrowSpecifier(specifier('*', 'pipfile'), bound, [version('1')]).text).toBe('>=1');
  });
});

describe("rewriting in Poetry's style", () => {
  it.each([
    ['^2.28', ['3.1.0'], '^3.1'],
    ['^2.28.1', ['3.1'], '^3.1.0'],
    ['^ 2', ['3.1.0'], '^ 3'],
    ['^0.0.3', ['0.0.5'], '^0.0.5'],
    ['^0.2.3', ['0.3.1'], '^0.3.1'],
    ['^0.4', ['1.2.3'], '^1.2'],
    ['^1.0', ['2.0rc1'], '^2.0rc1'],
    ['^1.0', ['2.0+cpu'], '^2.0'],
    ['^1.2', ['1.1.5'], '^1.1'],
    ['^1.2', ['1.5', '3.2'], '>=1.5,<=3.2'],
    ['~1.2', ['2.3.1'], '~2.3'],
    ['~1', ['2.3.1'], '~2'],
    ['~1.2.3', ['1.4'], '~1.4.0'],
    ['~1.2.3', ['1.4', '1.5'], '~1'],
    ['~=1', ['2.3'], '~=2'],
    ['1.2.3', ['1.3.0'], '1.3.0'],
    ['=1.2.3', ['1.3.0'], '=1.3.0'],
    ['== 1.2.3', ['1.3.0'], '== 1.3.0'],
    ['1.2.3', ['1.3.0', '1.4.0'], '>=1.3.0,<=1.4.0'],
    ['1.*', ['2.4'], '2.*'],
    ['1.4.*', ['1.6.2'], '1.6.*'],
    ['>=1,<2', ['2.5'], '>=1,<3'],
    ['>=1 <2', ['2.5'], '>=1 <3'],
    ['^1.2 || ^2.4', ['3.1'], '^1.2 || ^3.1'],
    ['^1.2 || ^2.4', ['1.5', '3.1'], '^1.2 || ^3.1'],
    ['^1.2 || ^2.4', ['2.5'], '^1.2 || ^2.4'],
    ['~2.7|>=3.6,<3.9', ['3.10'], '~2.7|>=3.6,<3.11'],
    ['!=1.5', ['1.5'], '*'],
    ['0.1 || !=1.5', ['1.5'], '0.1 || *'],
    ['*', ['1.5'], '*'],
  ])('%j for %j is %j', (old, versions, expected) => {
    expect(rewrite(old, ...versions)).toBe(expected);
  });
});

const poetryText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom('^', '~', '', '=', '^ '), versionText)
        .map(
          ([operator, text]) =>
            operator + text.trim().replace(operator.trim() === '^' || operator === '~' ? /\+.*$/ : '', ''),
        ),
      specifierText.filter((text) => text !== '' && !text.includes('===')),
      fc.constantFrom('*', '1.*', '2.1.*', '>=1 <3'),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .chain((alternatives) => fc.constantFrom(' || ', '|', '||').map((bar) => alternatives.join(bar)));
const versions = fc
  .array(versionText, { minLength: 1, maxLength: 3 })
  .map((texts) => texts.map(version).sort(compareVersions));

describe('for any constraint', () => {
  it('the rewritten one admits every version asked for and keeps the notation', () => {
    fc.assert(
      fc.property(poetryText, versions, (text, asked) => {
        const old = specifier(text);
        const result = pypiRules.rewriteSpecifier(old, asked);
        expect(result.notation).toBe('poetry');
        for (const one of asked)
          expect([one.text, result.text, pypiRules.contains(result, one)]).toEqual([
            one.text,
            result.text,
            true,
          ]);
        if (asked.every((one) => contains(old, one))) expect(result.text).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('the narrowed one admits what both admit, and a set of versions is what each of them says', () => {
    const bounds = fc.constantFrom('>=1', '<=2.1', '>=1.0,<=3', '==2', '==1.0+cpu', '!=2');
    fc.assert(
      fc.property(poetryText, bounds, versions, (text, bound, asked) => {
        const old = specifier(text);
        const added = parseSpecifier(bound) as PypiSpecifier;
        const result = narrowSpecifier(old, added, [version('1')]);
        expect(result.notation).toBe('poetry');
        for (const one of asked)
          expect([one.text, result.text, contains(result, one)]).toEqual([
            ...[one.text, result.text],
            contains(old, one) && contains(added, one),
          ]);
        const unique = [...new Map(asked.map((one) => [one.key, one])).values()];
        const inside = unique.flatMap((one, n) => (contains(result, one) ? [n] : []));
        expect([...matchingSet(result, unique).positions()]).toEqual(inside);
      }),
      { numRuns: 1000 },
    );
  });
});
