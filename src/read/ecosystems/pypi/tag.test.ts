import { describe, expect, it } from 'vitest';
import type { Target } from '../../../domain/target.ts';
import { macosTags } from './platform-tag.ts';
import { whyNoWheelFits } from './tag-reason.ts';
import { expandTags, supportedTags, wheelFits, wheelRank } from './tag.ts';

function target(runtime: string, os: Target['os'], architecture: string, libc: string | null = null): Target {
  const [implementation, version] = runtime.split(' ') as [string, string];
  const [name, release] = libc?.split(' ') ?? [];
  return {
    runtime: { implementation, version },
    os,
    architecture,
    libc: name === undefined ? null : { name: name as 'glibc' | 'musl', version: release! },
    readFrom: [],
  };
}

const debian = target('cpython 3.11', 'linux', 'x86_64', 'glibc 2.36');
const centos = target('cpython 3.11', 'linux', 'x86_64', 'glibc 2.17');
const alpine = target('cpython 3.11.4', 'linux', 'x86_64', 'musl 1.2');
const arm = target('cpython 3.12', 'linux', 'aarch64', 'glibc 2.36');
const mac = target('cpython 3.12', 'macos', 'arm64');
const intelMac = target('cpython 3.12', 'macos', 'x86_64');
const windows = target('cpython 3.12', 'windows', 'x86_64');
const pypy = target('pypy 3.10', 'linux', 'x86_64', 'glibc 2.36');

describe.each([
  [
    'PEP 425, interpreter',
    debian,
    [
      ['cp311-cp311-linux_x86_64', true],
      ['cp310-cp310-linux_x86_64', false],
      ['cp312-cp312-linux_x86_64', false],
      ['pp311-none-any', false],
      ['py3-none-any', true],
      ['py311-none-any', true],
      ['py38-none-any', true],
      ['py312-none-any', false],
      ['py2-none-any', false],
      ['cp311-none-any', true],
      ['cp310-none-any', false],
    ],
  ],
  [
    'PEP 425, ABI: own, stable, none',
    debian,
    [
      ['cp311-abi3-manylinux2014_x86_64', true],
      ['cp38-abi3-manylinux2014_x86_64', true],
      ['cp312-abi3-manylinux2014_x86_64', false],
      ['cp311-none-manylinux2014_x86_64', true],
      ['py3-none-manylinux2014_x86_64', true],
      ['cp311-cp311t-manylinux2014_x86_64', false],
      ['cp38-none-manylinux2014_x86_64', false],
    ],
  ],
  [
    'PEP 425, compressed tag sets',
    debian,
    [
      ['py2.py3-none-any', true],
      ['cp39.cp310-abi3-any', false],
      ['cp37.cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64', true],
      ['CP311-CP311-ManyLinux2014_x86_64', true],
      ['py3-none', false],
      ['py3--any', false],
    ],
  ],
  [
    'PEP 600 and its older names: manylinux',
    debian,
    [
      ['cp311-cp311-manylinux1_x86_64', true],
      ['cp311-cp311-manylinux2010_x86_64', true],
      ['cp311-cp311-manylinux2014_x86_64', true],
      ['cp311-cp311-manylinux_2_5_x86_64', true],
      ['cp311-cp311-manylinux_2_36_x86_64', true],
      ['cp311-cp311-manylinux_2_37_x86_64', false],
      ['cp311-cp311-manylinux_2_28_aarch64', false],
      ['cp311-cp311-musllinux_1_1_x86_64', false],
    ],
  ],
  [
    'PEP 600: an older glibc',
    centos,
    [
      ['cp311-cp311-manylinux2014_x86_64', true],
      ['cp311-cp311-manylinux_2_18_x86_64', false],
    ],
  ],
  [
    'PEP 600: no policy before 2.17 on other machines',
    arm,
    [
      ['cp312-cp312-manylinux_2_17_aarch64', true],
      ['cp312-cp312-manylinux2014_aarch64', true],
      ['cp312-cp312-manylinux2010_aarch64', false],
      ['cp312-cp312-manylinux_2_16_aarch64', false],
    ],
  ],
  [
    'PEP 656: musllinux',
    alpine,
    [
      ['cp311-cp311-musllinux_1_1_x86_64', true],
      ['cp311-cp311-musllinux_1_2_x86_64', true],
      ['cp311-cp311-musllinux_1_3_x86_64', false],
      ['cp311-cp311-manylinux2014_x86_64', false],
      ['cp311-cp311-linux_x86_64', true],
    ],
  ],
  [
    'macOS on arm64',
    mac,
    [
      ['cp312-cp312-macosx_11_0_arm64', true],
      ['cp312-cp312-macosx_14_0_arm64', true],
      ['cp312-cp312-macosx_10_9_universal2', true],
      ['cp312-cp312-macosx_11_0_universal2', true],
      ['cp312-cp312-macosx_10_9_x86_64', false],
      ['cp312-cp312-macosx_11_0_x86_64', false],
      ['cp312-cp312-win_arm64', false],
    ],
  ],
  [
    'macOS on x86_64',
    intelMac,
    [
      ['cp312-cp312-macosx_10_9_x86_64', true],
      ['cp312-cp312-macosx_10_9_intel', true],
      ['cp312-cp312-macosx_13_0_x86_64', true],
      ['cp312-cp312-macosx_11_0_arm64', false],
    ],
  ],
  [
    'Windows',
    windows,
    [
      ['cp312-cp312-win_amd64', true],
      ['cp312-cp312-win32', false],
      ['cp312-cp312-win_arm64', false],
      ['py3-none-win_amd64', true],
    ],
  ],
  [
    'PyPy',
    pypy,
    [
      ['pp310-pypy310_pp73-manylinux2014_x86_64', true],
      ['pp310-none-any', false],
      ['pp3-none-any', true],
      ['py310-none-any', true],
      ['cp310-cp310-manylinux2014_x86_64', false],
      ['cp310-abi3-manylinux2014_x86_64', false],
    ],
  ],
] as const)('%s', (_, on, rows) => {
  it.each(rows.map((row) => row))('%s: %s', (tags, fits) => {
    expect(wheelFits(on)(tags)).toBe(fits);
  });
});

describe('which wheel is best', () => {
  it('is told by rank: own ABI, newest platform, stable ABI, pure', () => {
    const best = [
      'cp311-cp311-linux_x86_64',
      'cp311-cp311-manylinux_2_28_x86_64',
      'cp311-cp311-manylinux_2_17_x86_64',
      'cp311-cp311-manylinux2014_x86_64',
      'cp311-abi3-manylinux_2_28_x86_64',
      'cp311-none-manylinux_2_28_x86_64',
      'cp310-abi3-manylinux_2_28_x86_64',
      'py311-none-manylinux_2_28_x86_64',
      'py3-none-manylinux_2_28_x86_64',
      'cp311-none-any',
      'py311-none-any',
      'py3-none-any',
      'py310-none-any',
    ];
    const ranks = best.map((tags) => wheelRank(debian)(tags)!);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(best.length);
    expect(wheelRank(debian)('py2.py3-none-any')).toBe(wheelRank(debian)('py3-none-any'));
    expect(wheelRank(debian)('py2-none-any')).toBeNull();
  });

  it('has every supported tag once, for an exact patch as for its series', () => {
    const tags = supportedTags(alpine);
    expect(new Set(tags).size).toBe(tags.length);
    expect(supportedTags({ ...alpine, runtime: { implementation: 'cpython', version: '3.11' } })).toEqual(
      tags,
    );
  });
});

describe('hostile tag sets', () => {
  it('that would be millions of triples are none', () => {
    const many = Array.from({ length: 200 }, (_, i) => `x${i}`).join('.');
    expect(expandTags(`${many}-${many}-${many}`)).toEqual([]);
    expect(wheelFits(debian)(`${many}-${many}-${many}`)).toBe(false);
  });
});

describe('macOS by its version', () => {
  it('before 11 counts minor numbers, from 11 on major ones', () => {
    expect(macosTags([10, 5], 'x86_64')).toContain('macosx_10_4_universal');
    expect(macosTags([10, 5], 'x86_64')).not.toContain('macosx_10_6_x86_64');
    expect(macosTags([12, 3], 'arm64').slice(0, 4)).toEqual([
      'macosx_12_0_arm64',
      'macosx_12_0_universal2',
      'macosx_11_0_arm64',
      'macosx_11_0_universal2',
    ]);
  });
});

describe('why no wheel fits, in words', () => {
  const cp = (...versions: readonly number[]): readonly string[] =>
    versions.map((v) => `cp3${v}-cp3${v}-manylinux2014_x86_64`);
  it.each([
    [[], true, debian, 'only a source distribution'],
    [[], false, debian, 'no usable files'],
    [
      cp(9, 10, 11),
      false,
      { ...debian, runtime: { implementation: 'cpython', version: '3.12.4' } },
      'wheels for cp39 to cp311 only; the target is cp312',
    ],
    [
      cp(9, 11),
      false,
      { ...arm, architecture: 'x86_64' },
      'wheels for cp39 and cp311 only; the target is cp312',
    ],
    [
      cp(8, 9, 10, 12),
      true,
      debian,
      'wheels for cp38 to cp310 and cp312 only; the target is cp311, and a source distribution',
    ],
    [['py2-none-any'], false, debian, 'wheels for py2 only; the target is cp311'],
    [['cp312-abi3-manylinux2014_x86_64'], false, debian, 'wheels for cp312-abi3 only; the target is cp311'],
    [['cp311-cp311t-manylinux2014_x86_64'], false, debian, 'wheels for cp311t only; the target is cp311'],
    [cp(10), false, pypy, 'wheels for cp310 only; the target is pp310'],
    [['cp311-cp311-manylinux_2_28_x86_64'], false, centos, 'only manylinux_2_28; the target has glibc 2.17'],
    [
      ['cp311-cp311-manylinux_2_34_x86_64', 'cp311-cp311-manylinux_2_28_x86_64.manylinux_2_31_x86_64'],
      false,
      centos,
      'only manylinux_2_28; the target has glibc 2.17',
    ],
    [['cp311-cp311-musllinux_1_2_x86_64'], false, debian, 'only musllinux wheels; the target has glibc 2.36'],
    [['cp311-cp311-manylinux2014_x86_64'], false, alpine, 'only manylinux wheels; the target has musl 1.2'],
    [
      ['cp311-cp311-win_amd64', 'cp311-cp311-macosx_11_0_arm64'],
      false,
      debian,
      'wheels for Windows and macOS only',
    ],
    [['cp311-cp311-manylinux2014_aarch64'], false, debian, 'wheels for aarch64 only; the target is x86_64'],
    [['cp312-cp312-win_amd64'], false, arm, 'wheels for Windows only'],
    [
      ['cp310-cp310-win_amd64'],
      false,
      debian,
      'wheels for cp310 only; the target is cp311, and wheels for Windows only',
    ],
    [
      ['py3-none-win_arm64', 'cp310-cp310-manylinux2014_x86_64'],
      true,
      debian,
      'wheels for cp310 only; the target is cp311, and a source distribution',
    ],
  ] as const)('%j, sdist %s', (wheels, sdist, on, words) => {
    expect(wheels.some(wheelFits(on))).toBe(false);
    expect(whyNoWheelFits(wheels, sdist, on).why).toBe(words);
  });
});
