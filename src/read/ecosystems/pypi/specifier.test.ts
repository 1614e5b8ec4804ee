import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clauseText, specifierText, versionText } from '../../../../test/support/pypi-arbitraries.ts';
import { contains, matchingSet, mentionsPrerelease, parseSpecifier, pinnedVersion } from './specifier.ts';
import type { PypiSpecifier } from './specifier.ts';
import { isProblem } from './syntax-problem.ts';
import { compareVersions, parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

function specifier(text: string): PypiSpecifier {
  const parsed = parseSpecifier(text);
  if (isProblem(parsed)) throw new Error(`${text}: ${parsed.message}`);
  return parsed;
}

const version = (text: string): PypiVersion => parseVersion(text) as PypiVersion;
const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

/** Specifier, versions that it holds, versions that it does not. */
type Row = readonly [text: string, holds: string, refuses: string];
const RULES: readonly (readonly [rule: string, rows: readonly Row[]])[] = [
  [
    'Compatible release',
    [
      ['~=2.2', '2.2 2.2.0 2.2.post3 2.3 2.99.1 2.3rc1 2.2+local', '2.1 2.2rc1 3.0 3.0.dev0 3.0a1'],
      ['~=1.4.5', '1.4.5 1.4.5.post1 1.4.9', '1.4.4 1.5 1.5.dev0'],
      ['~=2.2.post3', '2.2.post3 2.2.post4 2.3', '2.2 2.2.post2 3'],
      ['~=1.4.5a4', '1.4.5a4 1.4.5 1.4.6', '1.4.5a3 1.5'],
      ['~=2.2.0', '2.2 2.2.1', '2.3'],
      ['~=1!1.0', '1!1.0 1!1.9', '1.0 1!2.0 2!1.0'],
    ],
  ],
  [
    'Version matching, strict',
    [
      ['==1.1', '1.1 1.1.0 1.1+local 1.1+5', '1.1.post1 1.1a1 1.1.dev1 1.1.1'],
      ['==1.1.post1', '1.1.post1 1.1.post1+x', '1.1'],
      ['==1.0+downstream1', '1.0+downstream1 1.0.0+DOWNSTREAM1', '1.0 1.0+downstream1.1 1.0+downstream'],
      ['==1!1.0', '1!1', '1.0'],
      ['== v1.0', '1.0', '1.1'],
    ],
  ],
  [
    'Version matching, prefix',
    [
      ['==1.1.*', '1.1 1.1.0 1.1.post1 1.1a1 1.1.dev0 1.1.9 1.1+x 1.1.2rc1', '1.0 1.10 1.2.dev0 1.2 1!1.1'],
      ['==1.*', '1 1.0.dev0 1.99', '0.9 2.dev0 2'],
      ['==1.1.0.*', '1.1 1.1.0.5', '1.1.1'],
      ['==2!1.*', '2!1.5', '1.5'],
    ],
  ],
  [
    'Version exclusion',
    [
      ['!=1.1', '1.1.post1 1.0 1.1a1', '1.1 1.1.0 1.1+local'],
      ['!=1.1.*', '1.0 1.2 1.2.dev0', '1.1 1.1.post1 1.1a1 1.1.5'],
      ['!=1.0+x', '1.0 1.0+y', '1.0+x'],
    ],
  ],
  [
    'Inclusive ordered comparison',
    [
      ['>=1.0', '1.0 1.0+local 1.0.post1 1!0', '1.0rc1 0.9 1.0.dev1'],
      ['<=1.0', '1.0 1.0+local 1.0rc1 0.9', '1.0.post1 1.0.1 1!0'],
      ['<=1.0rc1', '1.0rc1 1.0a1', '1.0 1.0rc1.post1'],
    ],
  ],
  [
    'Exclusive ordered comparison',
    [
      ['>1.7', '1.7.1 1.8 2', '1.7 1.7.0.post1 1.7.post2 1.7+local 1.6'],
      ['>1.7.post2', '1.7.1 1.7.post3', '1.7.post2 1.7.0 1.7.post2+local'],
      ['>1.0a1', '1.0 1.0a2 1.0.post1', '1.0a1.post1 1.0a1+x 1.0a1'],
      ['>1.0.dev1', '1.0.dev2 1.0', '1.0.dev1 1.0.dev1+x'],
      ['<1.0', '0.9 0.9.post1', '1.0 1.0rc1 1.0.dev0 1.0a1.post1 1.0+local'],
      ['<1.0rc2', '1.0rc1 1.0.dev1', '1.0rc2 1.0'],
      ['<1.0.post1', '1.0 1.0+local 1.0rc1', '1.0.post1 1.0.post1.dev0'],
    ],
  ],
  [
    'Arbitrary equality',
    [
      ['===1.0', '1.0', '1.0.0 1.0+x 1'],
      ['===1.0+CPU', '1.0+cpu', '1.0'],
      ['===foobar', '', '1.0'],
      ['=== 1.0', '1.0', '2.0'],
    ],
  ],
  [
    'Version specifiers: all clauses hold',
    [
      ['', '0 1.0a1 1!9+x', ''],
      ['>=1.0,<2', '1.0 1.9.9', '0.9 2.0 2.0rc1'],
      ['~=0.9, >=1.0, !=1.3.4.*, <2.0', '', '0.9 1.0 1.3.4.1'],
      ['~=1.0, !=1.3.4.*, <1.5', '1.0 1.3.3 1.4', '1.3.4 1.3.4.post1 1.5 1.5rc1'],
      ['>=1,,<2,', '1', '2'],
      ['==1.0,===1.0', '1.0', '1.0+x'],
    ],
  ],
];

describe.each(RULES)('PEP 440, "%s"', (_, rows) => {
  it.each(rows)('%j holds %j and not %j', (text, holds, refuses) => {
    for (const v of words(holds)) expect([v, contains(specifier(text), version(v))]).toEqual([v, true]);
    for (const v of words(refuses)) expect([v, contains(specifier(text), version(v))]).toEqual([v, false]);
  });
});

describe('what is no specifier', () => {
  it.each([
    ['1.0', 0, 3, 'expected an operator (==, !=, <=, >=, <, >, ~= or ===), found "1.0"'],
    ['=1.0', 0, 4, 'expected an operator (==, !=, <=, >=, <, >, ~= or ===), found "=1.0"'],
    ['>=', 2, 2, 'expected a version after >=, found the end'],
    ['>=1.0,<x', 7, 8, 'expected a version after <, found "x"'],
    ['>=1,=== ', 8, 8, 'expected a text after ===, found the end'],
    ['>=1 <2', 4, 6, 'expected "," or the end after >=1, found "<2"'],
    ['~=1', 2, 3, 'expected ~= to have at least two numbers (~=1.4), found "1"'],
    ['>=1.*', 3, 5, 'expected no ".*" with >=: only == and != take a prefix, found ".*"'],
    ['~=1.0.*', 5, 7, 'expected no ".*" with ~=: only == and != take a prefix, found ".*"'],
    ['==1.0a1.*', 7, 9, 'expected only numbers before ".*", found ".*"'],
    ['==1.0+x.*', 7, 9, 'expected only numbers before ".*", found ".*"'],
    ['>1.0+x', 4, 6, 'expected no local version with >: only == and != take one, found "+x"'],
    ['==1.0 .*', 6, 8, 'expected "," or the end after ==1.0, found ".*"'],
    ['>=1.0 or <3', 6, 8, 'expected "," or the end after >=1.0, found "or"'],
  ])('%j: [%i, %i) %s', (text, start, end, message) => {
    expect(parseSpecifier(text)).toEqual({ kind: 'syntax-problem', message, start, end });
  });
});

const ascending = fc
  .array(versionText, { minLength: 1, maxLength: 40 })
  .map((texts) => texts.map(version).sort(compareVersions));

describe('matchingSet', () => {
  it('is `contains`, version by version', () => {
    fc.assert(
      fc.property(specifierText, ascending, (text, versions) => {
        const set = matchingSet(specifier(text), versions);
        expect(versions.map((_, i) => set.has(i))).toEqual(versions.map((v) => contains(specifier(text), v)));
      }),
      { numRuns: 400 },
    );
  });

  it('of `==` and `!=`, and of `>=` and what is neither `<` nor a pre-release of it, are complements', () => {
    fc.assert(
      fc.property(versionText, ascending, (text, versions) => {
        const v = version(text).text;
        const [same, other] = [`==${v}`, `!=${v}`].map((s) => matchingSet(specifier(s), versions));
        expect(same!.complement().equals(other!)).toBe(true);
        const release = v.replace(/[^\d.!].*$|\.(?:post|dev).*$/, '');
        const [inside, outside] = [`==${release}.*`, `!=${release}.*`].map((s) =>
          matchingSet(specifier(s), versions),
        );
        expect(inside!.complement().equals(outside!)).toBe(true);
      }),
    );
  });

  it('of two clauses is the intersection of theirs', () => {
    fc.assert(
      fc.property(clauseText, clauseText, ascending, (a, b, versions) => {
        const [first, second, both] = [a, b, `${a},${b}`].map((text) =>
          matchingSet(specifier(text), versions),
        );
        expect(first!.intersect(second!).equals(both!)).toBe(true);
      }),
    );
  });

  it('of `~=` is that of its definition, `>=` and a prefix', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), ascending, (x, y, versions) => {
        const [compatible, defined] = [`~=${x}.${y}`, `>=${x}.${y},==${x}.*`].map((text) =>
          matchingSet(specifier(text), versions),
        );
        expect(compatible!.equals(defined!)).toBe(true);
      }),
    );
  });
});

describe('PEP 440, "Handling of pre-releases": permission by the text', () => {
  it.each([
    ['', false],
    ['>=1.0', false],
    ['>=1.0rc1', true],
    ['<2.0.dev0', true],
    ['==1.0a1', true],
    ['===1.0a1', true],
    ['~=1.0b1', true],
    ['!=1.0rc1', false],
    ['==1.0.*', false],
    ['===nightly', false],
    ['>=1.0.post1', false],
    ['>=1,<2.0a1', true],
  ])('%j: %s', (text, expected) => {
    expect(mentionsPrerelease(specifier(text))).toBe(expected);
  });
});

describe('pins', () => {
  it.each([
    ['==1.2', '1.2'],
    ['===1.2', '1.2'],
    ['== 1.2.0+cpu', '1.2.0+cpu'],
    ['>=1.0,==1.2', '1.2'],
    ['==1.*', null],
    ['~=1.2', null],
    ['>=1.2', null],
    ['', null],
    ['===nightly', null],
  ])('%j pins %s', (text, expected) => {
    expect(pinnedVersion(specifier(text))?.text ?? null).toBe(expected);
  });
});
