import { posix } from 'node:path';
import type { Target } from '../../../domain/target.ts';
import { distributionOf, releaseNamedIn, releaseText } from './distributions.ts';
import type { ImageReference } from './image-reference.ts';
import { NEWEST_SERIES, alpineBehind, debianBehind } from './python-image-tags.ts';

/** What a base image is known to bring. Null: not known from its name. */
export interface ImageFacts {
  readonly python: string | null;
  readonly os: Target['os'];
  readonly libc: Target['libc'];
  /** What was concluded and does not stand in the name ("slim is Debian 13"). */
  readonly assumptions: readonly string[];
}

/** Reads what an image's name and tag tell of its Python, system and C library. Nothing is downloaded. */
export function imageFacts(image: ImageReference): ImageFacts {
  const name = posix.basename(image.repository);
  const tag = image.tag ?? 'latest';
  if (/windowsservercore|nanoserver/.test(tag) || /windows/.test(image.repository))
    return { python: pythonIn(tag), os: 'windows', libc: null, assumptions: [] };
  if (/(^|\/)lambda\/python$/.test(image.repository)) return lambda(tag);
  if (name === 'python' && !image.repository.includes('devcontainers')) return officialPython(tag);
  const release = releaseOf(image.repository, tag);
  const distribution = release === null ? null : distributionOf(release);
  const named = pythonNamed(name, tag);
  if (named !== null && release === null && isDebianByDefault(image.repository))
    return officialPython(tag.replace(/^.*?python-?/, ''));
  const bringsPython = /^python\d/.test(name) && name.includes('debian');
  return {
    python: named ?? (bringsPython ? (distribution?.python ?? null) : null),
    os: 'linux',
    libc: distribution?.libc ?? null,
    assumptions: [],
  };
}

/** The Python that a distribution's own `python3` package is, where the image is that distribution's. */
export function distributionPython(image: ImageReference): string | null {
  const release = releaseOf(image.repository, image.tag ?? 'latest');
  return release === null ? null : (distributionOf(release)?.python ?? null);
}

function officialPython(tag: string): ImageFacts {
  const assumptions: string[] = [];
  let python = pythonIn(tag);
  if (python === null || python === '3') {
    assumptions.push(`"${tag}" taken as Python ${NEWEST_SERIES}`);
    python = NEWEST_SERIES;
  }
  const named = releaseNamedIn(tag);
  const release = named ?? (/(^|-)alpine/.test(tag) ? alpineBehind(python) : debianBehind(python));
  if (named === null) assumptions.push(`"${tag}" taken as ${releaseText(release)}`);
  return { python, os: 'linux', libc: distributionOf(release)?.libc ?? null, assumptions };
}

/** AWS builds its images up to 3.11 on Amazon Linux 2 and later ones on Amazon Linux 2023. */
function lambda(tag: string): ImageFacts {
  const python = pythonIn(tag);
  const minor = Number(python?.split('.')[1] ?? Number.NaN);
  const release = minor <= 11 ? 'amazonlinux2' : 'amazonlinux2023';
  return { python, os: 'linux', libc: distributionOf(release)?.libc ?? null, assumptions: [] };
}

/** A version at the start of a tag: "3.12.4-slim", "3.13-rc-slim". */
function pythonIn(tag: string): string | null {
  return /^(\d+(?:\.\d+){0,2})(?:(?:a|b|rc)\d+)?(?=-|$)/.exec(tag)?.[1] ?? null;
}

/** "python3.12-bookworm", "python-311" (Red Hat), "1-3.12-bookworm" (development containers). */
function pythonNamed(name: string, tag: string): string | null {
  const inTag = /(?:^|-)python-?(\d\.\d+(?:\.\d+)?)(?=-|$)/.exec(tag)?.[1];
  if (inTag !== undefined) return inTag;
  const redHat = /^python-?(\d)(\d{1,2})(?:-minimal)?$/.exec(name);
  if (redHat) return `${redHat[1]}.${redHat[2]}`;
  return name === 'python' ? (/(?:^|-)(3\.\d+)(?=-|$)/.exec(tag)?.[1] ?? null) : null;
}

/** Images that are the official one with something added, so that a tag without a distribution follows it. */
function isDebianByDefault(repository: string): boolean {
  return /^(tiangolo\/|astral-sh\/uv$|astral\/uv$)/.test(repository);
}

/** The distribution's release behind an image, where its tag or a part of its path names one. */
function releaseOf(repository: string, tag: string): string | null {
  for (const part of [tag, ...repository.split('/').reverse()]) {
    const release = releaseNamedIn(part);
    if (release !== null) return release;
  }
  return releaseOfDistributionImage(posix.basename(repository), tag);
}

function releaseOfDistributionImage(name: string, tag: string): string | null {
  const version = /^\d+(\.\d+)?/.exec(tag)?.[0];
  if (version === undefined) return null;
  const major = version.split('.')[0]!;
  if (name === 'debian') return `debian${major}`;
  if (name === 'ubuntu' || name === 'alpine' || name === 'amazonlinux') return `${name}${version}`;
  if (/^(rockylinux|almalinux|centos|oraclelinux|rhel)$/.test(name)) return `el${major}`;
  return null;
}
