import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/change/unified-diff.ts';
import { readTomlTable } from '../../src/io/toml-table.ts';
import { pipfileHash, poetryHashes } from '../../src/read/manifests/locks/content-hash.ts';
import { servePypi } from '../contract/ecosystem-pypi-server.ts';
import type { PypiServer } from '../contract/ecosystem-pypi-server.ts';
import { osvRecord, PROJECTS } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';

/**
 * Each folder of `fix/` is a repository (`tree/`), the patch that `fettle fix` comes to (`want.diff`) and what it ends with
 * (`want.json`: the exit code, and texts that stand in the output). The index and the advisories are those of
 * `loopback-service.ts`: `web` 1.0 holds `parse` below 1.2 and `core` below 2; `core` is vulnerable before 1.5, `parse` before 1.2;
 * `left` and `right` are before 1.1, which need `beam`.
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
    ['OSV-4', 'left', '1.1'],
    ['OSV-5', 'right', '1.1'],
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

/** Those of Poetry and pipenv hash the address of the index with the rest, which is another one in every run. */
const HASH = 'CONTENT-HASH';

async function hashAnew(root: string): Promise<void> {
  for (const [path, text] of await filesBelow(root)) {
    if (!text.includes(HASH)) continue;
    const manifest = path === 'Pipfile.lock' ? 'Pipfile' : 'pyproject.toml';
    const table = readTomlTable(await readFile(join(root, manifest), 'utf8'))!;
    const hash = manifest === 'Pipfile' ? pipfileHash(table, null) : poetryHashes(table, '2.5.1')![0];
    await writeFile(join(root, path), text.replace(HASH, hash!), 'latin1');
  }
}

function withoutHashes(diff: string): string {
  return diff.replace(/(content-hash = |"sha256": )"[0-9a-f]{64}"/g, `$1"${HASH}"`);
}

/** The tools that the checks of this repository keep come before those of the machine; with the live tests they are installed. */
if (process.env['FETTLE_LIVE'] === '1') await import('../live/installed-tools.ts');
const KEPT = ['tools', 'live/tools/poetry', 'live/tools/pipenv'].map((place) =>
  join(import.meta.dirname, '..', '..', '.cache', place, 'bin'),
);
const TOOLS = {
  ...{ PATH: [...KEPT, process.env['PATH']].join(delimiter), PIPENV_IGNORE_VIRTUALENVS: '1' },
  ...{ POETRY_VIRTUALENVS_CREATE: 'false', PYTHONPATH: '' },
};
const TOOL_OF = new Map([
  ['uv-lock', 'uv'],
  ['uv-workspace', 'uv'],
  ['poetry-lock', 'poetry'],
  ['pipfile-lock', 'pipenv'],
]);

/** The tool that a case needs and that is not here, or null. */
function missingTool(name: string): string | null {
  const tool = TOOL_OF.get(name) ?? null;
  if (tool === null) return null;
  return spawnSync(tool, ['--version'], { env: { ...process.env, ...TOOLS } }).status === 0 ? null : tool;
}

describe.each(cases)('the project %s', (name) => {
  const missing = missingTool(name);
  it.skipIf(missing !== null)(
    `${missing === null ? '' : `(skipped: ${missing} is not here) `}is repaired as its want.diff says, byte by byte, and put back by undo`,
    async () => {
      const place = join(folder, name);
      await cp(join(CASES, name, 'tree'), place, { recursive: true });
      await moveOrigin(place, ORIGIN, new URL(index.indexUrl).origin);
      await hashAnew(place);
      const want = JSON.parse(await readFile(join(CASES, name, 'want.json'), 'utf8')) as Want;
      const before = await filesBelow(place);
      const environment = { FETTLE_CACHE_DIR: join(folder, 'cache'), HOME: folder, ...TOOLS };
      const flags = ['--index-url', index.indexUrl, '--advisories', '../advisories'];
      const fixed = await startCommand(['fix', ...(want.args ?? []), ...flags], place, environment).result;
      const after = await filesBelow(place);
      const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
      const diff = unifiedDiff(
        paths.map((path) => ({ path, before: before.get(path) ?? '', after: after.get(path) ?? '' })),
      );
      await expect(
        withoutHashes(diff.replaceAll(new URL(index.indexUrl).origin, ORIGIN)),
      ).toMatchFileSnapshot(join(CASES, name, 'want.diff'));
      expect({ code: fixed.code, stderr: fixed.stderr }).toEqual({ code: want.exit, stderr: '' });
      for (const text of want.says ?? []) expect(fixed.stdout).toContain(text);
      if (diff === '') return;
      await startCommand(['undo'], place, environment).result;
      expect(await filesBelow(place)).toEqual(before);
    },
  );
});
