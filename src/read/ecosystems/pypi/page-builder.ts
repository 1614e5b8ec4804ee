import { createHash } from 'node:crypto';
import type { PackageName } from '../../../domain/package-name.ts';
import type { PypiVersion } from './version.ts';
import { compareVersions, parseVersion } from './version.ts';
import { compareBuilds } from './wheel-filename.ts';
import { isProblem } from './syntax-problem.ts';
import { distributionReader, type DistributionFile } from './distribution-file.ts';
import type { PageFile, SimplePage } from './page-file.ts';
import {
  FINGERPRINT_BYTES,
  SDIST,
  YANKED,
  type Page,
  type PageColumns,
  type PageDetails,
  wholePage,
} from './page-columns.ts';

/** Ids of tags and of runtime bounds have 16 bits; no real page comes near. */
const MAX_DISTINCT = 60_000;

interface Entry {
  readonly file: PageFile;
  readonly distribution: DistributionFile;
}

/** A page in columns. Files that pip and uv know nothing of (.exe, .egg, .rpm) are left out without a word. */
export function buildPage(page: SimplePage, name: PackageName): Page {
  const versions = new Map<string, PypiVersion>();
  const entries = new Map<string, Entry[]>();
  const broken: string[] = [];
  const read = distributionReader(name);
  for (const file of page.files) {
    const distribution = read(file.filename);
    if (distribution === 'other') continue;
    if (distribution === null) {
      broken.push(file.filename);
      continue;
    }
    const key = distribution.version.text;
    const group = entries.get(key);
    if (group !== undefined) group.push({ file, distribution });
    else {
      versions.set(key, distribution.version);
      entries.set(key, [{ file, distribution }]);
    }
  }
  for (const text of page.versions ?? []) {
    if (versions.has(text)) continue;
    const version = parseVersion(text);
    if (!isProblem(version) && !versions.has(version.text)) versions.set(version.text, version);
  }
  const ascending = distinct([...versions.values()].sort(compareVersions), entries);
  return assemble(ascending, entries, page, broken);
}

/**
 * 1.0 and 1.0.0 are one version (PEP 440): the spelling with the most files stays, and takes the files of the others.
 */
function distinct(ascending: readonly PypiVersion[], entries: Map<string, Entry[]>): readonly PypiVersion[] {
  const kept: PypiVersion[] = [];
  for (const version of ascending) {
    const before = kept.at(-1);
    if (before === undefined || before.key !== version.key) {
      kept.push(version);
      continue;
    }
    const [mine, theirs] = [entries.get(version.text) ?? [], entries.get(before.text) ?? []];
    const stays = mine.length > theirs.length ? version : before;
    entries.set(stays.text, [...theirs, ...mine]);
    kept[kept.length - 1] = stays;
  }
  return kept;
}

function assemble(
  versions: readonly PypiVersion[],
  entries: ReadonlyMap<string, readonly Entry[]>,
  page: SimplePage,
  broken: string[],
): Page {
  const [tags, runtimes] = [new Interned(), new Interned()];
  runtimes.id('');
  const files: PageFile[] = [];
  const [tagSets, runtimeIds]: [number[], number[]] = [[], []];
  const firstFile = new Uint32Array(versions.length + 1);
  const yankReasons = new Map<number, string>();
  for (const [at, version] of versions.entries()) {
    firstFile[at] = files.length;
    for (const { file, distribution } of sorted(entries.get(version.text) ?? [])) {
      const tagSet = distribution.tags === null ? SDIST : tags.id(distribution.tags);
      const runtime = runtimes.id(file.requiresPython.trim());
      if (file.yanked) yankReasons.set(at, file.yanked);
      if (tagSet === null || runtime === null) {
        broken.push(file.filename);
        continue;
      }
      files.push(file);
      tagSets.push(tagSet);
      runtimeIds.push(runtime);
    }
  }
  firstFile[versions.length] = files.length;
  const columns: PageColumns = {
    versions: versions.map((version) => version.text),
    firstFile,
    tagSets: new Uint16Array(tagSets),
    runtimeIds: new Uint16Array(runtimeIds),
    flags: new Uint8Array(files.map((file) => (file.yanked === null ? 0 : YANKED))),
    uploaded: new Uint32Array(files.map((file) => file.uploaded ?? 0)),
    fingerprints: fingerprintsOf(files),
    tags: tags.values,
    runtimes: runtimes.values,
    yankReasons,
    status: page.status,
    notRead: notReadOf(page, broken),
  };
  const details = detailsOf(files);
  return wholePage(columns, () => details);
}

/** Most indexes list a release's files in this order already. */
function sorted(entries: readonly Entry[]): readonly Entry[] {
  const already = entries.every((entry, at) => at === 0 || inOrder(entries[at - 1]!, entry) <= 0);
  return already ? entries : [...entries].sort(inOrder);
}

/** Within a version by name, wheels of one tag by build number: the last of equal rank is the one that tools take. */
function inOrder(a: Entry, b: Entry): number {
  const build = compareBuilds(a.distribution.build, b.distribution.build);
  return build !== 0
    ? build
    : a.file.filename < b.file.filename
      ? -1
      : a.file.filename > b.file.filename
        ? 1
        : 0;
}

class Interned {
  readonly values: string[] = [];
  readonly #ids = new Map<string, number>();

  /** Null where there are too many distinct texts. */
  id(text: string): number | null {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    if (this.values.length >= MAX_DISTINCT) return null;
    this.#ids.set(text, this.values.length);
    this.values.push(text);
    return this.values.length - 1;
  }
}

/** The first bytes of the file's digest; where the index gives none, of a digest over all that it does give. */
function fingerprintsOf(files: readonly PageFile[]): Uint8Array {
  const digits = files.map((file) => {
    const { hash } = file;
    const digest = hash?.startsWith(SHA256) ? hash.slice(SHA256.length) : digestOfAll(file);
    return digest.slice(0, 2 * FINGERPRINT_BYTES);
  });
  return Buffer.from(digits.join(''), 'hex');
}

const SHA256 = 'sha256:';

function digestOfAll({ filename, hash, size, uploaded }: PageFile): string {
  const all = [filename, hash ?? '', size ?? '', uploaded ?? ''].join('\n');
  return createHash('sha256').update(all).digest('hex');
}

function detailsOf(files: readonly PageFile[]): PageDetails {
  return {
    filenames: files.map((file) => file.filename),
    urls: files.map((file) => file.url),
    hashes: files.map((file) => file.hash ?? ''),
    sizes: files.map((file) => file.size ?? -1),
    metadata: files.map((file) => (file.metadata === null ? '-' : file.metadata.hash || '+')),
  };
}

function notReadOf(page: SimplePage, broken: readonly string[]): PageColumns['notRead'] {
  const count = (page.notRead?.count ?? 0) + broken.length;
  return count === 0 ? null : { count, example: page.notRead?.example ?? broken[0]! };
}
