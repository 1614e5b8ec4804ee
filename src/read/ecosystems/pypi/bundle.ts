import { Packr } from 'msgpackr';
import { UserFacingError } from '../../../domain/errors.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import { parseRecord, recordBytes, type MetadataRecord } from './metadata.ts';
import { columnBytes, detailBytes, parseColumns, parseDetails } from './page-codec.ts';
import {
  FINGERPRINT_BYTES,
  fingerprintText,
  wholePage,
  type Page,
  type PageColumns,
  type PageDetails,
} from './page-columns.ts';

/** What a job read of an index, told by names alone: `pypi/page/NAME`, `pypi/files/NAME`, `pypi/metadata/NAME/VERSION/…`. */
export type BundleContent = ReadonlyMap<string, Uint8Array>;

const packr = new Packr({ useRecords: false, mapsAsObjects: false });
export const PAGE = 'pypi/page/';
export const FILES = 'pypi/files/';
const METADATA = 'pypi/metadata/';
const SETTINGS = 'pypi/settings';

/** The settings that change answers, as the recorded job had them. */
export interface BundleSettings {
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
}

/** A package as it was recorded; how many indexes had it, for their addresses are not kept. */
export interface BundledPage {
  readonly page: Page;
  readonly indexes: number;
}

/** Notes what a job reads, and gives it as a bundle's content. */
export class Recorder {
  readonly #pages = new Map<PackageName, BundledPage | null>();
  readonly #metadata = new Map<string, MetadataRecord>();
  readonly #files = new Map<PackageName, Set<number>>();
  readonly #settings: BundleSettings;

  constructor(settings: BundleSettings) {
    this.#settings = settings;
  }

  page(name: PackageName, bundled: BundledPage | null): void {
    this.#pages.set(name, bundled);
  }

  /** `key`: "name/version/fingerprint". */
  metadata(key: string, record: MetadataRecord): void {
    this.#metadata.set(key, record);
  }

  /** A file of the whole page whose name or hash was asked for. */
  file(name: PackageName, fileOfPage: number): void {
    const files = this.#files.get(name) ?? new Set();
    this.#files.set(name, files.add(fileOfPage));
  }

  content(): BundleContent {
    const content = new Map<string, Uint8Array>();
    const { noBinary, onlyBinary } = this.#settings;
    content.set(SETTINGS, packr.pack([[...noBinary], [...onlyBinary]]));
    const known = new Set([...this.#metadata.keys()].map((key) => key.slice(key.lastIndexOf('/') + 1)));
    for (const [name, bundled] of [...this.#pages].sort(([a], [b]) => (a < b ? -1 : 1))) {
      content.set(
        PAGE + name,
        bundled === null ? NOTHING : packr.pack([bundled.indexes, reduced(bundled.page.columns, known)]),
      );
      const asked = this.#files.get(name);
      if (bundled !== null && asked !== undefined)
        content.set(FILES + name, detailBytes(onlyAsked(bundled.page.details(), asked)));
    }
    for (const [key, record] of [...this.#metadata].sort(([a], [b]) => (a < b ? -1 : 1)))
      content.set(METADATA + key, recordBytes(record));
    return content;
  }
}

const NOTHING = new Uint8Array(0);

/** The columns as bytes; fingerprints that lead to no metadata are blanked, since they are noise that no packer shrinks. */
function reduced(columns: PageColumns, known: ReadonlySet<string>): Uint8Array {
  const fingerprints = new Uint8Array(columns.fingerprints.length);
  for (let file = 0; file < columns.flags.length; file++) {
    if (!known.has(fingerprintText(columns, file))) continue;
    const at = file * FINGERPRINT_BYTES;
    fingerprints.set(columns.fingerprints.subarray(at, at + FINGERPRINT_BYTES), at);
  }
  return columnBytes({ ...columns, fingerprints });
}

/** No addresses, and nothing of files that nobody asked for. */
function onlyAsked(details: PageDetails, asked: ReadonlySet<number>): PageDetails {
  const texts = (column: readonly string[]): readonly string[] =>
    column.map((text, file) => (asked.has(file) ? text : ''));
  return {
    filenames: texts(details.filenames),
    urls: details.urls.map(() => ''),
    hashes: texts(details.hashes),
    sizes: details.sizes.map((size, file) => (asked.has(file) ? size : -1)),
    metadata: details.metadata.map(() => '-'),
  };
}

/** A bundle's content, read. `undefined`: the bundle does not have it; everything malformed is `bundle-invalid`. */
export class BundleReader {
  readonly #content: BundleContent;

  constructor(content: BundleContent) {
    this.#content = content;
  }

  settings(): BundleSettings {
    const bytes = this.#content.get(SETTINGS);
    if (bytes === undefined) return { noBinary: [], onlyBinary: [] };
    const [noBinary, onlyBinary] = fieldsOf(bytes, SETTINGS);
    return { noBinary: textsOf(noBinary), onlyBinary: textsOf(onlyBinary) };
  }

  page(name: PackageName): BundledPage | null | undefined {
    const bytes = this.#content.get(PAGE + name);
    if (bytes === undefined || bytes.length === 0) return bytes === undefined ? undefined : null;
    const [indexes, inner] = fieldsOf(bytes, PAGE + name);
    const columns = inner instanceof Uint8Array ? parseColumns(inner) : null;
    if (columns === null || typeof indexes !== 'number') throw invalidBundle(PAGE + name);
    return { page: wholePage(columns, () => this.#details(name, columns.flags.length)), indexes };
  }

  metadata(key: string): MetadataRecord | undefined {
    const bytes = this.#content.get(METADATA + key);
    if (bytes === undefined) return undefined;
    const record = parseRecord(bytes);
    if (record === null) throw invalidBundle(METADATA + key);
    return record;
  }

  #details(name: PackageName, files: number): PageDetails {
    const bytes = this.#content.get(FILES + name);
    const details = bytes === undefined ? null : parseDetails(bytes, files);
    if (details === null) throw invalidBundle(FILES + name);
    return details;
  }
}

function fieldsOf(bytes: Uint8Array, key: string): readonly unknown[] {
  try {
    const fields: unknown = packr.unpack(bytes);
    if (Array.isArray(fields)) return fields;
  } catch (error) {
    throw invalidBundle(key, error);
  }
  throw invalidBundle(key);
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function invalidBundle(key: string, cause?: unknown): UserFacingError {
  return new UserFacingError('bundle-invalid', `the bundle's entry "${key}" cannot be read, or is missing`, {
    hint: 'make the bundle again with this version of fettle',
    ...(cause === undefined ? {} : { cause }),
  });
}
