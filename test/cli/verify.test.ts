import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PypiServer } from '../contract/ecosystem-pypi-server.ts';
import { osvRecord } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult } from '../support/run-command.ts';
import { makeWheel, serveWheels } from '../support/wheels.ts';

/*
 * What a user does, from the outside, with real wheels of a loopback index, the real installer and the real sandbox: `shop` imports
 * `pricing`, which takes `rates.legacy` of whatever `rates` is newest; `rates` 2 has dropped it, and before 1.5 it is vulnerable.
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

const KEPT = join(import.meta.dirname, '..', '..', '.cache', 'tools', 'bin');
const PATH = [process.env['PATH'], KEPT].join(delimiter);
const has = (program: string): boolean =>
  spawnSync(program, ['--version'], { env: { ...process.env, PATH } }).status === 0;
const missing = ['uv', 'bwrap'].find((program) => !has(program)) ?? null;
const python = /3\.\d+/.exec(spawnSync('python3', ['--version']).stdout.toString())?.[0] ?? '3.11';

let index: PypiServer;
let folder: string;
beforeAll(async () => {
  index = await serveWheels(WHEELS);
  folder = mkdtempSync(join(tmpdir(), 'fettle-verify-'));
  mkdirSync(join(folder, 'advisories'));
  writeFileSync(join(folder, 'advisories', 'OSV-1.json'), osvRecord('OSV-1', 'rates', '1.5'));
});
afterAll(async () => {
  await index.close();
  rmSync(folder, { recursive: true });
});

interface Bench {
  readonly root: string;
  run(...words: readonly string[]): Promise<CommandResult>;
  read(path: string): string;
  /** Of the last run. */
  report(): { readonly json: string; readonly markdown: string };
}

let made = 0;
/** A service of these files with a cache of its own, so that no case knows what another has learned. */
function bench(files: Readonly<Record<string, string>>, target = python): Bench {
  const root = join(folder, `service-${++made}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const flags = [
    '--index-url',
    index.indexUrl,
    '--advisories',
    join(folder, 'advisories'),
    '--python',
    target,
  ];
  const environment = { PATH, HOME: folder, FETTLE_CACHE_DIR: join(folder, `cache-${made}`) };
  return {
    root,
    run: (...words) => startCommand([...words, ...flags], root, environment).result,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    report: () => {
      const run = join(
        root,
        '.fettle',
        'runs',
        readdirSync(join(root, '.fettle', 'runs'))
          .sort()
          .at(-1)!,
      );
      const [json, markdown] = ['report.json', 'report.md'].map((name) =>
        readFileSync(join(run, name), 'utf8'),
      );
      return { json: json!, markdown: markdown! };
    },
  };
}

const SHOP = { 'requirements.txt': 'pricing==1.0\n', 'shop.py': 'import pricing\n' };
const flat = (text: string): string => text.replace(/\s+/g, ' ');

describe.skipIf(missing !== null)(
  missing === null ? 'fettle verify' : `fettle verify (skipped: ${missing} is not here)`,
  { timeout: 120_000 },
  () => {
    it('says what is broken and whose fault it is, with exit code 1, and touches no file', async () => {
      const service = bench(SHOP);
      const { code, stdout } = await service.run('verify');
      expect(code).toBe(1);
      expect(flat(stdout)).toContain('install 2 packages');
      expect(flat(stdout)).toContain(
        'import pricing: pricing 1.0 imports rates.legacy, which rates 2.1 does not give',
      );
      expect(service.read('requirements.txt')).toBe('pricing==1.0\n');
      const { json, markdown } = service.report();
      expect(JSON.parse(json)).toMatchObject({ services: [{ verification: [{ verdict: 'refuted' }] }] });
      expect(markdown).toContain('## Verification');
    });

    it('proves what works, with exit code 0 and evidence that holds', async () => {
      const service = bench({ ...SHOP, 'requirements.txt': 'pricing==1.0\nrates==1.6\n' });
      const { code, stdout } = await service.run('verify');
      expect(flat(stdout)).toContain('imports 3 of 3');
      expect(code).toBe(0);
      const environment = { PATH, HOME: folder };
      const evidence = await startCommand(['evidence', 'verify'], service.root, environment).result;
      expect(evidence.code).toBe(0);
      expect(flat(evidence.stdout)).toContain('can be imported');
    });

    it('knows nothing of a Python that is not here, and says so with exit code 3', async () => {
      const service = bench(SHOP, '3.6');
      const { code, stdout } = await service.run('verify');
      expect(code).toBe(3);
      expect(stdout).toMatch(/not proven: install/);
    });

    it('tells a file that does not resolve without trying it', async () => {
      const service = bench({ 'requirements.txt': 'pricing==9.9\n' });
      const { code, stdout } = await service.run('verify');
      expect(code).toBe(1);
      expect(stdout).toMatch(/resolves no/);
    });
  },
);

describe.skipIf(missing !== null)(
  missing === null ? 'fettle fix --verify' : `fettle fix --verify (skipped: ${missing} is not here)`,
  { timeout: 120_000 },
  () => {
    it('adds a bound on what dropped a module, though no metadata asks for one', async () => {
      const service = bench(SHOP);
      const { code, stdout } = await service.run('fix', '--verify', 'import');
      expect(service.read('requirements.txt')).toBe('pricing==1.0\nrates<2.0\n');
      expect(code).toBe(0);
      expect(flat(stdout)).toContain('imports 2 of 2 (before: 0 of 2)');
      const { markdown } = service.report();
      expect(markdown).toContain('What broke, and what was learned from it');
      expect(flat(markdown)).toContain(
        '**Learned:** pricing 1.0 imports rates.legacy, which rates 2.1 does not give',
      );
    });

    it('writes nothing where it may not learn and the plan breaks what worked', async () => {
      // The advisory makes the pin move, and the nearest is not what the file asks the newest of.
      const files = { ...SHOP, 'requirements.txt': 'pricing==1.0\nrates==1.0\n' };
      const settings = { 'fettle.toml': 'strategy = "latest"\n' };
      const broken = bench({ ...files, ...settings });
      const refused = await broken.run('fix', '--verify', 'import', '--no-learn');
      expect(refused.code).toBe(1);
      expect(broken.read('requirements.txt')).toBe(files['requirements.txt']);
      expect(flat(refused.stdout)).toContain('broken by the plan: import pricing');
      expect(flat(refused.stdout)).toContain('the plan is not written');
      const mended = bench({ ...files, ...settings });
      const written = await mended.run('fix', '--verify', 'import');
      expect(mended.read('requirements.txt')).toBe('pricing==1.0\nrates==1.6\n');
      expect(written.code).toBe(0);
    });

    it('leaves what it learned as a file, with which others plan around it without running anything', async () => {
      const teacher = bench(SHOP);
      await teacher.run('verify');
      const runs = join(teacher.root, '.fettle', 'runs');
      const lesson = join(runs, readdirSync(runs)[0]!, 'learned.json');
      const pupil = bench(SHOP);
      const { stdout } = await pupil.run('fix', '--learned', lesson);
      expect(pupil.read('requirements.txt')).toBe('pricing==1.0\nrates<2.0\n');
      expect(flat(stdout)).toContain('rates');
    });

    it('remembers what it learned for the next plan', async () => {
      const service = bench(SHOP);
      await service.run('verify');
      const { stdout } = await service.run('plan');
      expect(flat(stdout)).toContain('the plan keeps to what an earlier run on this machine learned');
      expect(stdout).toContain('rates');
    });
  },
);
