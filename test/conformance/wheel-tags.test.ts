import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/domain/target.ts';
import { expandTags, wheelFits, wheelRank } from '../../src/read/ecosystems/pypi/tag.ts';

/*
 * Which wheels a target takes and which of two it prefers (PEP 425, 600, 656). packaging-oracle.test.ts compares the whole list of
 * tags with `packaging`; here each row is a sentence of a PEP.
 */

type Libc = readonly ['glibc' | 'musl', string];
const on = (python: string, os: Target['os'], architecture: string, libc: Libc | null = null): Target => ({
  runtime: { implementation: 'cpython', version: python },
  ...{ os, architecture, libc: libc === null ? null : { name: libc[0], version: libc[1] }, readFrom: [] },
});
const DEBIAN = on('3.12', 'linux', 'x86_64', ['glibc', '2.36']);
const CENTOS = on('3.9', 'linux', 'x86_64', ['glibc', '2.17']);
const OLDEST = on('3.7', 'linux', 'i686', ['glibc', '2.5']);
const GRAVITON = on('3.12', 'linux', 'aarch64', ['glibc', '2.28']);
const ALPINE = on('3.12', 'linux', 'x86_64', ['musl', '1.2']);
const OLD_ALPINE = on('3.12', 'linux', 'x86_64', ['musl', '1.1']);
const APPLE = on('3.12', 'macos', 'arm64');
const INTEL = on('3.12', 'macos', 'x86_64');
const WINDOWS = on('3.12', 'windows', 'x86_64');
const WINDOWS_32 = on('3.12', 'windows', 'i686');
const WINDOWS_ARM = on('3.12', 'windows', 'aarch64');
const PYPY: Target = { ...DEBIAN, runtime: { implementation: 'pypy', version: '3.10' } };

const FITS: readonly (readonly [section: string, tags: string, target: Target, fits: boolean])[] = [
  ['PEP 425 Python Tag: py3 is any Python 3', 'py3-none-any', DEBIAN, true],
  ['PEP 425 Python Tag: py2 is another Python', 'py2-none-any', DEBIAN, false],
  ['PEP 425 Python Tag: py312', 'py312-none-any', DEBIAN, true],
  ['PEP 425 Python Tag: a pure wheel of an older minor version', 'py36-none-any', DEBIAN, true],
  ['PEP 425 Python Tag: not of a newer one', 'py313-none-any', DEBIAN, false],
  ['PEP 425 Python Tag: cp for CPython alone', 'cp310-none-any', PYPY, false],
  ['PEP 425 Python Tag: pp for PyPy', 'pp310-pypy310_pp73-manylinux_2_17_x86_64', PYPY, true],
  ['PEP 425 Python Tag: cp of the very version', 'cp311-cp311-manylinux_2_17_x86_64', DEBIAN, false],
  ['PEP 425 ABI Tag: the ABI of the version', 'cp312-cp312-manylinux_2_17_x86_64', DEBIAN, true],
  [
    'PEP 425 ABI Tag: free-threaded is another ABI (PEP 703)',
    'cp313-cp313t-manylinux_2_17_x86_64',
    on('3.13', 'linux', 'x86_64', ['glibc', '2.36']),
    false,
  ],
  ['PEP 425 ABI Tag: debug is another ABI', 'cp312-cp312d-manylinux_2_17_x86_64', DEBIAN, false],
  ['PEP 3149: "m" until 3.7', 'cp37-cp37m-manylinux1_i686', OLDEST, true],
  ['PEP 3149: no "m" since 3.8', 'cp39-cp39m-manylinux1_x86_64', CENTOS, false],
  ['PEP 384: abi3 of the version', 'cp312-abi3-manylinux_2_17_x86_64', DEBIAN, true],
  ['PEP 384: abi3 of an older version', 'cp37-abi3-manylinux_2_17_x86_64', DEBIAN, true],
  ['PEP 384: abi3 from 3.2 on', 'cp32-abi3-manylinux_2_17_x86_64', DEBIAN, true],
  ['PEP 384: abi3 not before 3.2', 'cp31-abi3-manylinux_2_17_x86_64', DEBIAN, false],
  ['PEP 384: abi3 of a newer version', 'cp313-abi3-manylinux_2_17_x86_64', DEBIAN, false],
  [
    'PEP 384: abi3 under a py tag is no stable ABI of anything',
    'py3-abi3-manylinux_2_17_x86_64',
    DEBIAN,
    false,
  ],
  [
    'PEP 425 Platform Tag: none of an older version is not compatible',
    'cp311-none-manylinux_2_17_x86_64',
    DEBIAN,
    false,
  ],
  ['PEP 425 Compressed Tag Sets', 'py2.py3-none-any', DEBIAN, true],
  [
    'PEP 425 Compressed Tag Sets: one of all',
    'cp311.cp312-cp311.cp312-win_amd64.manylinux2014_x86_64',
    DEBIAN,
    true,
  ],
  ['PEP 425 Compressed Tag Sets: none of all', 'cp310.cp311-cp310.cp311-manylinux2014_x86_64', DEBIAN, false],
  ['PEP 600: glibc 2.36 takes 2.36', 'cp312-cp312-manylinux_2_36_x86_64', DEBIAN, true],
  ['PEP 600: and everything older', 'cp312-cp312-manylinux_2_5_x86_64', DEBIAN, true],
  ['PEP 600: nothing newer', 'cp312-cp312-manylinux_2_37_x86_64', DEBIAN, false],
  ['PEP 600 Legacy aliases: manylinux2014 is 2.17', 'cp39-cp39-manylinux2014_x86_64', CENTOS, true],
  ['PEP 600 Legacy aliases: manylinux2010 is 2.12', 'cp39-cp39-manylinux2010_x86_64', CENTOS, true],
  ['PEP 600 Legacy aliases: manylinux1 is 2.5', 'cp37-cp37m-manylinux1_i686', OLDEST, true],
  ['PEP 600 Legacy aliases: manylinux2010 above glibc 2.5', 'cp37-cp37m-manylinux2010_i686', OLDEST, false],
  ['PEP 600: manylinux_2_18 above glibc 2.17', 'cp39-cp39-manylinux_2_18_x86_64', CENTOS, false],
  ['PEP 599: 2014 exists for aarch64', 'cp312-cp312-manylinux2014_aarch64', GRAVITON, true],
  ['PEP 513, 571: 1 and 2010 are for Intel alone', 'cp312-cp312-manylinux2010_aarch64', GRAVITON, false],
  ['PEP 600: another architecture', 'cp312-cp312-manylinux_2_17_x86_64', GRAVITON, false],
  ['PEP 600: a 64-bit system is no 32-bit one', 'cp312-cp312-manylinux_2_17_i686', DEBIAN, false],
  ['PEP 600: of a musl system nothing', 'cp312-cp312-manylinux_2_17_x86_64', ALPINE, false],
  ['PEP 425: linux_x86_64 says nothing of libc', 'cp312-cp312-linux_x86_64', DEBIAN, true],
  ['PEP 656: musl 1.2 takes 1.2', 'cp312-cp312-musllinux_1_2_x86_64', ALPINE, true],
  ['PEP 656: and 1.1', 'cp312-cp312-musllinux_1_1_x86_64', ALPINE, true],
  ['PEP 656: nothing newer', 'cp312-cp312-musllinux_1_2_x86_64', OLD_ALPINE, false],
  ['PEP 656: another major version', 'cp312-cp312-musllinux_2_0_x86_64', ALPINE, false],
  ['PEP 656: of a glibc system nothing', 'cp312-cp312-musllinux_1_1_x86_64', DEBIAN, false],
  ['PEP 656: another architecture', 'cp312-cp312-musllinux_1_2_aarch64', ALPINE, false],
  ['PEP 425 Platform Tag: macOS by its version', 'cp312-cp312-macosx_11_0_arm64', APPLE, true],
  ['PEP 425 Platform Tag: an older macOS', 'cp312-cp312-macosx_10_9_x86_64', INTEL, true],
  ['PEP 425 Platform Tag: universal2 holds both', 'cp312-cp312-macosx_10_9_universal2', APPLE, true],
  ['PEP 425 Platform Tag: universal2 on Intel', 'cp312-cp312-macosx_11_0_universal2', INTEL, true],
  ['PEP 425 Platform Tag: Intel on Apple silicon', 'cp312-cp312-macosx_11_0_x86_64', APPLE, false],
  ['PEP 425 Platform Tag: arm64 has no macOS 10', 'cp312-cp312-macosx_10_15_arm64', APPLE, false],
  ['PEP 425 Platform Tag: fat binaries', 'cp312-cp312-macosx_10_6_intel', INTEL, true],
  ['PEP 425 Platform Tag: 64-bit Windows', 'cp312-cp312-win_amd64', WINDOWS, true],
  ['PEP 425 Platform Tag: a 64-bit Python loads no 32-bit module', 'cp312-cp312-win32', WINDOWS, false],
  ['PEP 425 Platform Tag: 32-bit Windows', 'cp312-cp312-win32', WINDOWS_32, true],
  ['PEP 425 Platform Tag: Windows on Arm', 'cp312-cp312-win_arm64', WINDOWS_ARM, true],
  ['PEP 425 Platform Tag: Intel modules on Windows on Arm', 'cp312-cp312-win_amd64', WINDOWS_ARM, false],
  ['PEP 427: tags are compared without case', 'CP312-CP312-ManyLinux2014_x86_64', DEBIAN, true],
];

describe('a wheel fits', () => {
  it.each(FITS)('%s: %s', (_, tags, target, fits) => {
    expect(wheelFits(target)(tags)).toBe(fits);
  });

  it('is asked of targets that take some of the rows and refuse some', () => {
    for (const target of new Set(FITS.map((row) => row[2])))
      expect(FITS.some(([, tags]) => !wheelFits(target)(tags))).toBe(true);
  });
});

const PREFERRED: readonly (readonly [section: string, better: string, worse: string, target: Target])[] = [
  [
    'PEP 425 Use: the own ABI before the stable one',
    'cp312-cp312-manylinux_2_5_x86_64',
    'cp312-abi3-manylinux_2_36_x86_64',
    DEBIAN,
  ],
  [
    'PEP 425 Use: a newer stable ABI before an older',
    'cp311-abi3-manylinux_2_17_x86_64',
    'cp310-abi3-manylinux_2_17_x86_64',
    DEBIAN,
  ],
  ['PEP 425 Use: compiled before pure', 'cp37-abi3-manylinux_2_17_x86_64', 'py3-none-any', DEBIAN],
  ['PEP 425 Use: the more specific Python', 'py312-none-any', 'py3-none-any', DEBIAN],
  [
    'PEP 600: the newer glibc first',
    'cp312-cp312-manylinux_2_28_x86_64',
    'cp312-cp312-manylinux_2_17_x86_64',
    DEBIAN,
  ],
  [
    'PEP 600: a legacy name is worth its number',
    'cp312-cp312-manylinux2014_x86_64',
    'cp312-cp312-manylinux_2_16_x86_64',
    DEBIAN,
  ],
  [
    'PEP 656: the newer musl first',
    'cp312-cp312-musllinux_1_2_x86_64',
    'cp312-cp312-musllinux_1_1_x86_64',
    ALPINE,
  ],
  [
    'PEP 425 Compressed Tag Sets: by the best of all',
    'cp311.cp312-cp311.cp312-manylinux_2_28_x86_64',
    'cp312-cp312-manylinux_2_17_x86_64',
    DEBIAN,
  ],
  [
    'PEP 425 Platform Tag: the machine before universal',
    'cp312-cp312-macosx_11_0_arm64',
    'cp312-cp312-macosx_11_0_universal2',
    APPLE,
  ],
];

describe('of two wheels that fit an installer takes', () => {
  it.each(PREFERRED)('%s', (_, better, worse, target) => {
    const rank = wheelRank(target);
    const ranks = [rank(better), rank(worse)];
    expect(ranks).not.toContain(null);
    expect(ranks[0]).toBeLessThan(ranks[1]!);
  });
});

it('PEP 425 Compressed Tag Sets: a set is every combination, and one that names far too many is none', () => {
  expect(expandTags('py2.py3-none-any')).toEqual(['py2-none-any', 'py3-none-any']);
  expect(expandTags('cp311.cp312-abi3.none-win32')).toHaveLength(4);
  const many = Array.from({ length: 100 }, (_, i) => `p${i}`).join('.');
  expect(expandTags(`${many}-${many}-any`)).toEqual([]);
});
