import type { Target } from '../../../domain/target.ts';

/** What a Linux distribution brings: its C library and the Python of its own packages. */
export interface Distribution {
  readonly libc: NonNullable<Target['libc']>;
  /** Null where the distribution has several or none. */
  readonly python: string | null;
}

function glibc(version: string, python: string | null): Distribution {
  return { libc: { name: 'glibc', version }, python };
}

function musl(version: string, python: string | null): Distribution {
  return { libc: { name: 'musl', version }, python };
}

/** By release, from the distributions' package indexes (glibc or musl, python3). */
const DISTRIBUTIONS: ReadonlyMap<string, Distribution> = new Map([
  ['debian9', glibc('2.24', '3.5')],
  ['debian10', glibc('2.28', '3.7')],
  ['debian11', glibc('2.31', '3.9')],
  ['debian12', glibc('2.36', '3.11')],
  ['debian13', glibc('2.41', '3.13')],
  ['ubuntu18.04', glibc('2.27', '3.6')],
  ['ubuntu20.04', glibc('2.31', '3.8')],
  ['ubuntu22.04', glibc('2.35', '3.10')],
  ['ubuntu24.04', glibc('2.39', '3.12')],
  ['amazonlinux2', glibc('2.26', '3.7')],
  ['amazonlinux2023', glibc('2.34', '3.9')],
  ['el7', glibc('2.17', '3.6')],
  ['el8', glibc('2.28', '3.6')],
  ['el9', glibc('2.34', '3.9')],
  ['el10', glibc('2.39', '3.12')],
  ['azurelinux2', glibc('2.35', '3.9')],
  ['azurelinux3', glibc('2.38', '3.12')],
  ['alpine3.12', musl('1.1.24', '3.8')],
  ['alpine3.13', musl('1.2.2', '3.8')],
  ['alpine3.14', musl('1.2.2', '3.9')],
  ['alpine3.15', musl('1.2.2', '3.9')],
  ['alpine3.16', musl('1.2.3', '3.10')],
  ['alpine3.17', musl('1.2.3', '3.10')],
  ['alpine3.18', musl('1.2.4', '3.11')],
  ['alpine3.19', musl('1.2.4', '3.11')],
  ['alpine3.20', musl('1.2.5', '3.12')],
  ['alpine3.21', musl('1.2.5', '3.12')],
  ['alpine3.22', musl('1.2.5', '3.12')],
  ['alpine3.23', musl('1.2.5', '3.12')],
]);

const CODENAMES: ReadonlyMap<string, string> = new Map([
  ['stretch', 'debian9'],
  ['buster', 'debian10'],
  ['bullseye', 'debian11'],
  ['bookworm', 'debian12'],
  ['trixie', 'debian13'],
  ['bionic', 'ubuntu18.04'],
  ['focal', 'ubuntu20.04'],
  ['jammy', 'ubuntu22.04'],
  ['noble', 'ubuntu24.04'],
]);

/** A release that is named among the words of a tag ("3.12-slim-bookworm", "12.1-runtime-ubuntu22.04"), or null. */
export function releaseNamedIn(tag: string): string | null {
  for (const word of tag.toLowerCase().split(/[-_]/)) {
    const codename = CODENAMES.get(word);
    if (codename !== undefined) return codename;
    const written = word
      .replace(/^(ubi|rockylinux|almalinux|centos)(?=\d)/, 'el')
      .replace(/^al(?=2)/, 'amazonlinux');
    const release = /^(alpine3\.\d+|[a-z]+\d+\.\d+|[a-z]+\d+)/.exec(written)?.[1];
    if (release !== undefined && DISTRIBUTIONS.has(release)) return release;
  }
  return null;
}

export function distributionOf(release: string): Distribution | null {
  return DISTRIBUTIONS.get(release) ?? null;
}

/** "debian12" as people say it: "Debian 12". */
export function releaseText(release: string): string {
  const names: ReadonlyMap<string, string> = new Map([
    ['debian', 'Debian'],
    ['ubuntu', 'Ubuntu'],
    ['alpine', 'Alpine'],
    ['amazonlinux', 'Amazon Linux'],
    ['azurelinux', 'Azure Linux'],
    ['el', 'Enterprise Linux'],
  ]);
  const [, name = '', number = ''] = /^([a-z]+)(.*)$/.exec(release) ?? [];
  return `${names.get(name) ?? name} ${number}`;
}
