import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RootDatabase } from 'lmdb';
import type { Cache, CacheTable } from './cache.ts';
import { lockFile } from './lock-file.ts';
import { inspectStore } from './lmdb-store-file.ts';
import { memoryCache } from './memory-cache.ts';

/** Raised when what a table's values look like changes: older values are then not found. */
const TABLE_FORMATS = { pages: 1, metadata: 1, advisories: 1, http: 1, tools: 1 } as const satisfies Record<
  CacheTable,
  number
>;

/** Raised when the store itself changes (LMDB's file format, the seal): a new store is begun beside the old one. */
const STORE = 'store-1.mdb';
/** A store that has grown beyond it is begun anew: nothing in it is ever removed one by one. */
const MAX_STORE_BYTES = 4 * 1024 ** 3;
/** LMDB's keys end at 1,978 bytes. */
const MAX_KEY_BYTES = 1_500;
/** CRC-32 before each value. */
const SEAL_BYTES = 4;

/**
 * Opens the store in a folder, which is made where it is missing. Where that cannot be done (unwritable, read-only,
 * foreign file, no native module for this machine), `onWarning` is told once and the cache lives in memory. A torn
 * store is dropped and made anew.
 */
export async function openLmdbCache(folder: string, onWarning: (message: string) => void): Promise<Cache> {
  const path = join(folder, STORE);
  try {
    // What is kept may come from a private index.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await inspectStore(path, MAX_STORE_BYTES)) === 'torn') await dropStore(path);
    const { open } = await import('lmdb');
    return new LmdbCache(
      open({ path, encoding: 'binary', noSubdir: true, maxReaders: 1_000 }),
      path,
      onWarning,
    );
  } catch (error) {
    onWarning(`the cache in ${folder} cannot be used (${wordsOf(error)}); this run works without it`);
    return memoryCache();
  }
}

/** Only one process drops a store, and looks again before: another one may just have made it anew. */
async function dropStore(path: string): Promise<void> {
  const lock = await lockFile(`${path}-drop`);
  if (lock === null) throw new Error('another process is making it anew');
  try {
    if ((await inspectStore(path, MAX_STORE_BYTES)) !== 'torn') return;
    // LMDB's lock file first: a new store must never be used with the lock file of an old one.
    await rm(`${path}-lock`, { force: true });
    await rm(path, { force: true });
  } finally {
    await lock.release();
  }
}

class LmdbCache implements Cache {
  readonly #db: RootDatabase<Buffer, string>;
  readonly #path: string;
  readonly #onWarning: (message: string) => void;
  /** Put and not committed yet: reads see it at once. Also all that is left when the store failed. */
  readonly #pending = new Map<string, Uint8Array>();
  #failed = false;

  constructor(db: RootDatabase<Buffer, string>, path: string, onWarning: (message: string) => void) {
    this.#db = db;
    this.#path = path;
    this.#onWarning = onWarning;
  }

  get(table: CacheTable, key: string): Uint8Array | null {
    const name = nameOf(table, key);
    const pending = this.#pending.get(name);
    if (pending !== undefined) return pending.slice();
    if (this.#failed) return null;
    try {
      return unsealed(name, this.#db.getBinary(name));
    } catch (error) {
      this.#fail('read', error);
      return null;
    }
  }

  put(table: CacheTable, key: string, value: Uint8Array): void {
    const name = nameOf(table, key);
    const kept = value.slice();
    this.#pending.set(name, kept);
    if (this.#failed) return;
    this.#db.put(name, sealed(name, kept)).then(
      () => {
        if (this.#pending.get(name) === kept) this.#pending.delete(name);
      },
      (error: unknown) => this.#fail('written', error),
    );
  }

  async close(): Promise<void> {
    try {
      await this.#db.close();
    } catch (error) {
      this.#fail('written', error);
    }
    if (this.#failed && this.#torn) await dropStore(this.#path);
  }

  #torn = false;

  /** From here on the run goes on in memory. */
  #fail(what: 'read' | 'written', error: unknown): void {
    this.#torn ||= what === 'read';
    if (this.#failed) return;
    this.#failed = true;
    this.#onWarning(
      `the cache ${this.#path} cannot be ${what} (${wordsOf(error)}); this run goes on without it`,
    );
  }
}

function nameOf(table: CacheTable, key: string): string {
  const short = Buffer.byteLength(key) <= MAX_KEY_BYTES;
  // A key that is a digest must not meet one that only looks like it.
  const name = short ? `=${key}` : `#${createHash('sha256').update(key).digest('hex')}`;
  return `${table}.${TABLE_FORMATS[table]}${name}`;
}

/** The seal counts the name too, so that a value under another's name is a miss. */
function sealed(name: string, value: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(SEAL_BYTES + value.length);
  bytes.writeUInt32LE(crc32(value, crc32(name)), 0);
  bytes.set(value, SEAL_BYTES);
  return bytes;
}

function unsealed(name: string, bytes: Buffer | undefined): Uint8Array | null {
  if (bytes === undefined || bytes.length < SEAL_BYTES) return null;
  const value = bytes.subarray(SEAL_BYTES);
  return bytes.readUInt32LE(0) === crc32(value, crc32(name)) ? value : null;
}

function wordsOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code === 'EROFS') return 'read-only file system';
  if (code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
