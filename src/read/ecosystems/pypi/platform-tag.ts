import type { Target } from '../../../domain/target.ts';

/** PEP 600: the names that manylinux had before it was numbered by glibc. */
const LEGACY_MANYLINUX: ReadonlyMap<string, string> = new Map([
  ['2_17', 'manylinux2014'],
  ['2_12', 'manylinux2010'],
  ['2_5', 'manylinux1'],
]);

/** Architectures for which a manylinux policy exists. */
const MANYLINUX_MACHINES: ReadonlySet<string> = new Set([
  'x86_64',
  'i686',
  'aarch64',
  'armv7l',
  'ppc64',
  'ppc64le',
  's390x',
  'loongarch64',
  'riscv64',
]);

/** The newest macOS known: a target does not say its version, and newer systems take the wheels of older ones. */
export const NEWEST_MACOS: readonly [major: number, minor: number] = [26, 0];

/** Platform tags that a target takes, best first. */
export function platformTags(target: Target): readonly string[] {
  switch (target.os) {
    case 'linux':
      return linuxTags(target);
    case 'macos':
      return macosTags(NEWEST_MACOS, target.architecture === 'aarch64' ? 'arm64' : target.architecture);
    case 'windows':
      return windowsTags(target.architecture);
  }
}

function windowsTags(architecture: string): readonly string[] {
  if (architecture === 'x86_64' || architecture === 'amd64') return ['win_amd64'];
  if (architecture === 'aarch64' || architecture === 'arm64') return ['win_arm64'];
  return architecture === 'i686' || architecture === 'x86' ? ['win32'] : [];
}

function linuxTags(target: Target): readonly string[] {
  const machine = { amd64: 'x86_64', arm64: 'aarch64' }[target.architecture] ?? target.architecture;
  const machines = machine === 'armv8l' ? ['armv8l', 'armv7l'] : [machine];
  return [
    ...machines.map((m) => `linux_${m}`),
    ...(target.libc === null ? [] : machines.flatMap((m) => libcTags(target.libc!, m, machines))),
  ];
}

function libcTags(
  libc: NonNullable<Target['libc']>,
  machine: string,
  machines: readonly string[],
): readonly string[] {
  const [major, minor] = libcVersion(libc.version);
  if (libc.name === 'musl') return countDown(minor, 0).map((m) => `musllinux_${major}_${m}_${machine}`);
  if (!machines.some((m) => MANYLINUX_MACHINES.has(m))) return [];
  const oldest = machine === 'x86_64' || machine === 'i686' ? 5 : 17;
  return glibcVersions(major, minor, oldest).flatMap((version) => {
    const legacy = LEGACY_MANYLINUX.get(version);
    return [`manylinux_${version}_${machine}`, ...(legacy === undefined ? [] : [`${legacy}_${machine}`])];
  });
}

/** "2.36-9+deb12" is 2.36. Text without a version is 0.0: nothing that asks for a libc fits. */
export function libcVersion(text: string): readonly [major: number, minor: number] {
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(text);
  return match === null ? [0, 0] : [Number(match[1]), Number(match[2])];
}

/** "2_36" down to the oldest of glibc 2; a later major version would take what the earlier one takes. */
function glibcVersions(major: number, minor: number, oldest: number): readonly string[] {
  const versions: string[] = [];
  for (let m = major; m >= 2; m--)
    for (const n of countDown(m === major ? minor : 50, m === 2 ? oldest : 0)) versions.push(`${m}_${n}`);
  return versions;
}

function countDown(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(from - to + 1, 0) }, (_, i) => from - i);
}

/**
 * macOS `version` and everything before it. From 11 on only the major number counts; before it, 10.x; arm64 has
 * of 10.x the `universal2` wheels alone.
 */
export function macosTags(
  version: readonly [major: number, minor: number],
  machine: string,
): readonly string[] {
  const [major, minor] = version;
  const of = (a: number, b: number): readonly string[] =>
    macosFormats(a, b, machine).map((format) => `macosx_${a}_${b}_${format}`);
  if (major === 10) return countDown(minor, 0).flatMap((m) => of(10, m));
  if (major < 11) return [];
  const sinceEleven = countDown(major, 11).flatMap((m) => of(m, 0));
  const before = countDown(16, 4).flatMap((m) =>
    machine === 'x86_64' ? of(10, m) : [`macosx_10_${m}_universal2`],
  );
  return [...sinceEleven, ...before];
}

/** The kinds of binary that a machine runs, best first. */
function macosFormats(major: number, minor: number, machine: string): readonly string[] {
  if (machine === 'x86_64')
    return major === 10 && minor < 4 ? [] : ['x86_64', 'intel', 'fat64', 'fat3', 'universal2', 'universal'];
  return machine === 'arm64' ? ['arm64', 'universal2'] : [machine];
}
