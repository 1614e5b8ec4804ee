import { createHash } from 'node:crypto';
import type { PackageName } from '../../domain/package-name.ts';
import { asBuffer } from '../../io/as-buffer.ts';
import type { Cache } from '../../io/cache.ts';
import type { RecordIndex } from './build-index.ts';
import type { StoredRecord, WholeRecord } from './stored-record.ts';
import { STORED_FORMAT } from './stored-record.ts';

/** Of the records, and of how they lie in the cache: their long texts apart. */
const FORMAT = `${STORED_FORMAT}, texts apart`;
const LINE_FEED = 10;

/** The records about one package, and the long text of each, which most runs never ask for. */
export interface PackageRecords {
  readonly records: readonly StoredRecord[];
  readonly details: () => readonly string[];
}

const NO_RECORDS: PackageRecords = { records: [], details: () => [] };

/** An index of records that lives in the cache, package by package, so that a run reads only what it asks for. */
export interface CachedIndex extends Pick<RecordIndex, 'records' | 'date' | 'problems'> {
  readonly digest: string;
  /** Packages with records. */
  readonly names: readonly PackageName[];
  /** Null: the cache has lost this part, and the index must be built again. */
  about(name: PackageName): PackageRecords | null;
}

/** What is kept of a whole index. `names` tells a package without records from one that the cache lost. */
interface StoredHead extends Pick<RecordIndex, 'records' | 'date' | 'problems'> {
  readonly format: string;
  readonly digest: string;
  readonly names: readonly PackageName[];
}

/**
 * The index that was kept under `place` (the path or URL it was read from), or null where there is none of that
 * `digest`; without a digest, whichever is there. Keys carry the place and values the digest, so that a new dump
 * replaces the old one and parts of two never mix.
 */
export function readCachedIndex(cache: Cache, place: string, digest: string | null): CachedIndex | null {
  const key = placeKey(place);
  const bytes = cache.get('advisories', headKey(key));
  if (bytes === null) return null;
  const head = JSON.parse(asBuffer(bytes).toString('utf8')) as StoredHead;
  if (head.format !== FORMAT || (digest !== null && head.digest !== digest)) return null;
  const names = new Set(head.names);
  return {
    digest: head.digest,
    names: head.names,
    records: head.records,
    date: head.date,
    problems: head.problems,
    about: (name) => (names.has(name) ? readPart(cache, partKey(key, name), head.digest) : NO_RECORDS),
  };
}

/** Keeps an index; it answers from memory for the rest of the run. */
export function keepIndex(
  cache: Cache,
  place: string,
  digest: string,
  index: Omit<RecordIndex, 'ids'>,
): CachedIndex {
  const { byPackage, records, date, problems } = index;
  const key = placeKey(place);
  for (const [name, list] of byPackage) cache.put('advisories', partKey(key, name), partOf(digest, list));
  const names = [...byPackage.keys()];
  const head: StoredHead = { format: FORMAT, digest, records, date, problems, names };
  cache.put('advisories', headKey(key), Buffer.from(JSON.stringify(head)));
  return { digest, names, records, date, problems, about: (name) => inMemory(byPackage.get(name) ?? []) };
}

/** Names the content of a dump; the ecosystem is part of it, for one file may hold several. */
export function digestOf(ecosystemName: string, parts: Iterable<string | Uint8Array>): string {
  // A dump has ten megabytes and is read at each start: processors of the last years have instructions for SHA-256, and none for the others.
  const hash = createHash('sha256').update(`${ecosystemName}\n`);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function inMemory(records: readonly WholeRecord[]): PackageRecords {
  return { records, details: () => records.map(({ details }) => details) };
}

/** Three lines: the digest, the records, their long texts. */
function partOf(digest: string, list: readonly WholeRecord[]): Uint8Array {
  const records = list.map(({ details: _, ...record }) => record);
  const details = list.map((record) => record.details);
  return Buffer.from([digest, JSON.stringify(records), JSON.stringify(details)].join('\n'));
}

function readPart(cache: Cache, key: string, digest: string): PackageRecords | null {
  const kept = cache.get('advisories', key);
  if (kept === null) return null;
  const bytes = asBuffer(kept);
  const end = bytes.indexOf(LINE_FEED);
  if (bytes.toString('latin1', 0, end) !== digest) return null;
  const next = bytes.indexOf(LINE_FEED, end + 1);
  // A copy, so that the records' bytes are let go.
  const texts = Buffer.from(bytes.subarray(next + 1));
  let details: readonly string[] | null = null;
  return {
    records: JSON.parse(bytes.toString('utf8', end + 1, next)) as readonly StoredRecord[],
    details: () => (details ??= JSON.parse(texts.toString('utf8')) as readonly string[]),
  };
}

/** Cache keys are short, whatever the place. */
function placeKey(place: string): string {
  return createHash('sha256').update(place).digest('hex').slice(0, 24);
}

function headKey(place: string): string {
  return `${place}/index`;
}

function partKey(place: string, name: PackageName): string {
  return `${place}/package/${name}`;
}
