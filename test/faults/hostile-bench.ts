import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { servePypi } from '../contract/ecosystem-pypi-server.ts';
import type { ServedProject, ServerOptions } from '../contract/ecosystem-pypi-server.ts';
import { startOsvServer } from '../oracle/osv-server.ts';
import { osvRecord, PROJECTS } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult } from '../support/run-command.ts';
import { startDistorting } from './distorting-server.ts';
import type { DistortingServer } from './distorting-server.ts';

/** What must never be shown or kept. */
export const SECRET = 'hunter2-of-the-index';
/** No command here has more to do than a few requests; a server that wants its time has half a minute at most. */
const LONGEST_MS = 150_000;
/** Texts that no answer of a server may bring into a terminal. */
const ESCAPE = /[\u001b\u009b]/;

const RECORDS = [
  osvRecord('OSV-1', 'core', '1.5'),
  osvRecord('OSV-2', 'parse', '1.2'),
  osvRecord('OSV-3', 'gone', null),
].map((text) => JSON.parse(text) as object);

export interface RunOptions {
  readonly cache?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A service in a folder, with an index and an OSV server that can be made to lie, and the built command. */
export interface HostileBench {
  readonly index: DistortingServer;
  readonly osv: DistortingServer;
  readonly folder: string;
  write(path: string, text: string): Promise<void>;
  /** With an empty cache, or with that of `cache`. Nothing but the cache, standard output and `.fettle` may be written. */
  run(words: readonly string[], more?: RunOptions): Promise<CommandResult>;
  close(): Promise<void>;
}

export async function hostileBench(
  projects: readonly ServedProject[] = PROJECTS,
  requirements = 'web==1.0\ncore==1.0\ngone==0.9\n',
  options: ServerOptions = {},
): Promise<HostileBench> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-hostile-'));
  const [honest, honestOsv] = [await servePypi(projects, options), await startOsvServer(RECORDS)];
  const index = await startDistorting(`http://127.0.0.1:${honest.port}`);
  const osv = await startDistorting(honestOsv.origin);
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('home/service/requirements.txt', requirements);
  await write(
    'home/service/Dockerfile',
    'FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
  );
  let caches = 0;
  const address = index.origin.replace('//', `//fettle:${SECRET}@`);
  return {
    ...{ index, osv, folder, write },
    run: async (words, { cache = `caches/${caches++}`, environment = {} } = {}) => {
      const before = await filesBelow(join(folder, 'home'));
      const flags = [
        '--index-url',
        `${address}/simple/`,
        '--advisories',
        osv.origin,
        '--cache-dir',
        join(folder, cache),
      ];
      const service = join(folder, 'home', 'service');
      const result = await ended(startCommand([...words, ...flags], service, environment));
      expect(await filesBelow(join(folder, 'home'))).toEqual(before);
      await keepsItsPromises(result, join(folder, cache));
      return result;
    },
    close: async () => {
      await Promise.all([index.close(), osv.close(), honest.close(), honestOsv.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A command that hangs is a fault like any other, and must not hang its test. */
async function ended({ child, result }: ReturnType<typeof startCommand>): Promise<CommandResult> {
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const how = await result;
  clearTimeout(late);
  return how;
}

/** What holds of every run, whatever it was answered. */
async function keepsItsPromises(
  { code, signal, stdout, stderr }: CommandResult,
  cache: string,
): Promise<void> {
  const told = `${stdout}\n${stderr}`;
  expect(signal, told).toBeNull();
  expect([0, 1, 2, 3], told).toContain(code);
  expect(told).not.toMatch(/bug in fettle|\n\s+at .*:\d+:\d+/);
  expect(told).not.toContain(SECRET);
  expect(told).not.toMatch(ESCAPE);
  for (const [path, bytes] of await filesBelow(cache)) expect(bytes.includes(SECRET), path).toBe(false);
}

/** Every file with its bytes, but for what `.fettle` holds of runs. Links by where they lead. */
export async function filesBelow(root: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, string>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path);
    if (name.split('/').includes('.fettle') || entry.isDirectory()) continue;
    files.set(name, entry.isSymbolicLink() ? `-> ${await readlink(path)}` : await readFile(path, 'latin1'));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
