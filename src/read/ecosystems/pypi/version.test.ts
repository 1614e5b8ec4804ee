import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { versionText } from '../../../../test/support/pypi-arbitraries.ts';
import { isProblem } from './syntax-problem.ts';
import { asPypiVersion, compareVersions, parseVersion, publicVersion, PypiVersion } from './version.ts';

function version(text: string): PypiVersion {
  const parsed = parseVersion(text);
  if (isProblem(parsed)) throw new Error(`${text}: ${parsed.message}`);
  return parsed;
}

const SPELLINGS: readonly (readonly [
  rule: string,
  cases: readonly (readonly [written: string, normal: string])[],
])[] = [
  [
    'Case sensitivity',
    [
      ['1.1RC1', '1.1rc1'],
      ['1.0DEV1', '1.0.dev1'],
      ['1.0+ABC', '1.0+abc'],
    ],
  ],
  [
    'Integer normalization',
    [
      ['00', '0'],
      ['09000', '9000'],
      ['1.01.0', '1.1.0'],
      ['1.0a05', '1.0a5'],
      ['1.0+foo0100', '1.0+foo0100'],
      ['1.0+0100', '1.0+100'],
    ],
  ],
  [
    'Pre-release separators',
    [
      ['1.1.a1', '1.1a1'],
      ['1.1-a1', '1.1a1'],
      ['1.1_a1', '1.1a1'],
      ['1.1a.1', '1.1a1'],
      ['1.1a-1', '1.1a1'],
      ['1.1a_1', '1.1a1'],
    ],
  ],
  [
    'Pre-release spelling',
    [
      ['1.1alpha1', '1.1a1'],
      ['1.1beta2', '1.1b2'],
      ['1.1c3', '1.1rc3'],
      ['1.1pre4', '1.1rc4'],
      ['1.1preview5', '1.1rc5'],
    ],
  ],
  [
    'Implicit pre-release number',
    [
      ['1.2a', '1.2a0'],
      ['1.2.rc', '1.2rc0'],
      ['1.2a.', '1.2a0'],
    ],
  ],
  [
    'Post release separators',
    [
      ['1.2-post2', '1.2.post2'],
      ['1.2post2', '1.2.post2'],
      ['1.2_post2', '1.2.post2'],
      ['1.2.post-2', '1.2.post2'],
      ['1.2.post.2', '1.2.post2'],
    ],
  ],
  [
    'Post release spelling',
    [
      ['1.0-r4', '1.0.post4'],
      ['1.0-rev4', '1.0.post4'],
      ['1.0r4', '1.0.post4'],
    ],
  ],
  [
    'Implicit post release number',
    [
      ['1.2.post', '1.2.post0'],
      ['1.2r', '1.2.post0'],
    ],
  ],
  [
    'Implicit post releases',
    [
      ['1.0-1', '1.0.post1'],
      ['1.0a1-2', '1.0a1.post2'],
    ],
  ],
  [
    'Development release separators',
    [
      ['1.2-dev2', '1.2.dev2'],
      ['1.2dev2', '1.2.dev2'],
      ['1.2_dev2', '1.2.dev2'],
      ['1.2.dev-2', '1.2.dev2'],
    ],
  ],
  ['Implicit development release number', [['1.2.dev', '1.2.dev0']]],
  [
    'Local version segments',
    [
      ['1.0+ubuntu-1', '1.0+ubuntu.1'],
      ['1.0+ubuntu_1', '1.0+ubuntu.1'],
    ],
  ],
  [
    'Preceding v character',
    [
      ['v1.0', '1.0'],
      ['V2!1.0', '2!1.0'],
    ],
  ],
  [
    'Leading and trailing whitespace',
    [
      ['1.0\n', '1.0'],
      ['  1.0\t', '1.0'],
    ],
  ],
  [
    'Version epochs',
    [
      ['1!2.0', '1!2.0'],
      ['0!1.0', '1.0'],
      ['01!2', '1!2'],
    ],
  ],
  [
    'Combined suffixes',
    [
      ['1.0a1.post2.dev3+x.4', '1.0a1.post2.dev3+x.4'],
      ['1.0RC1-2_DEV+A', '1.0rc1.post2.dev0+a'],
    ],
  ],
  [
    'Numbers of any length',
    [['20240131.123456789012345678901234567890', '20240131.123456789012345678901234567890']],
  ],
];

describe.each(SPELLINGS)('PEP 440, "%s"', (_, cases) => {
  it.each(cases)('%j is %j', (written, normal) => {
    expect(version(written).text).toBe(normal);
    expect(version(normal).text).toBe(normal);
    expect(compareVersions(version(written), version(normal))).toBe(0);
  });
});

describe('what is no version', () => {
  it.each([
    ['', 0, 0, 'expected a version such as 1.2.3, found the end'],
    [' \t', 2, 2, 'expected a version such as 1.2.3, found the end'],
    ['abc', 0, 3, 'expected a version such as 1.2.3, found "abc"'],
    ['1.0.x', 3, 5, 'expected nothing more after 1.0, found ".x"'],
    ['1.0+', 3, 4, 'expected nothing more after 1.0, found "+"'],
    ['1..0', 1, 4, 'expected nothing more after 1, found "..0"'],
    [' 1.0 beta!', 5, 10, 'expected nothing more after 1.0, found "beta!"'],
    ['1.0-1-1', 5, 7, 'expected nothing more after 1.0-1, found "-1"'],
    ['١.٠', 0, 3, 'expected a version such as 1.2.3, found "١.٠"'],
    ['1.0+ä', 3, 5, 'expected nothing more after 1.0, found "+ä"'],
  ])('%j: [%i, %i) %s', (text, start, end, message) => {
    expect(parseVersion(text)).toEqual({ kind: 'syntax-problem', message, start, end });
  });

  it('is told without the whole of a hostile text', () => {
    const problem = parseVersion('1.'.repeat(400_000));
    expect(isProblem(problem) && problem.message.length < 200).toBe(true);
  });
});

/** Each line is below the next: PEP 440, "Summary of permitted suffixes and relative ordering" and "Local version identifiers". */
const ASCENDING = [
  '0.dev0',
  '0',
  '0.0.1',
  '0.9.200',
  '0.10',
  '1.dev0',
  '1.0.dev456',
  '1.0a1.dev1',
  '1.0a1',
  '1.0a1+x',
  '1.0a1.post1.dev1',
  '1.0a1.post1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+abcd',
  '1.0+b',
  '1.0+5',
  '1.0+5.a',
  '1.0+5.0',
  '1.0+10',
  '1.0+300',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.0.post456+x',
  '1.0.1.dev1',
  '1.0.1',
  '1.0.99',
  '1.0.199',
  '1.0.200',
  '1.0.201',
  '1.0.999',
  '1.0.1000',
  '1.1.dev1',
  '1.1',
  '2.0',
  '2019.1',
  '20240131',
  '9007199254740992',
  '9007199254740993',
  '1!0.1.dev0',
  '1!0.1',
  '2!0',
  '10!0',
].map(version);

describe('PEP 440, the order of versions', () => {
  it('is that of the sorted list, from every pair', () => {
    for (const [i, a] of ASCENDING.entries())
      for (const [j, b] of ASCENDING.entries())
        expect([a.text, b.text, compareVersions(a, b)]).toEqual([a.text, b.text, Math.sign(i - j)]);
  });

  it.each([
    ['1', '1.0.0'],
    ['1.0', '1.0.0.0.0'],
    ['0', '0.0'],
    ['1!1', '1!1.0'],
    ['1.0a1', '1.0.0-alpha.1'],
    ['1.0+ubuntu.1', '1.0+UBUNTU-01'],
    ['1.0.post0', '1.0-0'],
  ])('%s equals %s, whatever zeros and spelling', (a, b) => {
    expect(compareVersions(version(a), version(b))).toBe(0);
    expect(version(a).key).toBe(version(b).key);
  });

  it.each([
    ['1.0', '1.0+local'],
    ['1.0', '1.0.post0'],
    ['1.0a0', '1.0.dev0'],
    ['1.0', '1!1.0'],
    ['1.0+1', '1.0+a'],
    ['1.10', '1.1'],
  ])('%s differs from %s', (a, b) => {
    expect(compareVersions(version(a), version(b))).not.toBe(0);
  });

  it('is total: antisymmetric and transitive', () => {
    const any = versionText.map(version);
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
        const [x, y, z] = [a, b, c].sort(compareVersions) as [PypiVersion, PypiVersion, PypiVersion];
        expect(compareVersions(x, y)).toBeLessThanOrEqual(0);
        expect(compareVersions(y, z)).toBeLessThanOrEqual(0);
        expect(compareVersions(x, z)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('normal form', () => {
  it('is read back as the same version', () => {
    fc.assert(
      fc.property(versionText, (text) => {
        const once = version(text);
        const again = version(once.text);
        expect([again.text, again.key, again.isPrerelease]).toEqual([once.text, once.key, once.isPrerelease]);
        expect(again.parts).toEqual(once.parts);
      }),
    );
  });
});

describe('pre-releases and public versions', () => {
  it.each([
    ['1.0', false],
    ['1.0.post1', false],
    ['1.0+dev', false],
    ['1.0a1', true],
    ['1.0rc1.post1', true],
    ['1.0.dev1', true],
    ['1.0.post1.dev1', true],
  ])('%s: pre-release is %s', (text, expected) => {
    expect(version(text).isPrerelease).toBe(expected);
  });

  it('drops the local segment and nothing else', () => {
    expect(publicVersion(version('1!2.0rc1.post2.dev3+cu118')).text).toBe('1!2.0rc1.post2.dev3');
    expect(publicVersion(version('2.0')).text).toBe('2.0');
  });

  it('reads a version that came back as plain text, and takes other text for a bug', () => {
    expect(compareVersions(asPypiVersion({ text: '1.0' }), version('1'))).toBe(0);
    expect(() => asPypiVersion({ text: 'latest' })).toThrow('not a version');
  });
});

describe('a version of which only the normal form was kept', () => {
  it('has the key of the one that was read, and tells pre-releases as its parts do', () => {
    fc.assert(
      fc.property(versionText, (text) => {
        const read = version(text);
        const kept = new PypiVersion(read.text, null);
        const { pre, dev } = read.parts;
        expect(kept.key).toBe(read.key);
        expect(kept.isPrerelease).toBe(pre !== null || dev !== null);
      }),
    );
  });

  it('is a bug where it is no version', () => {
    expect(() => new PypiVersion('one', null).key).toThrow('no version');
  });
});
