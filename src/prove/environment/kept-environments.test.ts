import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../io/node-files.ts';
import { keptEnvironments, MOST_KEPT, UNUSED_MS } from './kept-environments.ts';

const DAY = 24 * 3600 * 1000;
let folder: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-kept-'));
  now = Date.UTC(2026, 0, 1);
});
afterEach(() => rmSync(folder, { recursive: true }));

const store = () =>
  keptEnvironments(folder, {
    files: nodeFiles,
    clock: { now: () => new Date(now), sleep: () => Promise.resolve() },
  });
const digestOf = (number: number) =>
  `sha256:${number.toString(16).padStart(64, '0').split('').reverse().join('')}`;
const check = {
  ...{
    command: [],
    exitCode: 0,
    startedAt: '',
    durationMs: 0,
    versions: {},
    digests: {},
    limits: [],
    output: '',
  },
};

/** An environment that another, ended, run made. */
async function made(number: number): Promise<string> {
  const name = `${digestOf(number).slice(7, 39)}-${number.toString(16).padStart(8, '0')}`;
  mkdirSync(join(folder, name));
  await store().keep({
    ...{ digest: digestOf(number), folder: name, sitePackages: '/x', recorded: 1, check, notes: [] },
    consistency: { verdict: 'consistent', said: [], check: null },
  });
  return name;
}

const folders = () => readdirSync(folder).filter((name) => !/\.(json|lock)$/.test(name));

describe('kept environments', () => {
  it('are found by their digest until they are forgotten', async () => {
    const name = await made(1);
    expect(await store().find(digestOf(1))).toMatchObject({ folder: name, recorded: 1, usedAt: now });
    expect(await store().find(digestOf(2))).toBeNull();
    await store().forget(digestOf(1));
    expect(await store().find(digestOf(1))).toBeNull();
  });

  it('are not those whose marker is torn, of another form or names a folder elsewhere', async () => {
    await made(1);
    const marker = readdirSync(folder).find((name) => name.endsWith('.json'))!;
    const whole = (await store().find(digestOf(1)))!;
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      JSON.stringify({ ...whole, form: 0 }),
      JSON.stringify({ ...whole, folder: '../../etc' }),
    ]) {
      writeFileSync(join(folder, marker), text);
      expect(await store().find(digestOf(1))).toBeNull();
    }
  });

  it('are removed when nobody used them for thirty days', async () => {
    const [old, young] = [await made(1), await made(2)];
    now += UNUSED_MS - DAY;
    await store().used((await store().find(digestOf(2)))!);
    now += 2 * DAY;
    expect(await store().sweep()).toBeNull();
    expect(folders()).toEqual([young]);
    expect(existsSync(join(folder, old))).toBe(false);
    expect(await store().find(digestOf(1))).toBeNull();
  });

  it(`are ${MOST_KEPT} at most, but for those that were used within a day`, async () => {
    for (let number = 0; number < MOST_KEPT + 3; number++) {
      await made(number);
      now += 60_000;
    }
    await store().sweep();
    expect(folders()).toHaveLength(MOST_KEPT + 3);
    now += DAY;
    await store().sweep();
    expect(folders()).toHaveLength(MOST_KEPT);
    expect(await store().find(digestOf(0))).toBeNull();
    expect(await store().find(digestOf(MOST_KEPT + 2))).not.toBeNull();
  });

  it('leave no folder of a run that ended before it named it, and those of living runs alone', async () => {
    const living = await store().draft(digestOf(1));
    const dead = join(folder, `${digestOf(2).slice(7, 39)}-deadbeef`);
    mkdirSync(dead);
    await store().sweep();
    expect([existsSync(living), existsSync(dead)]).toEqual([true, false]);
    expect(readdirSync(folder).filter((name) => name.includes('deadbeef'))).toEqual([]);
  });
});
