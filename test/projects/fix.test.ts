import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/change/unified-diff.ts';
import { servePypi } from '../contract/ecosystem-pypi-server.ts';
import type { PypiServer } from '../contract/ecosystem-pypi-server.ts';
import { osvRecord, PROJECTS } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';

/**
 * Each folder of `fix/` is a repository (`tree/`), the patch that `fettle fix` comes to (`want.diff`) and what it ends with
 * (`want.json`: the exit code, and texts that stand in the output). The index and the advisories are those of
 * `loopback-service.ts`: `web` 1.0 holds `parse` below 1.2 and `core` below 2; `core` is vulnerable before 1.5, `parse` before 1.2.
 */
interface Want {
  readonly exit: number;
  readonly args?: readonly string[];
  readonly says?: readonly string[];
}

const CASES = new URL('fix/', import.meta.url).pathname;
const cases = await readdir(CASES);

let index: PypiServer;
let folder: string;

beforeAll(async () => {
  index = await servePypi(PROJECTS, {});
  folder = await mkdtemp(join(tmpdir(), 'fettle-fix-'));
  await mkdir(join(folder, 'advisories'));
  for (const [id, name, fixed] of [
    ['OSV-1', 'core', '1.5'],
    ['OSV-2', 'parse', '1.2'],
    ['OSV-3', 'gone', null],
  ] as const)
    await writeFile(join(folder, 'advisories', `${id}.json`), osvRecord(id, name, fixed));
});

afterAll(async () => {
  await index.close();
  await rm(folder, { recursive: true, force: true });
});

async function filesBelow(root: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (entry.isFile() && !path.startsWith('.fettle/'))
      files.set(path, await readFile(join(root, path), 'latin1'));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Locks name the index and its files: in the folders here by this origin, in the test by that of the server. */
const ORIGIN = 'https://index.example';

async function moveOrigin(root: string, from: string, to: string): Promise<void> {
  for (const [path, text] of await filesBelow(root))
    if (text.includes(from)) await writeFile(join(root, path), text.replaceAll(from, to), 'latin1');
}

/** The uv that the checks of this repository keep, else that of the machine. */
const KEPT = new URL('../../.cache/tools/bin', import.meta.url).pathname;
const UV_ON_PATH = existsSync(join(KEPT, 'uv')) ? { PATH: `${KEPT}:${process.env['PATH'] ?? ''}` } : {};
const hasUv = spawnSync('uv', ['--version'], { env: { ...process.env, ...UV_ON_PATH } }).status === 0;

describe.each(cases)('the project %s', (name) => {
  const skipped = name.startsWith('uv-') && !hasUv ? ' (skipped: uv is not here)' : '';
  it.skipIf(skipped !== '')(
    `${skipped}is repaired as its want.diff says, byte by byte, and put back by undo`,
    async () => {
      const place = join(folder, name);
      await cp(join(CASES, name, 'tree'), place, { recursive: true });
      await moveOrigin(place, ORIGIN, new URL(index.indexUrl).origin);
      const want = JSON.parse(await readFile(join(CASES, name, 'want.json'), 'utf8')) as Want;
      const before = await filesBelow(place);
      const environment = { FETTLE_CACHE_DIR: join(folder, 'cache'), HOME: folder, ...UV_ON_PATH };
      const flags = ['--index-url', index.indexUrl, '--advisories', '../advisories'];
      const fixed = await startCommand(['fix', ...(want.args ?? []), ...flags], place, environment).result;
      const after = await filesBelow(place);
      const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
      const diff = unifiedDiff(
        paths.map((path) => ({ path, before: before.get(path) ?? '', after: after.get(path) ?? '' })),
      );
      await expect(diff.replaceAll(new URL(index.indexUrl).origin, ORIGIN)).toMatchFileSnapshot(
        join(CASES, name, 'want.diff'),
      );
      expect({ code: fixed.code, stderr: fixed.stderr }).toEqual({ code: want.exit, stderr: '' });
      for (const text of want.says ?? []) expect(fixed.stdout).toContain(text);
      if (diff === '') return;
      await startCommand(['undo'], place, environment).result;
      expect(await filesBelow(place)).toEqual(before);
    },
  );
});
