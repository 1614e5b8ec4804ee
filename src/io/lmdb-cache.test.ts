import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { programOf, runProgram, startProgram } from '../../test/faults/child-program.ts';
import { mountSmallDisk } from '../../test/faults/small-disk.ts';
import type { Cache } from './cache.ts';
import { openLmdbCache } from './lmdb-cache.ts';
import { memoryCache } from './memory-cache.ts';

let folder: string;
let warnings: string[];
const open = (path = folder): Promise<Cache> => openLmdbCache(path, (message) => warnings.push(message));
const bytes = (text: string): Uint8Array => Buffer.from(text);
const asText = (value: Uint8Array | null): string | null =>
  value === null ? null : Buffer.from(value).toString();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-cache-'));
  warnings = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['in LMDB', open],
  ['in memory', () => Promise.resolve(memoryCache())],
])('a cache %s', (_, openOne) => {
  it('gives what was put, at once, by table and key', async () => {
    const cache = await openOne();
    cache.put('pages', 'a', bytes('page'));
    cache.put('metadata', 'a', bytes('metadata'));
    expect(asText(cache.get('pages', 'a'))).toBe('page');
    expect(asText(cache.get('metadata', 'a'))).toBe('metadata');
    expect(cache.get('advisories', 'a')).toBeNull();
    expect(cache.get('pages', 'b')).toBeNull();
    cache.put('pages', 'a', bytes('newer'));
    expect(asText(cache.get('pages', 'a'))).toBe('newer');
    await cache.close();
  });

  it('takes nothing more once it is closed, and says nothing of it', async () => {
    const cache = await openOne();
    cache.put('pages', 'a', bytes('page'));
    await cache.close();
    cache.put('pages', 'b', Buffer.alloc(5 << 20));
    await delay(1_200);
    await cache.close();
    expect(warnings).toEqual([]);
  });

  it('is not changed by who changes what was put, or what was got', async () => {
    const cache = await openOne();
    const value = bytes('page');
    cache.put('pages', 'a', value);
    value.fill(0);
    cache.get('pages', 'a')!.fill(0);
    expect(asText(cache.get('pages', 'a'))).toBe('page');
    await cache.close();
  });
});

describe('a store', () => {
  it('gives any bytes under any key again, in the next run', async () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ minLength: 1500, maxLength: 3000 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, fc.uint8Array({ maxLength: 10_000 })), { maxLength: 20 }),
        async (puts) => {
          const first = await open();
          for (const [name, value] of puts) first.put('pages', name, value);
          await first.close();
          const second = await open();
          for (const [name, value] of new Map(puts)) {
            expect(Buffer.from(second.get('pages', name)!).equals(value)).toBe(true);
          }
          await second.close();
        },
      ),
      { numRuns: 25 },
    );
    expect(warnings).toEqual([]);
  });

  it('tells a long key from the digest that stands for it', async () => {
    const cache = await open();
    cache.put('pages', 'x'.repeat(5000), bytes('long'));
    await cache.close();
    const again = await open();
    const { createHash } = await import('node:crypto');
    expect(again.get('pages', createHash('sha256').update('x'.repeat(5000)).digest('hex'))).toBeNull();
    expect(asText(again.get('pages', 'x'.repeat(5000)))).toBe('long');
    await again.close();
  });

  it('is read and written by others meanwhile', async () => {
    const writer = await programOf(`
      import { openLmdbCache } from './io/lmdb-cache.ts';
      const [, , folder, name] = process.argv;
      const cache = await openLmdbCache(folder!, (message) => console.log(message));
      for (let n = 0; n < 200; n++) {
        cache.put('pages', name + n, Buffer.from(name + n));
        if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await cache.close();
      console.log('done');
    `);
    const reader = await open();
    expect(reader.get('pages', 'a0')).toBeNull();
    const writers = ['a', 'b', 'c'].map((name) => startProgram(writer, folder, name));
    expect(await Promise.all(writers.map((one) => one.line()))).toEqual(['done', 'done', 'done']);
    for (const name of ['a', 'b', 'c']) {
      for (let n = 0; n < 200; n++) expect(asText(reader.get('pages', name + n))).toBe(name + n);
    }
    await reader.close();
  });

  it('survives writers that are killed: a value is whole or not there', async () => {
    const writer = await programOf(`
      import { openLmdbCache } from './io/lmdb-cache.ts';
      const cache = await openLmdbCache(process.argv[2]!, (message) => console.log(message));
      console.log('writing');
      for (let n = 0; ; n++) {
        cache.put('pages', 'k' + (n % 300), new Uint8Array(200_000).fill(n % 256));
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    `);
    for (let round = 0; round < 8; round++) {
      const program = startProgram(writer, folder);
      expect(await program.line()).toBe('writing');
      await delay(10 + round * 15);
      await program.kill();
      const cache = await open();
      for (let n = 0; n < 300; n++) {
        const value = cache.get('pages', `k${n}`);
        if (value !== null) expect(Buffer.from(value).equals(Buffer.alloc(200_000, value[0]))).toBe(true);
      }
      await cache.close();
    }
    expect(warnings).toEqual([]);
  });
});

describe('a store that is broken', () => {
  let store: string;
  let user: string;

  /** LMDB maps its file into memory, so that a mistake here would end the process: it is a child's. */
  beforeAll(async () => {
    user = await programOf(`
      import { openLmdbCache } from './io/lmdb-cache.ts';
      const told: string[] = [];
      const cache = await openLmdbCache(process.argv[2]!, (message) => told.push(message));
      let whole = 0;
      let wrong = 0;
      for (let n = 0; n < 200; n++) {
        const value = cache.get('pages', 'k' + n);
        if (value === null) continue;
        if (Buffer.from(value).equals(Buffer.alloc(3000, n))) whole++;
        else wrong++;
      }
      cache.put('pages', 'new', Buffer.from('new'));
      const kept = Buffer.from(cache.get('pages', 'new')!).toString();
      await cache.close();
      console.log(JSON.stringify({ whole, wrong, kept, told: told.length }));
    `);
  });

  beforeEach(async () => {
    const cache = await open();
    for (let n = 0; n < 200; n++) cache.put('pages', `k${n}`, Buffer.alloc(3000, n));
    await cache.close();
    store = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.mdb'))!,
    );
  });

  function use(): { whole: number; wrong: number; kept: string; told: number } {
    const { status, signal, stdout } = runProgram(user, [folder]);
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    return JSON.parse(stdout) as ReturnType<typeof use>;
  }

  it('is not', () => {
    expect(use()).toEqual({ whole: 200, wrong: 0, kept: 'new', told: 0 });
  });

  it.each([
    ['cut off in the middle', () => truncateSync(store, statSync(store).size >> 1)],
    ['cut off by a page', () => truncateSync(store, 4096 * 50)],
    ['cut off after its first page', () => truncateSync(store, 4096)],
    ['of a few bytes', () => writeFileSync(store, 'hello')],
    ['with other words at its beginning', () => overwrite('\nx {"module":null} x\n', 0)],
    [
      'with other words at the beginning of its second page',
      () => overwrite('hello hello hello hello', 4096),
    ],
    ['not a store at all', () => writeFileSync(store, Buffer.alloc(100_000, 7))],
    ['empty', () => writeFileSync(store, '')],
  ])('%s is made anew', (_, breakIt) => {
    breakIt();
    expect(use()).toEqual({ whole: 0, wrong: 0, kept: 'new', told: 0 });
    expect(use()).toMatchObject({ kept: 'new', told: 0 });
  });

  function overwrite(text: string, at: number): void {
    const content = readFileSync(store);
    content.write(text, at);
    writeFileSync(store, content);
  }

  it('inside is told once, and made anew by the next run', () => {
    const { length } = readFileSync(store);
    writeFileSync(store, Buffer.concat([readFileSync(store).subarray(0, 8192), Buffer.alloc(length - 8192)]));
    expect(use()).toEqual({ whole: 0, wrong: 0, kept: 'new', told: 1 });
    expect(use()).toMatchObject({ told: 0 });
  });

  it('in a value misses that value alone', () => {
    const content = readFileSync(store);
    const at = content.lastIndexOf(Buffer.alloc(3000, 77));
    expect(at).toBeGreaterThan(0);
    content[at + 1500]! ^= 1;
    writeFileSync(store, content);
    expect(use()).toEqual({ whole: 199, wrong: 0, kept: 'new', told: 0 });
  });

  it('by a foreign lock file works', () => {
    writeFileSync(`${store}-lock`, 'hello');
    expect(use().kept).toBe('new');
  });
});

describe('a folder that cannot hold a store', () => {
  it('because a file stands there is told once, and the run goes on in memory', async () => {
    writeFileSync(join(folder, 'file'), '');
    const cache = await open(join(folder, 'file/cache'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^the cache in .* cannot be used \(.*\); this run works without it$/);
    cache.put('pages', 'a', bytes('page'));
    expect(asText(cache.get('pages', 'a'))).toBe('page');
    await cache.close();
    expect(warnings).toHaveLength(1);
  });

  it('because a folder stands in place of the store is told, and the folder left alone', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folder, 'store-1.mdb/kept'), { recursive: true });
    const cache = await open();
    cache.put('pages', 'a', bytes('page'));
    expect(asText(cache.get('pages', 'a'))).toBe('page');
    await cache.close();
    expect(warnings).toHaveLength(1);
    expect(existsSync(join(folder, 'store-1.mdb/kept'))).toBe(true);
  });

  const disk = mountSmallDisk(64);
  disk?.remove();

  it.skipIf(disk === null)('because the disk is full is told once (needs root to mount)', async () => {
    const small = mountSmallDisk(512)!;
    try {
      const cache = await open(join(small.path, 'cache'));
      for (let n = 0; n < 40; n++) cache.put('pages', `k${n}`, new Uint8Array(1_000_000).fill(n));
      for (let n = 0; n < 40; n++) expect(cache.get('pages', `k${n}`)?.[0]).toBe(n);
      await cache.close();
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(
        /^writing the cache .* failed \(the disk is full or failing\); this run goes on without it$/,
      );
    } finally {
      small.remove();
    }
  });

  it.skipIf(disk === null)('because the disk is read-only is told once (needs root to mount)', async () => {
    const small = mountSmallDisk(2048)!;
    try {
      const before = await open(small.path);
      before.put('pages', 'a', bytes('page'));
      await before.close();
      small.makeReadOnly();
      const cache = await open(small.path);
      cache.put('pages', 'a', bytes('newer'));
      expect(asText(cache.get('pages', 'a'))).toBe('newer');
      await cache.close();
      expect(warnings).toHaveLength(1);
    } finally {
      small.remove();
    }
  });
});
