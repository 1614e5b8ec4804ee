import type { Target } from '../../domain/target.ts';

/** A platform as a flag or a Dockerfile writes it. `libc` null: not said, or the system has no choice. */
export interface Platform {
  readonly os: Target['os'];
  readonly architecture: string;
  readonly libc: { readonly name: 'glibc' | 'musl'; readonly version: string | null } | null;
}

/** Docker's, Go's and Python's names for the same machines, as the kernel of each system names them. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['x86_64', 'x86_64'],
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['aarch64', 'aarch64'],
  ['386', 'i686'],
  ['i386', 'i686'],
  ['i686', 'i686'],
  ['x86', 'i686'],
  ['arm', 'armv7l'],
  ['armv7l', 'armv7l'],
  ['armhf', 'armv7l'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
]);

const SYSTEMS: ReadonlyMap<string, Target['os']> = new Map([
  ['linux', 'linux'],
  ['macos', 'macos'],
  ['darwin', 'macos'],
  ['windows', 'windows'],
]);

/**
 * Reads "linux/amd64", "linux/arm64/v8", "linux/amd64/musl", "linux/amd64/glibc2.28", "macos/arm64", "windows/amd64",
 * and Python's own "manylinux_2_28_x86_64", "musllinux_1_2_aarch64", "musllinux". Null for anything else.
 */
export function parsePlatform(text: string): Platform | null {
  const lower = text.trim().toLowerCase();
  const tag = /^(many|musl)linux(?:_?(\d+)_(\d+))?(?:_(\w+))?$/.exec(lower);
  if (tag) return fromTag(tag);
  const [system = '', machine = '', ...rest] = lower.split('/');
  const os = SYSTEMS.get(system);
  const architecture = ARCHITECTURES.get(machine);
  if (os === undefined || architecture === undefined || rest.length > 2) return null;
  const named = os === 'macos' && architecture === 'aarch64' ? 'arm64' : architecture;
  const libcText = rest.at(-1) ?? '';
  const libc = /^(glibc|gnu|musl)[-_ ]?(\d+\.\d+(?:\.\d+)?)?$/.exec(libcText);
  const variants = rest.slice(0, libc ? -1 : undefined);
  if (variants.some((variant) => !/^v\d$/.test(variant)) || (libc && os !== 'linux')) return null;
  const name = libc?.[1] === 'musl' ? 'musl' : 'glibc';
  return { os, architecture: named, libc: libc ? { name, version: libc[2] ?? null } : null };
}

function fromTag([, kind, major, minor, machine]: RegExpExecArray): Platform | null {
  const architecture = ARCHITECTURES.get(machine ?? 'x86_64');
  if (architecture === undefined) return null;
  const version = major === undefined ? null : `${major}.${minor}`;
  return { os: 'linux', architecture, libc: { name: kind === 'musl' ? 'musl' : 'glibc', version } };
}
