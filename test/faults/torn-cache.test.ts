import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../fuzz/mutate.ts';
import { loopbackService } from '../support/loopback-service.ts';
import type { LoopbackService } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult, RunningCommand } from '../support/run-command.ts';
import { mountSmallDisk, noSmallDisk } from './small-disk.ts';

/** `npm run test:long`: far more of everything. */
const LONG = process.env['FETTLE_LONG'] === '1';
const SEED = process.env['FETTLE_SEED'] ?? 'fettle';
const KILLS = LONG ? 200 : 8;
const DAMAGES = LONG ? 300 : 16;
const TOGETHER = { wave: 16, runs: LONG ? 200 : 32 };

let service: LoopbackService;
let cwd: string;
/** What an empty cache comes to. */
let wanted: Pick<CommandResult, 'code' | 'stdout'>;
/** The folder of a cache that holds all that the answer needs. */
let whole: string;

beforeAll(async () => {
  service = await loopbackService();
  cwd = join(service.folder, 'service');
  whole = join(service.folder, 'whole');
  const { code, stdout } = await scan(whole).result;
  wanted = { code, stdout };
  expect(code).toBe(1);
  expect(answerOf(await scan(whole).result)).toEqual(wanted);
});
afterAll(() => service.close());

/** Everything that a scan prints: pages, metadata and advisories come out of the cache, where they are in it. */
function scan(cache: string): RunningCommand {
  const flags = [
    '--index-url',
    service.server.indexUrl,
    '--advisories',
    '../advisories',
    '--cache-dir',
    cache,
  ];
  return startCommand(['scan', '--json', ...flags], cwd, { HOME: service.folder });
}

function answerOf({ code, stdout, stderr, signal }: CommandResult): Pick<CommandResult, 'code' | 'stdout'> {
  expect(signal, stderr).toBeNull();
  expect(stderr).not.toMatch(/bug in fettle/);
  return { code, stdout };
}

function copyOfWhole(name: string): string {
  const copy = join(service.folder, name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(whole, copy, { recursive: true });
  return copy;
}

function storeIn(folder: string): string {
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.mdb'))!,
  );
}

describe(`a cache whose writers were killed, FETTLE_SEED=${SEED}`, () => {
  it(
    `gives what an empty one gives, after each of ${KILLS} kills`,
    async () => {
      const random = randomOf(`${SEED} kills`);
      const cache = join(service.folder, 'killed');
      const began = performance.now();
      await scan(join(service.folder, 'timed')).result;
      const longest = performance.now() - began;
      let killed = 0;
      for (let n = 0; n < KILLS; n++) {
        if (n % 4 === 0) rmSync(cache, { recursive: true, force: true });
        const { child, result } = scan(cache);
        // Most writes are at the end of a run.
        await Promise.race([delay(longest * (0.3 + 0.7 * random())), result]);
        child.kill('SIGKILL');
        if ((await result).signal === 'SIGKILL') killed++;
        expect(answerOf(await scan(cache).result)).toEqual(wanted);
      }
      expect(killed).toBeGreaterThan(0);
    },
    KILLS * 20_000,
  );
});

describe(`a cache that was damaged on its disk, FETTLE_SEED=${SEED}`, () => {
  const damages: readonly (readonly [string, (store: string, random: () => number) => void])[] = [
    ['cut off', (store, random) => truncateSync(store, Math.floor(random() * statSync(store).size))],
    [
      'with one bit of a value turned',
      (store, random) => changed(store, random, (bytes, at) => (bytes[at]! ^= 1 << Math.floor(random() * 8))),
    ],
    [
      'with a stretch of zeros in its values',
      (store, random) => changed(store, random, (bytes, at) => bytes.fill(0, at, at + 200)),
    ],
    ['with nothing in it', (store) => writeFileSync(store, '')],
    ['that is another file', (store) => writeFileSync(store, 'not a store at all\n'.repeat(5_000))],
    ['without its first page', (store) => writeFileSync(store, readFileSync(store).subarray(4_096))],
    ['with the lock file of another', (store) => writeFileSync(`${store}-lock`, 'x'.repeat(9_000))],
    ['without its lock file', (store) => rmSync(`${store}-lock`, { force: true })],
  ];

  it(
    `gives what an empty one gives, in each of ${DAMAGES} cases`,
    async () => {
      const random = randomOf(`${SEED} damages`);
      for (let n = 0; n < DAMAGES; n++) {
        const [what, damage] = damages[n % damages.length]!;
        const cache = copyOfWhole('damaged');
        damage(storeIn(cache), random);
        expect(answerOf(await scan(cache).result), `case ${n}: a store ${what}`).toEqual(wanted);
        expect(answerOf(await scan(cache).result), `case ${n}, again: a store ${what}`).toEqual(wanted);
      }
    },
    DAMAGES * 20_000,
  );

  /** Somewhere within what was put, found by its words: a value is sealed, and pages of LMDB itself are not. */
  function changed(store: string, random: () => number, change: (bytes: Buffer, at: number) => void): void {
    const bytes = readFileSync(store);
    const places = [
      'core-1.0-py3-none-any.whl',
      'web-1.0-py3-none-any.whl',
      'metadata file',
      '../../files/',
    ].flatMap((word) => placesOf(bytes, word));
    expect(places.length).toBeGreaterThan(0);
    change(bytes, places[Math.floor(random() * places.length)]! + Math.floor(random() * 10));
    writeFileSync(store, bytes);
  }
});

function placesOf(bytes: Buffer, word: string): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(word); at !== -1; at = bytes.indexOf(word, at + 1)) places.push(at);
  return places;
}

describe('a cache that many share', () => {
  it(
    `is right for each of ${TOGETHER.runs} runs at once, ${TOGETHER.wave} in a wave, and afterwards`,
    async () => {
      const cache = join(service.folder, 'shared');
      for (let done = 0; done < TOGETHER.runs; done += TOGETHER.wave) {
        const runs = Array.from(
          { length: Math.min(TOGETHER.wave, TOGETHER.runs - done) },
          () => scan(cache).result,
        );
        for (const result of await Promise.all(runs)) {
          expect(answerOf(result)).toEqual(wanted);
          expect(result.stderr).toBe('');
        }
      }
      const asked = service.server.requests.length;
      expect(answerOf(await scan(cache).result)).toEqual(wanted);
      expect(service.server.requests.length).toBe(asked);
    },
    TOGETHER.runs * 10_000,
  );
});

describe.skipIf(noSmallDisk !== null)(`a disk (${noSmallDisk ?? 'mounted in memory'})`, () => {
  it.each([4, 24])(
    'that has %i kilobytes left under the cache costs the cache alone, and says so',
    async (kibibytes) => {
      const disk = mountSmallDisk(kibibytes)!;
      try {
        const result = await scan(join(disk.path, 'cache')).result;
        expect(answerOf(result)).toEqual(wanted);
        expect(result.stderr).toMatch(/cache .*the disk is full/);
      } finally {
        disk.remove();
      }
    },
  );

  it('that is read-only under home and cache costs the cache alone, and says so', async () => {
    const disk = mountSmallDisk(4_000)!;
    try {
      disk.makeReadOnly();
      const flags = ['--index-url', service.server.indexUrl, '--advisories', '../advisories'];
      const result = await startCommand(['scan', '--json', ...flags], cwd, { HOME: disk.path }).result;
      expect(answerOf(result)).toEqual(wanted);
      expect(result.stderr).toMatch(/cache .*read-only/);
    } finally {
      disk.remove();
    }
  });

  it.each(['full', 'read-only'])('that is %s under the project leaves its files as they are', async (how) => {
    const disk = mountSmallDisk(64)!;
    try {
      const project = join(disk.path, 'project');
      mkdirSync(project);
      for (const name of ['requirements.txt', 'Dockerfile'])
        copyFileSync(join(cwd, name), join(project, name));
      const before = readFileSync(join(project, 'requirements.txt'), 'utf8');
      if (how === 'read-only') disk.makeReadOnly();
      else spawnSync('dd', ['if=/dev/zero', `of=${join(disk.path, 'filler')}`, 'bs=1024']);
      const flags = [
        '--index-url',
        service.server.indexUrl,
        '--advisories',
        join(service.folder, 'advisories'),
        '--cache-dir',
        whole,
      ];
      const { code, signal, stderr } = await startCommand(['fix', ...flags], project, {
        HOME: service.folder,
      }).result;
      expect({ code, signal }, stderr).toEqual({ code: 2, signal: null });
      expect(stderr).toMatch(/full|no space|read-only/i);
      expect(stderr).not.toMatch(/bug in fettle/);
      expect(readFileSync(join(project, 'requirements.txt'), 'utf8')).toBe(before);
      expect(existsSync(join(project, 'requirements.txt.tmp'))).toBe(false);
    } finally {
      disk.remove();
    }
  });
});
