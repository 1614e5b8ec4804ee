import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { programOf, startProgram } from '../../test/faults/child-program.ts';
import type { RunningProgram } from '../../test/faults/child-program.ts';
import { lockFile } from './lock-file.ts';

let folder: string;
let path: string;
let contender: string;
const running: RunningProgram[] = [];

/** Takes the lock that it is told to, says how it went, and gives it back when told. */
beforeAll(async () => {
  contender = await programOf(`
    import { createInterface } from 'node:readline';
    import { lockFile } from './io/lock-file.ts';
    let lock: Awaited<ReturnType<typeof lockFile>> = null;
    console.log('ready');
    for await (const line of createInterface({ input: process.stdin })) {
      if (line === 'release') { await lock?.release(); console.log('released'); }
      else if (line === 'exit') process.exit(0);
      else { lock = await lockFile(line); console.log(lock === null ? 'lost' : 'won'); }
    }
  `);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-lock-'));
  path = join(folder, 'lock');
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.kill()));
  rmSync(folder, { recursive: true });
});

async function start(): Promise<RunningProgram> {
  const program = startProgram(contender);
  running.push(program);
  expect(await program.line()).toBe('ready');
  return program;
}

async function tell(program: RunningProgram, line: string): Promise<string | null> {
  program.say(line);
  return program.line();
}

describe('a lock', () => {
  it('has one holder at a time, in one process and between processes', async () => {
    const lock = await lockFile(path);
    expect(await lockFile(path)).toBeNull();
    const other = await start();
    expect(await tell(other, path)).toBe('lost');
    await lock!.release();
    expect(await tell(other, path)).toBe('won');
    expect(await lockFile(path)).toBeNull();
    expect(await tell(other, 'release')).toBe('released');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends with its process, though it is killed', async () => {
    for (let round = 0; round < 8; round++) {
      const other = await start();
      expect(await tell(other, path)).toBe('won');
      expect(await lockFile(path)).toBeNull();
      await other.kill();
      expect(existsSync(path)).toBe(true);
      const lock = await lockFile(path);
      expect(lock).not.toBeNull();
      await lock!.release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given back by a process that ends without doing so', async () => {
    const other = await start();
    expect(await tell(other, path)).toBe('won');
    other.say('exit');
    expect(await other.line()).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a dead holder goes to one of several that want it at the same moment', async () => {
    const dead = await start();
    expect(await tell(dead, path)).toBe('won');
    await dead.kill();
    const left = readFileSync(path);
    const contenders = await Promise.all(Array.from({ length: 5 }, start));
    for (let round = 0; round < 20; round++) {
      writeFileSync(path, left);
      const results = await Promise.all(contenders.map((one) => tell(one, path)));
      expect(results.filter((result) => result === 'won')).toHaveLength(1);
      expect(await tell(contenders[results.indexOf('won')]!, 'release')).toBe('released');
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('does not belong to a later process of the same number', async () => {
    await lockFile(path);
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    expect(holder['pid']).toBe(process.pid);
    expect(await lockFile(path)).toBeNull();
    writeFileSync(path, JSON.stringify({ ...holder, began: 'an earlier boot/1' }));
    expect(await lockFile(path)).not.toBeNull();
  });

  it('of another machine is honoured while its holder gives signs of life', async () => {
    await lockFile(path);
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...holder, host: 'elsewhere', pid: 999_999_999 }));
    expect(await lockFile(path)).toBeNull();
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, longAgo, longAgo);
    expect(await lockFile(path)).not.toBeNull();
  });

  it.each(['', '{', 'null', '[]', '{"pid":"x"}', '\0\0\0'])(
    'that holds %j, torn or foreign, is taken over',
    async (content) => {
      writeFileSync(path, content);
      expect(await lockFile(path)).not.toBeNull();
    },
  );

  it('is not given back by who does not hold it any more', async () => {
    const lock = await lockFile(path);
    writeFileSync(path, 'somebody else');
    await lock!.release();
    expect(readFileSync(path, 'utf8')).toBe('somebody else');
  });

  it('is taken though a successor died on its way', async () => {
    const dead = await start();
    expect(await tell(dead, path)).toBe('won');
    await dead.kill();
    const { createHash } = await import('node:crypto');
    const claim = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
    writeFileSync(`${path}.${claim}`, readFileSync(path));
    expect(await lockFile(path)).not.toBeNull();
    expect(readdirSync(folder)).toEqual(['lock']);
  });
});
