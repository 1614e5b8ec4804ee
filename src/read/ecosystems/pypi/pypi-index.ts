import { UserFacingError } from '../../../domain/errors.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Target } from '../../../domain/target.ts';
import type { Cache } from '../../../io/cache.ts';
import type { RangeReader } from '../../../io/archive.ts';
import type { IndexProgress, Metadata, OpenedWheel, PackageIndex, PublishedPackage } from '../ecosystem.ts';
import type { BundleReader, BundledPage, Recorder } from './bundle.ts';
import type { IndexSource } from './index-source.ts';
import { askInTurn, type FileToRead, type MetadataSource } from './metadata-chain.ts';
import { metadataOf, parseRecord, recordBytes, type MetadataRecord } from './metadata.ts';
import { mergeRecorded } from './merge-recorded.ts';
import { likelySpellings, MAX_TRIED, nearAmong } from './near-names.ts';
import { offlineMiss } from './page-client.ts';
import { fingerprintText, SDIST, type Page } from './page-columns.ts';
import { mergePages, pageAsOf } from './page-selection.ts';
import { PypiPackage, type AllowedKinds } from './published-package.ts';

/** Everything the index needs, opened by `openPypiIndex`. */
export interface PypiIndexParts {
  readonly indexesOf: (name: PackageName) => readonly IndexSource[];
  readonly together: 'all-indexes' | 'first-index';
  /** Null: the index does not have the name. `primary`: the first of its indexes. */
  readonly pageOf: (
    index: IndexSource,
    name: PackageName,
    primary: boolean,
  ) => Page | null | Promise<Page | null>;
  /** Beside all indexes: --find-links. */
  readonly links: ReadonlyMap<PackageName, Page>;
  readonly allowed: (name: PackageName) => AllowedKinds;
  readonly metadataSources: (file: FileToRead) => readonly MetadataSource[];
  /** Opens a wheel at an address; a string says why it cannot be read. */
  readonly openWheel: (url: string) => Promise<RangeReader | string>;
  readonly cache: Cache;
  readonly offline: boolean;
  readonly allowBuild: boolean;
  /** Seconds since 1970. */
  readonly asOf: number | null;
  readonly bundle: BundleReader | null;
  readonly recorder: Recorder;
  readonly sources: PackageIndex['sources'];
  readonly warnings: string[];
}

/** All indexes of a project as one, asked lazily; each question is put once however often it is asked. */
export class PypiIndex implements PackageIndex {
  onProgress: ((progress: IndexProgress) => void) | null = null;
  readonly #parts: PypiIndexParts;
  readonly #packages = new Map<PackageName, PypiPackage | null | Promise<PypiPackage | null>>();
  readonly #metadata = new Map<string, Metadata | Promise<Metadata>>();
  /** What has come, by target, package and position: a resolve asks several times of each, and the key is long to make. */
  readonly #come = new Map<Target, Map<PypiPackage, Map<number, Metadata>>>();
  readonly #progress = { 'index pages': { done: 0, asked: 0 }, metadata: { done: 0, asked: 0 } };

  constructor(parts: PypiIndexParts) {
    this.#parts = parts;
  }

  get sources(): PackageIndex['sources'] {
    return this.#parts.sources;
  }

  get warnings(): readonly string[] {
    return this.#parts.warnings;
  }

  get hasAnswered(): boolean {
    return [...this.#packages.values()].some((page) => !(page instanceof Promise));
  }

  package(name: PackageName): PypiPackage | null | Promise<PypiPackage | null> {
    const known = this.#packages.get(name);
    if (known !== undefined) return known;
    return keep(this.#packages, name, this.#open(name), (waiting) => this.#waitFor('index pages', waiting));
  }

  inMemory(name: PackageName): PypiPackage | null {
    const known = this.#packages.get(name);
    return known === undefined || known instanceof Promise ? null : known;
  }

  metadata(published: PublishedPackage, position: number, target: Target): Metadata | Promise<Metadata> {
    if (!(published instanceof PypiPackage)) throw new Error('a package of another index');
    const come = this.#comeOf(published, target);
    const before = come.get(position);
    if (before !== undefined) return before;
    const answer = this.#metadataOf(published, position, target);
    if (!(answer instanceof Promise)) come.set(position, answer);
    return answer;
  }

  #comeOf(published: PypiPackage, target: Target): Map<number, Metadata> {
    let byPackage = this.#come.get(target);
    if (byPackage === undefined)
      this.#come.set(target, (byPackage = new Map<PypiPackage, Map<number, Metadata>>()));
    let come = byPackage.get(published);
    if (come === undefined) byPackage.set(published, (come = new Map<number, Metadata>()));
    return come;
  }

  #metadataOf(published: PypiPackage, position: number, target: Target): Metadata | Promise<Metadata> {
    const files = published.filesForMetadata(position, target);
    if (files.length === 0) return { kind: 'unknown', why: 'the index has no file of this version' };
    const version = published.columns.versions[position]!;
    const key = `${published.name}/${version}/${fingerprintText(published.columns, files[0]!)}`;
    const known = this.#metadata.get(key);
    if (known !== undefined) return known;
    const stored = this.#stored(key, `metadata of ${published.name} ${version}`);
    const answer = stored === null ? this.#ask(published, position, files, key) : this.#note(key, stored);
    return keep(this.#metadata, key, answer, (waiting) => this.#waitFor('metadata', waiting));
  }

  openWheel(published: PublishedPackage, position: number, target: Target): Promise<OpenedWheel | string> {
    if (!(published instanceof PypiPackage)) throw new Error('a package of another index');
    const file = published.wheelFor(position, target);
    if (file === -1) return Promise.resolve('no wheel fits the target');
    const { filename, url, hash } = fileToRead(published, position, file);
    const { openWheel, offline } = this.#parts;
    const open = (): Promise<RangeReader | string> =>
      offline && !url.startsWith('file:')
        ? Promise.resolve('the network is not used (--offline)')
        : openWheel(url);
    return Promise.resolve({ filename, hash, open });
  }

  async nearNames(name: PackageName): Promise<readonly PackageName[]> {
    const seen = [...this.#packages].filter(([, one]) => one !== null).map(([other]) => other);
    if (this.#parts.bundle !== null || this.#parts.offline) return nearAmong(name, seen);
    const tried = likelySpellings(name).slice(0, MAX_TRIED);
    const there = await Promise.all(tried.map(async (other) => ((await this.#exists(other)) ? [other] : [])));
    return [...new Set([...there.flat(), ...nearAmong(name, seen)])];
  }

  recorded(earlier?: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
    const content = this.#parts.recorder.content();
    return earlier === undefined ? content : mergeRecorded([earlier, content]);
  }

  /** What is stored of a file's metadata. Null: to be asked for, which needs the network. */
  #stored(key: string, what: string): MetadataRecord | null {
    const { bundle, cache, allowBuild, offline } = this.#parts;
    if (bundle !== null) {
      const record = bundle.metadata(key);
      if (record === undefined) throw notInBundle(what);
      return record;
    }
    const bytes = cache.get('metadata', key);
    const record = bytes === null ? null : parseRecord(bytes);
    const final = record !== null && (record.kind === 'known' || !allowBuild || record.afterBuild);
    if (!final && offline) throw offlineMiss(what);
    return final ? record : null;
  }

  async #ask(
    published: PypiPackage,
    position: number,
    files: readonly number[],
    key: string,
  ): Promise<Metadata> {
    const { metadataSources, allowBuild, cache } = this.#parts;
    const wanted = files.map((file) => fileToRead(published, position, file));
    const { record, lasting } = await askInTurn(wanted, metadataSources, allowBuild);
    if (lasting && !wanted.some(isLocal)) cache.put('metadata', key, recordBytes(record));
    return this.#note(key, record);
  }

  #note(key: string, record: MetadataRecord): Metadata {
    this.#parts.recorder.metadata(key, record);
    return metadataOf(record);
  }

  #open(name: PackageName): PypiPackage | null | Promise<PypiPackage | null> {
    const { bundle, indexesOf, pageOf } = this.#parts;
    if (bundle !== null) {
      const bundled = bundle.page(name);
      if (bundled === undefined) throw notInBundle(`the index page of ${name}`);
      const indexes = Array.from(
        { length: bundled?.indexes ?? 0 },
        (_, at) => `index ${at + 1} of the bundle`,
      );
      return this.#made(name, bundled, indexes);
    }
    const indexes = indexesOf(name);
    const pages = indexes.map((index, at) => pageOf(index, name, at === 0));
    return pages.some((page) => page instanceof Promise)
      ? Promise.all(pages.map((page) => Promise.resolve(page))).then((all) =>
          this.#together(name, indexes, all),
        )
      : this.#together(name, indexes, pages as (Page | null)[]);
  }

  #together(
    name: PackageName,
    indexes: readonly IndexSource[],
    pages: readonly (Page | null)[],
  ): PypiPackage | null {
    const having = indexes.filter((_, at) => pages[at] !== null).map((index) => index.url);
    const found = pages.filter((page) => page !== null);
    const links = this.#parts.links.get(name);
    const counting = this.#parts.together === 'first-index' ? found.slice(0, 1) : found;
    const all = links === undefined ? counting : [...counting, links];
    const bundled = all.length === 0 ? null : { page: mergePages(all), indexes: having.length };
    return this.#made(name, bundled, having);
  }

  #made(name: PackageName, bundled: BundledPage | null, indexes: readonly string[]): PypiPackage | null {
    const { recorder, asOf, allowed } = this.#parts;
    recorder.page(name, bundled);
    if (bundled === null) return null;
    const { page } = bundled;
    const whole = new PypiPackage(name, page, indexes, allowed(name), (file) => recorder.file(name, file));
    if (asOf === null) return whole;
    const view = pageAsOf(page, asOf);
    const onFileAsked = (file: number): void => recorder.file(name, view.original[file]!);
    return new PypiPackage(name, view.page, indexes, allowed(name), onFileAsked, whole);
  }

  async #exists(name: PackageName): Promise<boolean> {
    try {
      return (await this.package(name)) !== null;
    } catch (error) {
      // A guess that cannot be looked up is only no help; the name that was asked for has its own error.
      if (error instanceof UserFacingError) return false;
      throw error;
    }
  }

  #waitFor(what: IndexProgress['waitingFor'], waiting: Promise<unknown>): void {
    const count = this.#progress[what];
    const tell = (): void => this.onProgress?.({ waitingFor: what, done: count.done, asked: count.asked });
    const done = (): void => {
      count.done++;
      tell();
    };
    count.asked++;
    tell();
    waiting.then(done, done);
  }
}

/** Remembers an answer; a promise is remembered too, so that a question under way is shared, and replaced by its value. */
function keep<K, V>(
  map: Map<K, V | Promise<V>>,
  key: K,
  answer: V | Promise<V>,
  onWaiting: (waiting: Promise<V>) => void,
): V | Promise<V> {
  map.set(key, answer);
  if (answer instanceof Promise) {
    onWaiting(answer);
    answer.then(
      (value) => map.set(key, value),
      // A failure is told to those who wait, and asked again by whoever comes later.
      () => map.delete(key),
    );
  }
  return answer;
}

function fileToRead(published: PypiPackage, position: number, file: number): FileToRead {
  const { filename, url, hash, metadata } = published.page.file(file);
  return {
    name: published.name,
    version: published.versions[position]!,
    kind: published.columns.tagSets[file] === SDIST ? 'sdist' : 'wheel',
    filename,
    url,
    hash: hash === '' ? null : hash,
    announced: metadata === '-' ? null : { hash: metadata === '+' ? '' : metadata },
  };
}

/** A file of a folder may be replaced by another of its name at any time. */
function isLocal({ url, hash }: FileToRead): boolean {
  return url.startsWith('file:') && hash === null;
}

function notInBundle(what: string): UserFacingError {
  return new UserFacingError('offline-miss', `${what} is not in the bundle`, {
    hint: 'the bundle was made for another job: make it again with fettle bundle create',
    outside: true,
  });
}
