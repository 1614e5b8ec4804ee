import { createHash } from 'node:crypto';
import type { PackageName } from '../../../domain/package-name.ts';
import type { PypiVersion } from './version.ts';
import { compareVersions, parseVersion } from './version.ts';
import { compareBuilds } from './wheel-filename.ts';
import { isProblem } from './syntax-problem.ts';
import { distributionFile, type DistributionFile } from './distribution-file.ts';
import type { PageFile, SimplePage } from './page-file.ts';
import {
  FINGERPRINT_BYTES,
  SDIST,
  YANKED,
  type Page,
  type PageColumns,
  type PageDetails,
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
  for (const file of page.files) {
    const distribution = distributionFile(file.filename, name);
    if (distribution === 'other') continue;
    if (distribution === null) {
      broken.push(file.filename);
      continue;
    }
    const key = distribution.version.text;
    versions.set(key, distribution.version);
    const group = entries.get(key);
    if (group === undefined) entries.set(key, [{ file, distribution }]);
    else group.push({ file, distribution });
  }
  for (const text of page.versions ?? []) {
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
  const rows: { readonly entry: Entry; readonly tagSet: number; readonly runtime: number }[] = [];
  const firstFile = new Uint32Array(versions.length + 1);
  const yankReasons = new Map<number, string>();
  for (const [at, version] of versions.entries()) {
    firstFile[at] = rows.length;
    for (const entry of [...(entries.get(version.text) ?? [])].sort(inOrder)) {
      const tagSet = entry.distribution.tags === null ? SDIST : tags.id(entry.distribution.tags);
      const runtime = runtimes.id(entry.file.requiresPython.trim());
      if (tagSet === null || runtime === null) broken.push(entry.file.filename);
      else rows.push({ entry, tagSet, runtime });
      if (entry.file.yanked) yankReasons.set(at, entry.file.yanked);
    }
  }
  firstFile[versions.length] = rows.length;
  const columns: PageColumns = {
    versions: versions.map((version) => version.text),
    firstFile,
    tagSets: Uint16Array.from(rows, (row) => row.tagSet),
    runtimeIds: Uint16Array.from(rows, (row) => row.runtime),
    flags: Uint8Array.from(rows, (row) => (row.entry.file.yanked === null ? 0 : YANKED)),
    uploaded: Uint32Array.from(rows, (row) => row.entry.file.uploaded ?? 0),
    fingerprints: fingerprintsOf(rows.map((row) => row.entry.file)),
    tags: tags.values,
    runtimes: runtimes.values,
    yankReasons,
    status: page.status,
    notRead: notReadOf(page, broken),
  };
  const details = detailsOf(rows.map((row) => row.entry.file));
  return { columns, details: () => details };
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
  const bytes = Buffer.alloc(files.length * FINGERPRINT_BYTES);
  for (const [at, file] of files.entries()) {
    const digest = file.hash?.startsWith('sha256:')
      ? file.hash.slice(7)
      : createHash('sha256')
          .update([file.filename, file.hash ?? '', file.size ?? '', file.uploaded ?? ''].join('\n'))
          .digest('hex');
    bytes.write(digest.slice(0, FINGERPRINT_BYTES * 2), at * FINGERPRINT_BYTES, 'hex');
  }
  return bytes;
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
