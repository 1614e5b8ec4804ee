import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/domain/target.ts';
import { appliesOn } from '../../src/read/ecosystems/pypi/marker-evaluation.ts';
import { parseMarker } from '../../src/read/ecosystems/pypi/marker.ts';
import { parseName } from '../../src/read/ecosystems/pypi/name.ts';
import { NEWEST_MACOS } from '../../src/read/ecosystems/pypi/platform-tag.ts';
import { parseRequirement } from '../../src/read/ecosystems/pypi/requirement.ts';
import { fullVersions } from '../../src/read/ecosystems/pypi/runtime.ts';
import { parseSdistFilename } from '../../src/read/ecosystems/pypi/sdist-filename.ts';
import { mentionsPrerelease, parseSpecifier, contains } from '../../src/read/ecosystems/pypi/specifier.ts';
import { isProblem } from '../../src/read/ecosystems/pypi/syntax-problem.ts';
import { expandTags, supportedTags } from '../../src/read/ecosystems/pypi/tag.ts';
import { compareVersions, parseVersion, publicVersion } from '../../src/read/ecosystems/pypi/version.ts';
import type { PypiVersion } from '../../src/read/ecosystems/pypi/version.ts';
import { parseWheelFilename } from '../../src/read/ecosystems/pypi/wheel-filename.ts';
import {
  clauseText,
  damaged,
  markerText,
  requirementText,
  specifierText,
  versionText,
  wheelTagText,
} from '../support/pypi-arbitraries.ts';

/**
 * Where fettle differs from `packaging` on purpose; everything else agrees exactly.
 *
 * - Blanks: JavaScript's white space is trimmed, Python's differs in U+001C to U+001F, U+0085 and U+FEFF. Not generated.
 * - Sizes: versions over 1000, specifiers over 10,000, requirements and markers over 20,000 characters are refused.
 * - `name_ >=1`: a name ends in a letter or digit (PEP 508); `packaging` lets "_" through.
 * - `name ===1, <2`: the comma ends the clause (PEP 508); `packaging` reads it as part of the text where a blank follows,
 *   and refuses the requirement.
 * - A literal of a marker with "\" is refused: PEP 508 has no escapes, `packaging` reads Python's.
 * - A comparison that `packaging` raises for (`os_name ~= "x"`, two literals) is `unknown` and the rest of the marker still
 *   counts; `packaging` gives up on the whole marker. Two variables are `unknown` too; `packaging` compares with the name.
 * - Platform release and version of a target are not known: a marker that asks for them is `unknown`.
 * - sdists may end in more than .tar.gz and .zip; wheels' build numbers have at most 15 digits.
 */
const SEED = 440;

function sample(arbitrary: fc.Arbitrary<string>, count: number): readonly string[] {
  return [...new Set(fc.sample(arbitrary, { seed: SEED, numRuns: count }))];
}

const target = (
  runtime: [implementation: string, version: string],
  os: Target['os'],
  architecture: string,
  libc: [name: 'glibc' | 'musl', version: string] | null = null,
): Target => ({
  runtime: { implementation: runtime[0], version: runtime[1] },
  os,
  architecture,
  libc: libc === null ? null : { name: libc[0], version: libc[1] },
  readFrom: [],
});

const targets: readonly Target[] = [
  target(['cpython', '3.11'], 'linux', 'x86_64', ['glibc', '2.36']),
  target(['cpython', '3.12.4'], 'linux', 'aarch64', ['musl', '1.2']),
  target(['cpython', '3.13'], 'macos', 'arm64'),
  target(['cpython', '3.9.1'], 'windows', 'x86_64'),
  target(['cpython', '3.13.0rc1'], 'linux', 'i686', ['glibc', '2.17']),
  target(['cpython', '3.7'], 'linux', 'armv7l', ['glibc', '2.31']),
  target(['cpython', '3.14'], 'linux', 'ppc64le', ['glibc', '2.41']),
  target(['cpython', '3.8'], 'macos', 'x86_64'),
  target(['cpython', '3.10'], 'windows', 'aarch64'),
  target(['pypy', '3.10.14'], 'linux', 'x86_64', ['glibc', '2.28']),
  target(['cpython', '3.11'], 'linux', 'armv8l', ['glibc', '2.31']),
];

const OS = {
  linux: { os_name: 'posix', sys_platform: 'linux', platform_system: 'Linux' },
  macos: { os_name: 'posix', sys_platform: 'darwin', platform_system: 'Darwin' },
  windows: { os_name: 'nt', sys_platform: 'win32', platform_system: 'Windows' },
};
const WINDOWS_MACHINES: Record<string, string> = { x86_64: 'AMD64', aarch64: 'ARM64' };
/** What a target leaves open, twice: a decision must hold in both. */
const OPEN = [
  { platform_release: '6.1.0', platform_version: '#1 SMP', implementation_version: '7.3.13' },
  { platform_release: '22', platform_version: '', implementation_version: '9.9' },
];

function environments(of: Target, extra: string): readonly Record<string, string>[] {
  const pypy = of.runtime.implementation === 'pypy';
  const full = fullVersions(of.runtime)[0]!;
  return OPEN.map((open) => ({
    ...OS[of.os],
    python_version: full.split('.').slice(0, 2).join('.'),
    python_full_version: full,
    platform_machine: of.os === 'windows' ? WINDOWS_MACHINES[of.architecture]! : of.architecture,
    implementation_name: of.runtime.implementation,
    platform_python_implementation: pypy ? 'PyPy' : 'CPython',
    ...open,
    ...(pypy ? {} : { implementation_version: full }),
    extra,
  }));
}

function tagQuestion(of: Target): object {
  const python = fullVersions(of.runtime)[0]!.split('.').slice(0, 2).map(Number) as [number, number];
  const dotless = python.join('');
  const abi =
    of.runtime.implementation === 'pypy' ? `pypy${dotless}_pp73` : `cp${dotless}${python[1] < 8 ? 'm' : ''}`;
  return {
    implementation: of.runtime.implementation,
    python,
    abi,
    os: of.os,
    libc: of.libc?.name ?? null,
    machine: of.architecture,
    machines: of.architecture === 'armv8l' ? ['armv8l', 'armv7l'] : [of.architecture],
    release: of.os === 'macos' ? NEWEST_MACOS : (of.libc?.version.split('.').map(Number) ?? []),
    platforms: [of.architecture === 'aarch64' ? 'win_arm64' : 'win_amd64'],
  };
}

const handVersions = [
  '1.0',
  '1.0.0',
  '1',
  '0',
  '0.0',
  '1.0.dev0',
  '1.0a0',
  '1.0a1.dev1',
  '1.0a1',
  '1.0a1.post1',
  '1.0b1',
  '1.0rc1',
  '1.0rc1.post1.dev2',
  '1.0.post0',
  '1.0.post1',
  '1.0.post1.dev1',
  '1.0.post2',
  '1.0+a',
  '1.0+a.1',
  '1.0+a.b',
  '1.0+1',
  '1.0+10',
  '1.0+2',
  '1.0.post1+x',
  '1.0a1+x',
  '1.0.dev0+x',
  '1.0.1',
  '1.0.1.dev1',
  '1.1',
  '1.1.dev0',
  '1.1a1',
  '2',
  '2.0.dev1',
  '1!0.1',
  '1!1.0',
  '2024.1.1',
  '',
  ' ',
  'abc',
  '1.0-',
  '1..0',
  '1.0+',
  '1.0+a..b',
  'v1',
  'V1.0-1',
  '1.0-rc.1',
  '1.0c1',
  '1.0_pre',
  '1.0.',
  '1.0a.',
  '1.0.*',
  '１.0',
  '1.0+ä',
  '1!',
  '!1',
  '-1',
  '1.0-1-1',
  '1.0post',
  '1.0r',
  '1.0rev4',
  '1.0-dev',
  '1.0.dev',
  '1.0.0.0.0.0.1',
  '1.0 rc1',
  '1.0\t',
  '0!1',
  '000!01.002',
];
const versionTexts = [
  ...new Set([...handVersions, ...sample(versionText, 3000), ...sample(damaged(versionText), 1500)]),
];
const validTexts = versionTexts.filter((text) => !isProblem(parseVersion(text)));
const pairs = validTexts.flatMap((a, i) =>
  [1, 7, 31]
    .map((step) => [a, validTexts[(i + step) % validTexts.length]!] as const)
    .concat([[a, handVersions[i % 31]!]]),
);

const handSpecifiers = [
  '',
  ' ',
  ',',
  '>=1.0,,<2',
  '>=1.0 , <2 ,',
  '==1.*',
  '==1.0.*',
  '!=1.0.*',
  '==1!1.*',
  '~=1.0',
  '~=1.0.0',
  '~=1.0a1',
  '~=1.0.post1',
  '~=1.0.dev1',
  '===1.0',
  '===1.0+A',
  '===',
  '=== foo',
  '<1.0',
  '<1.0a1',
  '<1.0.post1',
  '<1.0.dev1',
  '<=1.0',
  '<=1.0a1',
  '>1.0',
  '>1.0a1',
  '>1.0.post1',
  '>1.0.dev0',
  '>1.0a1.post1',
  '>=1.0',
  '==1.0',
  '==1.0+a',
  '!=1.0',
  '!=1.0+a',
  '== v1.0',
  '==1',
  '~=1',
  '~=1.*',
  '>1.0+a',
  '>=1.*',
  '==1.0a1.*',
  '==1.0+a.*',
  '=1.0',
  '1.0',
  '><1',
  '>=1 <2',
  '== 1 .*',
  '<0',
  '<0.dev0',
  '!=1.*,>=1',
  '==1.0,===1.0',
  '~=1.0+a',
  '>=1.0\n,<2',
  '==1.0.**',
  '>=',
  '~=',
  '!=1.0.dev1.*',
  '=>1',
];
const specifierTexts = [
  ...new Set([
    ...handSpecifiers,
    ...sample(specifierText, 1200),
    ...sample(clauseText, 800),
    ...sample(damaged(specifierText), 800),
  ]),
];
/** Every specifier is asked about the hand-picked versions, its own neighbours, and some others. */
const specifierQuestions = specifierTexts.map((text, i) => {
  const own = [...text.matchAll(/\d[\w.!]*/g)].flatMap(([v]) => [
    v,
    `${v}.dev1`,
    `${v}a1`,
    `${v}.post1`,
    `${v}+x`,
    `${v}.1`,
  ]);
  const others = Array.from({ length: 12 }, (_, n) => validTexts[(i * 17 + n) % validTexts.length]!);
  const candidates = [...handVersions.slice(0, 36), ...own, ...others].filter(
    (v) => !isProblem(parseVersion(v)),
  );
  return [text, candidates] as const;
});

const requirementTexts = [
  'a>=1,,<2',
  'a>=1,',
  'a >=1 <2',
  'a(>=1,<2)',
  'a()',
  'a ( )',
  'a[]',
  'a[x,]',
  'a[,]',
  'a @ https://files.example/x;os_name=="x"',
  'a@https://x ; os_name=="x"',
  'a===foo',
  'a (===foo)',
  'a===1.0,<2',
  'a=== ;os_name=="x"',
  'a==1.0;os_name=="x"',
  'a; ',
  'a;',
  'a @',
  'a[x]@ u',
  'a[x-]',
  '-a',
  'a-',
  'a.',
  'ä',
  'a>=1#x',
  'a\n>=1',
  'a 1.0',
  'a (1.0)',
  "a;'x'=='y'",
  'a; os_name',
  "a;os_name=='x' and",
  "a;(os_name=='x'",
  "a;os_name=='x')",
  "a; os_name=='x' or(os_name=='y')",
  "a;os_name in'x'",
  "a;os_name not  in 'x'",
  "a;os_name notin 'x'",
  'a==1.0.*',
  'a==1.0a.*',
  'a>=1.*',
  'a @ file:///x y',
  'a;python_version>="3"and os_name=="x"',
  '  a  ',
  'a>=1 ; extra == "X"',
  'a>=1.0(<2)',
  'a (>=1',
  'a >=1)',
  'a[x] [y]',
  'a[x y]',
  'a >= 1.0 , < 2.0',
  'a~=1',
  'a>1+x',
  'a @ ',
  'a[x',
  'a<2>1',
  'a;os_name=="x',
  '',
  ' ',
  '[x]',
  'a==',
  'a;extra=="a" extra',
  ...sample(requirementText, 1500),
  ...sample(damaged(requirementText), 1500),
];
const markerTexts = [...new Set([...sample(markerText, 2500), ...sample(damaged(markerText), 1000)])];
const extrasAsked = ['', 'test', 'dev-tools'];
const markerQuestions = markerTexts.map(
  (text, i) =>
    [text, extrasAsked.flatMap((extra) => environments(targets[i % targets.length]!, extra))] as const,
);
const wheelTags = sample(wheelTagText, 400);
const wheelNames = [
  'a-1.0-py3-none-any.whl',
  'A_b.c-1.0.post1-1-py2.py3-none-any.whl',
  'a-1.0-2abc-py3-none-any.whl',
  'a-1.0-x-py3-none-any.whl',
  'a-1.0-py3-none.whl',
  'a-1.0-py3-none-any.zip',
  'a__b-1.0-py3-none-any.whl',
  'a-x-py3-none-any.whl',
  'a-1.0-py3..py2-none-any.whl',
  'a-1.0-3py-none-any.whl',
  '-1.0-py3-none-any.whl',
  'a-1.0+cpu.1-cp311-cp311-linux_x86_64.whl',
  'a-1.0_1-py3-none-any.whl',
  'a-1.0-PY3-None-ANY.whl',
  'a-1.0-1-2-py3-none-any.whl',
  'a@b-1.0-py3-none-any.whl',
  'a-1.0-py3-none-.whl',
  ...wheelTags.map((tags, i) => `pkg_${i}-${validTexts[i]!.trim().replaceAll('-', '_')}-${tags}.whl`),
];
const sdistNames = [
  'a-1.0.tar.gz',
  'A.b_c-1.0.zip',
  'a-b-2.0rc1.tar.gz',
  'a.tar.gz',
  '-1.0.tar.gz',
  'a-x.tar.gz',
  'a-1.0.whl',
  'a-1.0+cpu.tar.gz',
  'a-1.0-1.tar.gz',
];
const names = ['a', 'A.B_c--d', '_a', 'a_', '-', '', 'ä', 'a b', 'a.-_b', '0', 'x'.repeat(40)];

interface Answers {
  readonly version: readonly [number, number] | null;
  readonly versions: readonly ([text: string, prerelease: boolean, withoutLocal: string] | null)[];
  readonly orders: readonly number[];
  readonly specifiers: readonly ([prereleases: boolean, holds: readonly boolean[]] | null)[];
  readonly requirements: readonly (object | null)[];
  readonly markers: readonly (readonly ('yes' | 'no' | 'undefined')[] | null)[];
  readonly targets: readonly (readonly string[] | null)[];
  readonly wheels: readonly (object | null)[];
  readonly sdists: readonly (object | null)[];
  readonly names: readonly (string | null)[];
}

function ask(): Answers | string {
  const run = spawnSync('python3', [join(import.meta.dirname, 'packaging-oracle.py')], {
    input: JSON.stringify({
      versions: versionTexts,
      orders: pairs,
      specifiers: specifierQuestions,
      requirements: requirementTexts,
      markers: markerQuestions,
      targets: targets.map(tagQuestion),
      wheels: wheelNames,
      sdists: sdistNames,
      names,
    }),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.error !== undefined) return `python3 cannot be run: ${run.error.message}`;
  if (run.status !== 0) throw new Error(`the oracle failed: ${run.stderr}`);
  const answers = JSON.parse(run.stdout) as Answers;
  if (answers.version === null) return 'python3 has neither packaging nor a pip with a copy of it';
  return answers;
}

const answered = ask();
const oracle = typeof answered === 'string' ? null : answered;
const copy = oracle?.version?.join('.') ?? '';
const skipped = typeof answered === 'string' ? ` (skipped: ${answered})` : '';
/** The copy that fettle follows: earlier ones read some texts in ways that were mended since, later ones may again. */
const FOLLOWED = '26.4';
const isFollowed = copy === FOLLOWED;
const another =
  oracle === null || isFollowed
    ? skipped
    : ` (skipped: python3 has packaging ${copy}, ${FOLLOWED} is needed)`;

/** Lines that tell a disagreement: what was asked, what fettle says, what packaging says. */
function disagreements<Question>(
  questions: readonly Question[],
  theirs: readonly unknown[],
  ours: (question: Question, index: number) => unknown,
): readonly string[] {
  return questions.flatMap((question, i) => {
    const [mine, other] = [JSON.stringify(ours(question, i)), JSON.stringify(theirs[i])];
    return mine === other ? [] : [`${JSON.stringify(question)}: fettle ${mine}, packaging ${other}`];
  });
}

const parsed = (text: string): PypiVersion => parseVersion(text) as PypiVersion;

describe.skipIf(oracle === null)(`packaging ${copy} agrees on versions${skipped}`, () => {
  it(`on what is a version, its normal form, pre-release and public version (${versionTexts.length} texts)`, () => {
    expect(
      disagreements(versionTexts, oracle!.versions, (text) => {
        const version = parseVersion(text);
        return isProblem(version) ? null : [version.text, version.isPrerelease, publicVersion(version).text];
      }),
    ).toEqual([]);
  });

  it(`on the order of versions (${pairs.length} pairs)`, () => {
    expect(disagreements(pairs, oracle!.orders, ([a, b]) => compareVersions(parsed(a), parsed(b)))).toEqual(
      [],
    );
  });
});

describe.skipIf(!isFollowed)(`packaging ${copy} agrees${another}`, () => {
  it(`on what is a specifier, which versions it holds and whether it mentions a pre-release (${specifierTexts.length} texts)`, () => {
    expect(
      disagreements(specifierQuestions, oracle!.specifiers, ([text, candidates]) => {
        const specifier = parseSpecifier(text);
        if (isProblem(specifier)) return null;
        return [
          mentionsPrerelease(specifier),
          candidates.map((version) => contains(specifier, parsed(version))),
        ];
      }),
    ).toEqual([]);
  });

  it(`on requirements (${requirementTexts.length} texts)`, () => {
    expect(
      disagreements(requirementTexts, oracle!.requirements, (text, i) => {
        if (/^\s*[\w.-]*_(?![\w.-])/.test(text)) return oracle!.requirements[i];
        if (oracle!.requirements[i] === null && /===[^;]*,/.test(text)) return null;
        const dependency = parseRequirement(text);
        if (isProblem(dependency)) return null;
        const clauses = dependency.specifier.clauses.map(
          ({ operator, start, versionStart, end }) =>
            operator + dependency.specifier.text.slice(versionStart, end) + (start > versionStart ? '!' : ''),
        );
        return {
          name: dependency.name,
          extras: [...dependency.extras].sort(),
          specifier: [...new Set(clauses)].sort(),
          url: dependency.url,
          marked: dependency.condition !== null,
        };
      }),
    ).toEqual([]);
  });

  it(`on markers for ${targets.length} targets and three extras (${markerTexts.length} texts)`, () => {
    const wrong = markerTexts.flatMap((text, i) => {
      const condition = parseMarker(text);
      const theirs = oracle!.markers[i] ?? null;
      if (isProblem(condition) || theirs === null)
        return isProblem(condition) === (theirs === null) || text.includes('\\')
          ? []
          : [`${text}: only one reads it`];
      return extrasAsked.flatMap((extra, e) => {
        const mine = appliesOn(condition, targets[i % targets.length]!, extra === '' ? [] : [extra]);
        const open = theirs.slice(e * OPEN.length, (e + 1) * OPEN.length);
        return agrees(mine, open, text)
          ? []
          : [`${text} [${extra}] on ${i % targets.length}: ${mine}, ${open.join()}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it(`on supported tags and their order (${targets.length} targets)`, () => {
    expect(disagreements(targets, oracle!.targets, supportedTags)).toEqual([]);
  });

  it(`on file names of wheels and sdists (${wheelNames.length + sdistNames.length} names)`, () => {
    expect([
      ...disagreements(wheelNames, oracle!.wheels, (filename) => {
        const wheel = parseWheelFilename(filename);
        if (isProblem(wheel)) return null;
        const build = wheel.build === null ? [] : [wheel.build.number, wheel.build.rest];
        return {
          name: wheel.name,
          version: wheel.version.text,
          build,
          tags: [...new Set(expandTags(wheel.tags))].sort(),
        };
      }),
      ...disagreements(sdistNames, oracle!.sdists, (filename) => {
        const sdist = parseSdistFilename(filename);
        return isProblem(sdist) ? null : { name: sdist.name, version: sdist.version.text };
      }),
    ]).toEqual([]);
  });

  it('on names', () => {
    expect(
      disagreements(names, oracle!.names, (name) =>
        typeof parseName(name) === 'string' ? parseName(name) : null,
      ),
    ).toEqual([]);
  });
});

/** A decision must be packaging's under everything that the target leaves open; `unknown` needs a reason. */
function agrees(mine: string, open: readonly string[], text: string): boolean {
  if (open.includes('undefined')) return mine === 'unknown' || /\b(?:and|or)\b/.test(text);
  if (mine !== 'unknown') return open.every((answer) => answer === mine);
  return /platform[._](?:release|version)|implementation_version/.test(text);
}

describe('the questions', () => {
  it('cover every operator of PEP 440 and enough that is valid', () => {
    const valid = specifierTexts.filter((text) => !isProblem(parseSpecifier(text)));
    for (const operator of ['~=', '==', '!=', '<=', '>=', '<', '>', '==='])
      expect(valid.some((text) => text.startsWith(operator))).toBe(true);
    expect(valid.length).toBeGreaterThan(1500);
    expect(validTexts.length).toBeGreaterThan(2500);
    expect(markerTexts.filter((text) => !isProblem(parseMarker(text))).length).toBeGreaterThan(1500);
  });
});
