import { createHash } from 'node:crypto';
import type { PackageName } from '../../domain/package-name.ts';
import { asBuffer } from '../../io/as-buffer.ts';
import type { Cache } from '../../io/cache.ts';
import type { RecordIndex } from './build-index.ts';
import type { StoredRecord } from './stored-record.ts';
import { STORED_FORMAT } from './stored-record.ts';

/** An index of records that lives in the cache, package by package, so that a run reads only what it asks for. */
export interface CachedIndex extends Pick<RecordIndex, 'records' | 'date' | 'problems'> {
  readonly digest: string;
  /** Packages with records. */
  readonly names: readonly PackageName[];
  /** Null: the cache has lost this part, and the index must be built again. */
  about(name: PackageName): readonly StoredRecord[] | null;
}

/** What is kept of a whole index. `names` tells a package without records from one that the cache lost. */
interface StoredHead extends Pick<RecordIndex, 'records' | 'date' | 'problems'> {
  readonly format: number;
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
  if (head.format !== STORED_FORMAT || (digest !== null && head.digest !== digest)) return null;
  const names = new Set(head.names);
  return {
    digest: head.digest,
    names: head.names,
    records: head.records,
    date: head.date,
    problems: head.problems,
    about: (name) => (names.has(name) ? readPart(cache, partKey(key, name), head.digest) : []),
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
  for (const [name, list] of byPackage)
    cache.put('advisories', partKey(key, name), Buffer.from(`${digest}\n${JSON.stringify(list)}`));
  const names = [...byPackage.keys()];
  const head: StoredHead = { format: STORED_FORMAT, digest, records, date, problems, names };
  cache.put('advisories', headKey(key), Buffer.from(JSON.stringify(head)));
  return { digest, names, records, date, problems, about: (name) => byPackage.get(name) ?? [] };
}

/** Names the content of a dump; the ecosystem is part of it, for one file may hold several. */
export function digestOf(ecosystemName: string, parts: Iterable<string | Uint8Array>): string {
  // A dump has ten megabytes and is read at each start: BLAKE2 takes half the time of SHA-256.
  const hash = createHash('blake2b512').update(`${ecosystemName}\n`);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function readPart(cache: Cache, key: string, digest: string): readonly StoredRecord[] | null {
  const bytes = cache.get('advisories', key);
  if (bytes === null) return null;
  const text = asBuffer(bytes).toString('utf8');
  const end = text.indexOf('\n');
  return text.slice(0, end) === digest ? (JSON.parse(text.slice(end + 1)) as readonly StoredRecord[]) : null;
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
