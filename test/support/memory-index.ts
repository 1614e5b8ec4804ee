import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { HttpRequest, HttpResponse } from '../../src/io/http.ts';

export const INDEX_URL = 'https://index.example/simple/';
const FILES_URL = 'https://files.example/';

/** One version as an index serves it; a wheel for every target where nothing else is said. */
export interface MemoryRelease {
  /** Requirements (PEP 508). */
  readonly needs?: readonly string[];
  readonly extras?: readonly string[];
  /** Requires-Python. */
  readonly python?: string;
  /** Tags of its wheels; empty: it has none. */
  readonly wheels?: readonly string[];
  /** It has an sdist, which tells nothing without a build. */
  readonly sdist?: boolean;
  /** Its sdist tells what it needs without a build (PEP 643). */
  readonly told?: boolean;
  /** Its sdist has noted in an egg-info what it asked for where it was made; a setup.py may ask for something else elsewhere. */
  readonly noted?: boolean;
  readonly yanked?: string;
  readonly uploaded?: string;
  /** No file tells what it needs. */
  readonly silent?: boolean;
  readonly classifiers?: readonly string[];
}

export interface MemoryPackage {
  readonly releases: Readonly<Record<string, MemoryRelease>>;
  readonly status: { readonly status: string; readonly reason?: string } | null;
}

export type MemoryPackages = Readonly<Record<string, MemoryPackage>>;

/** Answers requests for index pages (PEP 691), metadata files (PEP 658) and sdists that tell from memory; anything else is not there. */
export function memoryIndex(packages: MemoryPackages): (request: HttpRequest) => Partial<HttpResponse> {
  return ({ url }) => {
    const page = /^https:\/\/[a-z]+\.example\/simple\/([^/]+)\/$/.exec(url)?.[1];
    if (page !== undefined) return pageOf(page, packages[page]);
    const file = /^https:\/\/files\.example\/([^/]+)\/([^/]+)\/[^/]+\.metadata$/.exec(url);
    if (file !== null)
      return metadataOf(decodeURIComponent(file[1]!), decodeURIComponent(file[2]!), packages);
    const sdist = /^https:\/\/files\.example\/([^/]+)\/([^/]+)\/[^/]+\.zip$/.exec(url);
    if (sdist !== null)
      return sdistOf(decodeURIComponent(sdist[1]!), decodeURIComponent(sdist[2]!), packages);
    return { status: 404 };
  };
}

function pageOf(name: string, published: MemoryPackage | undefined): Partial<HttpResponse> {
  if (published === undefined) return { status: 404 };
  const versions = Object.keys(published.releases);
  const files = versions.flatMap((version) => filesOf(name, version, published.releases[version]!));
  const page = {
    meta: { 'api-version': '1.4' },
    name,
    versions,
    files,
    'project-status': published.status ?? undefined,
  };
  return {
    status: 200,
    headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' },
    body: Buffer.from(JSON.stringify(page)),
  };
}

function filesOf(name: string, version: string, release: MemoryRelease): readonly object[] {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const wheels = (release.wheels ?? (release.sdist === true || hasZip(release) ? [] : ['py3-none-any'])).map(
    (tag) => `${stem}-${tag}.whl`,
  );
  const sdists = [release.sdist === true ? [`${stem}.tar.gz`] : [], hasZip(release) ? [`${stem}.zip`] : []];
  return [...wheels, ...sdists.flat()].map((filename) => ({
    filename,
    url: `${FILES_URL}${name}/${encodeURIComponent(version)}/${encodeURIComponent(filename)}`,
    hashes: {
      sha256: createHash('sha256')
        .update(filename.endsWith('.zip') ? sdistBytes(name, version, release) : filename)
        .digest('hex'),
    },
    'requires-python': release.python,
    'upload-time': `${release.uploaded ?? '2020-01-01'}T00:00:00Z`,
    yanked: release.yanked ?? false,
    'core-metadata': filename.endsWith('.whl') && release.silent !== true,
  }));
}

function sdistOf(name: string, version: string, packages: MemoryPackages): Partial<HttpResponse> {
  const release = packages[name]?.releases[version];
  return release !== undefined && hasZip(release)
    ? { status: 200, headers: {}, body: sdistBytes(name, version, release) }
    : { status: 404 };
}

function hasZip({ told, noted }: MemoryRelease): boolean {
  return told === true || noted === true;
}

/** The same bytes each time: the page announces their digest. */
function sdistBytes(name: string, version: string, release: MemoryRelease): Uint8Array {
  const stem = name.replaceAll('-', '_');
  const files: Readonly<Record<string, string>> =
    release.noted === true
      ? {
          [`${stem}.egg-info/PKG-INFO`]: `Metadata-Version: 1.1\nName: ${name}\nVersion: ${version}\n\n`,
          [`${stem}.egg-info/requires.txt`]: `${(release.needs ?? []).join('\n')}\n`,
        }
      : { 'PKG-INFO': coreMetadata(name, version, release) };
  return zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        `${stem}-${version}/${path}`,
        [Buffer.from(text), { mtime: '2020-01-01' }],
      ]),
    ),
  );
}

function metadataOf(name: string, version: string, packages: MemoryPackages): Partial<HttpResponse> {
  const release = packages[name]?.releases[version];
  if (release === undefined || release.silent === true) return { status: 404 };
  return { status: 200, headers: {}, body: Buffer.from(coreMetadata(name, version, release)) };
}

function coreMetadata(name: string, version: string, release: MemoryRelease): string {
  const lines = [
    'Metadata-Version: 2.2',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(release.classifiers ?? []).map((classifier) => `Classifier: ${classifier}`),
    ...(release.extras ?? []).map((extra) => `Provides-Extra: ${extra}`),
    ...(release.needs ?? []).map((need) => `Requires-Dist: ${need}`),
  ];
  return `${lines.join('\n')}\n\n`;
}
