import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programOf, runProgram } from '../../test/faults/child-program.ts';
import { startHostileIndex } from '../../test/faults/hostile-index.ts';
import { defaultCacheFolder } from './own-folders.ts';
import { closeWorld, openWorld } from './real-world.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fettle-world-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const noWarning = (message: string): void => expect.unreachable(message);

describe('the real world', () => {
  it('asks the network, and keeps what is put for the next run', async () => {
    const index = await startHostileIndex();
    index.script('/', { body: 'page' });
    const options = { cacheDir: folder, environment: {}, onWarning: noWarning };
    const world = await openWorld(options);
    const answer = await world.http.request({ url: `${index.origin}/` });
    if (answer.kind === 'failure') return expect.unreachable(answer.reason);
    world.cache.put('pages', 'x', answer.body);
    await closeWorld(world);
    const again = await openWorld(options);
    expect(Buffer.from(again.cache.get('pages', 'x')!).toString()).toBe('page');
    await closeWorld(again);
    await index.close();
  });

  it('asks nobody when it is offline', async () => {
    const index = await startHostileIndex();
    const world = await openWorld({ cacheDir: folder, environment: {}, onWarning: noWarning, offline: true });
    expect(await world.http.request({ url: `${index.origin.replace('//', '//u:secret@')}/` })).toEqual({
      kind: 'failure',
      reason: 'the network is not used (--offline)',
      url: `${index.origin}/`,
    });
    expect(index.connections).toBe(0);
    await closeWorld(world);
    await index.close();
  });

  it('has a copy of the environment', async () => {
    const environment: Record<string, string> = { A: '1' };
    const world = await openWorld({ cacheDir: folder, environment, onWarning: noWarning });
    environment['A'] = '2';
    expect(world.environment['A']).toBe('1');
    await closeWorld(world);
  });

  it('loads no HTTP client until something is asked, and no store until it is opened', async () => {
    const program = await programOf(`
      import { createRequire } from 'node:module';
      import { closeWorld, openWorld } from './io/real-world.ts';
      const loaded = (name: string): boolean =>
        Object.keys(createRequire(import.meta.url).cache ?? {}).some((path) => path.includes('/node_modules/' + name + '/'));
      const before = [loaded('undici'), loaded('lmdb')];
      const world = await openWorld({ cacheDir: process.argv[2]!, environment: {}, onWarning: console.log });
      const opened = [loaded('undici')];
      await world.http.request({ url: 'http://127.0.0.1:1/', timeoutMs: 100 });
      console.log(JSON.stringify([...before, ...opened, loaded('undici')]));
      await closeWorld(world);
    `);
    expect(runProgram(program, [folder])).toEqual({
      status: 0,
      signal: null,
      stdout: '[false,false,false,true]\n',
    });
    expect(readdirSync(folder).length).toBeGreaterThan(0);
  });
});

describe('the folder of the cache', () => {
  it.skipIf(process.platform !== 'linux').each([
    [{ FETTLE_CACHE_DIR: '/a/b', XDG_CACHE_HOME: '/x' }, '/a/b'],
    [{ XDG_CACHE_HOME: '/x' }, '/x/fettle'],
    [{ FETTLE_CACHE_DIR: '', XDG_CACHE_HOME: '' }, null],
  ])('with %j is %s', (environment, expected) => {
    const usual = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
    expect(defaultCacheFolder(environment)).toBe(expected ?? join(usual, 'fettle'));
  });
});
