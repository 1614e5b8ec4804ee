import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { PypiServer } from '../contract/ecosystem-pypi-server.ts';
import { osvRecord } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult } from '../support/run-command.ts';
import { makeWheel, serveWheels } from '../support/wheels.ts';

/*
 * Real wheels of a loopback index, the real installer and the real sandbox: `shop` imports `pricing`, which takes `rates.legacy` of
 * whatever `rates` is newest; `rates` 2 has dropped it, and before 1.5 it is vulnerable.
 */

const WHEELS = [
  makeWheel({
    ...{ name: 'pricing', version: '1.0', requires: ['rates>=1'] },
    files: { 'pricing/__init__.py': 'from rates.legacy import table\n' },
  }),
  ...['1.0', '1.5', '1.6', '2.0', '2.1'].map((version) =>
    makeWheel({
      ...{ name: 'rates', version },
      files: {
        'rates/__init__.py': 'def rate(): return 1\n',
        ...(version.startsWith('1') ? { 'rates/legacy.py': 'table = {}\n' } : {}),
      },
    }),
  ),
];

/** What the newest `rates` breaks. */
export const SHOP = { 'requirements.txt': 'pricing==1.0\n', 'shop.py': 'import pricing\n' };

/** Two services that share no file; what the newest `rates` breaks is one of them. */
export const APART = {
  'fettle.toml': 'strategy = "latest"\n',
  'api/requirements.txt': 'pricing==1.0\nrates==1.0\n',
  'api/shop.py': 'import pricing\n',
  'jobs/requirements.txt': 'rates==1.0\n',
  'jobs/job.py': 'import rates\n',
};

const KEPT = join(import.meta.dirname, '..', '..', '.cache', 'tools', 'bin');
const PATH = [process.env['PATH'], KEPT].join(delimiter);
const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { env: { ...process.env, PATH } }).status === 0;
const missing = ['uv', 'bwrap'].find((program) => !has(program));

/** Why nothing can be installed or run here; null: it can. */
export const cannotRun = missing === undefined ? null : `skipped: ${missing} is not here`;
const python = /3\.\d+/.exec(spawnSync('python3', ['--version']).stdout.toString())?.[0] ?? '3.11';

/** A text on one line, whatever its width was. */
export const flat = (text: string): string => text.replace(/\s+/g, ' ');

export interface ShopBench {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  run(...words: readonly string[]): Promise<CommandResult>;
  read(path: string): string;
  /** Of the last run. */
  report(): { readonly json: string; readonly markdown: string };
}

/** Of these files, for this Python and with this beside the environment. */
export type MakeShop = (
  files: Readonly<Record<string, string | Uint8Array>>,
  target?: string,
  more?: Readonly<Record<string, string>>,
) => ShopBench;

/** Makes services with a cache of their own each, so that no case knows what another has learned; the index serves for the whole file. */
export function shopBench(): MakeShop {
  let index: PypiServer;
  let folder: string;
  let made = 0;
  beforeAll(async () => {
    index = await serveWheels(WHEELS);
    folder = mkdtempSync(join(tmpdir(), 'fettle-shop-'));
    mkdirSync(join(folder, 'advisories'));
    writeFileSync(join(folder, 'advisories', 'OSV-1.json'), osvRecord('OSV-1', 'rates', '1.5'));
  });
  afterAll(async () => {
    await index.close();
    rmSync(folder, { recursive: true });
  });
  return (files, target = python, more = {}) => {
    const root = join(folder, `service-${++made}`);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const advisories = join(folder, 'advisories');
    const flags = ['--index-url', index.indexUrl, '--advisories', advisories, '--python', target];
    const environment = { PATH, HOME: folder, FETTLE_CACHE_DIR: join(folder, `cache-${made}`), ...more };
    return {
      root,
      environment,
      run: (...words) => startCommand([...words, ...flags], root, environment).result,
      read: (path) => readFileSync(join(root, path), 'utf8'),
      report: () => lastReport(root),
    };
  };
}

function lastReport(root: string): ReturnType<ShopBench['report']> {
  const runs = join(root, '.fettle', 'runs');
  const run = join(runs, readdirSync(runs).sort().at(-1)!);
  const [json, markdown] = ['report.json', 'report.md'].map((name) => readFileSync(join(run, name), 'utf8'));
  return { json: json!, markdown: markdown! };
}
