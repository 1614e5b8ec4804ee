import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RootDatabase } from 'lmdb';
import type { Cache, CacheTable } from './cache.ts';
import { lockFile } from './lock-file.ts';
import { inspectStore } from './lmdb-store-file.ts';
import { memoryCache } from './memory-cache.ts';

/** Raised when what a table's values look like changes: older values are then not found. */
const TABLE_FORMATS = {
  ...{ pages: 4, metadata: 2, advisories: 1, http: 1, tools: 1 },
  ...{ wheels: 1, learned: 1, runs: 1 },
} as const satisfies Record<CacheTable, number>;

/** Raised when the store itself changes (LMDB's file format, the seal): a new store is begun beside the old one. */
const STORE = 'store-1.mdb';
/** A store that has grown beyond it is begun anew: nothing in it is ever removed one by one. */
const MAX_STORE_BYTES = 4 * 1024 ** 3;
/** More than a new store and its lock file begin with. */
const FIRST_BYTES = 128 * 1024;
/** LMDB's keys end at 1,978 bytes. */
const MAX_KEY_BYTES = 1_500;
/** What is put is written when it is this much, or this old. */
const BATCH_BYTES = 4 * 1024 ** 2;
const BATCH_MS = 1_000;
const OPTIONS = {
  encoding: 'binary',
  noSubdir: true,
  overlappingSync: false,
  maxReaders: 1_000,
  // The file is mapped in pieces that are let go again: mapped whole, all that a run touches of it counts as the run's memory.
  remapChunks: true,
} as const;
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
    await makeFolder(folder);
    if ((await inspectStore(path, MAX_STORE_BYTES)) === 'torn') await dropStore(path, false);
    await needRoom(folder, path);
    const { open } = await import('lmdb');
    return new LmdbCache(open({ path, ...OPTIONS }), path, onWarning);
  } catch (error) {
    onWarning(`the cache in ${folder} cannot be used (${wordsOf(error)}); this run works without it`);
    return memoryCache();
  }
}

/** On a read-only file system Node says of a recursive mkdir that there is no such folder: the first one that is missing says why. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    await makeFolder(above);
    await mkdir(folder, { mode: 0o700 });
  }
}

/**
 * LMDB writes its first pages through a mapping: where the disk has no room for them, the process ends by a signal (SIGBUS) instead of
 * failing. What is there already needs none.
 */
async function needRoom(folder: string, path: string): Promise<void> {
  const there = await Promise.all([path, `${path}-lock`].map((one) => stat(one).catch(() => null)));
  if (there.every((one) => one !== null && one.size > 0)) return;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < FIRST_BYTES) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
}

/**
 * Only one process drops a store, and looks again before: another one may just have made it anew. `looksSound`: what is
 * wrong is inside, where looking does not find it.
 */
async function dropStore(path: string, looksSound: boolean): Promise<void> {
  const lock = await lockFile(`${path}-drop`);
  if (lock === null) throw new Error('another process is making it anew');
  try {
    if (!looksSound && (await inspectStore(path, MAX_STORE_BYTES)) !== 'torn') return;
    // LMDB's lock file first: a new store must never be used with the lock file of an old one.
    await rm(`${path}-lock`, { force: true });
    await rm(path, { force: true });
  } finally {
    await lock.release();
  }
}

/**
 * Puts are gathered in memory and written by one transaction at a time, which is synchronous: LMDB's own queue, on a
 * full disk, rejects promises that nobody can handle.
 */
class LmdbCache implements Cache {
  readonly #db: RootDatabase<Buffer, string>;
  readonly #path: string;
  readonly #onWarning: (message: string) => void;
  /** Put and not written yet, sealed; all that is put once the store has failed. */
  readonly #pending = new Map<string, Buffer>();
  #pendingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #failed: 'reading' | 'writing' | null = null;
  #closed = false;

  constructor(db: RootDatabase<Buffer, string>, path: string, onWarning: (message: string) => void) {
    this.#db = db;
    this.#path = path;
    this.#onWarning = onWarning;
  }

  get(table: CacheTable, key: string): Uint8Array | null {
    const name = nameOf(table, key);
    const pending = this.#pending.get(name);
    if (pending !== undefined) return Uint8Array.from(pending.subarray(SEAL_BYTES));
    if (this.#failed !== null || this.#closed) return null;
    try {
      return unsealed(name, this.#db.getBinary(name));
    } catch (error) {
      this.#fail('reading', error);
      return null;
    }
  }

  put(table: CacheTable, key: string, value: Uint8Array): void {
    // Guesses may still be under way when a run ends; a closed store must not be touched, not even to say so.
    if (this.#closed) return;
    const name = nameOf(table, key);
    this.#pending.set(name, sealed(name, value));
    this.#pendingBytes += value.length;
    if (this.#failed !== null) return;
    if (this.#pendingBytes >= BATCH_BYTES) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), BATCH_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#write();
    this.#closed = true;
    await this.#db.close();
    if (this.#failed === 'reading') await dropStore(this.#path, true);
  }

  #write(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    if (this.#failed !== null || this.#pending.size === 0) return;
    try {
      this.#db.transactionSync(() => {
        for (const [name, value] of this.#pending) this.#db.putSync(name, value);
      });
      this.#pending.clear();
      this.#pendingBytes = 0;
    } catch (error) {
      this.#fail('writing', error);
    }
  }

  /** From here on the run goes on in memory. */
  #fail(what: 'reading' | 'writing', error: unknown): void {
    this.#failed = what;
    this.#onWarning(
      `${what} the cache ${this.#path} failed (${wordsOf(error)}); this run goes on without it`,
    );
  }
}

function nameOf(table: CacheTable, key: string): string {
  const short = Buffer.byteLength(key) <= MAX_KEY_BYTES;
  // A key that is a digest must not meet one that only looks like it.
  const name = short ? `=${key}` : `#${createHash('sha256').update(key).digest('hex')}`;
  return `${table}.${TABLE_FORMATS[table]}${name}`;
}

/** A copy behind its seal, which counts the name too, so that a value under another's name is a miss. */
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
  const { code } = Object(error) as { readonly code?: unknown };
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code === 'EROFS') return 'read-only file system';
  if (code === 'ENOSPC') return 'the disk is full or failing';
  // LMDB gives plain numbers: ENOSPC, and EIO for a write that the disk took only a part of.
  if (code === 28 || code === 5) return 'the disk is full or failing';
  return error instanceof Error ? error.message : String(error);
}
