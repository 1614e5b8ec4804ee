import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import { pipFacts } from '../../src/read/ecosystems/pypi/default-index.ts';
import { osvRecord } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import { ENVIRONMENT, missing, tool, toolFolder } from './installed-tools.ts';
import type { Tool } from './installed-tools.ts';
import { folderWith, PATIENCE_MS } from './live.ts';

/*
 * What a user does: a project whose lock its own tool has written, with versions that are vulnerable; `fettle fix`; and the tool has to
 * accept the files as they are then. Index and tools are real, the advisories are two of our own.
 */

const BENCH = mkdtempSync(join(tmpdir(), 'fettle-accepted-'));
writeFileSync(join(BENCH, 'OSV-1.json'), osvRecord('OSV-1', 'requests', '2.31.0'));
writeFileSync(join(BENCH, 'OSV-2.json'), osvRecord('OSV-2', 'urllib3', '1.26.18'));
afterAll(() => rmSync(BENCH, { recursive: true }));

async function fix(folder: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const environment = Object.fromEntries(
    Object.entries(ENVIRONMENT).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const done = await startCommand(['fix', '--advisories', BENCH], folder, {
    ...environment,
    HOME: BENCH,
    FETTLE_CACHE_DIR: join(BENCH, 'cache'),
  }).result;
  return { code: done.code, said: `${done.stdout}${done.stderr}` };
}

/** The version that a lock's text has of a package. */
function locked(folder: string, lock: string, name: string): string | undefined {
  const text = readFileSync(join(folder, lock), 'utf8');
  return (new RegExp(`name = "${name}"\\nversion = "([^"]+)"`).exec(text) ??
    new RegExp(`"${name}": \\{[^}]*"version": "==([^"]+)"`).exec(text) ??
    new RegExp(`^${name}==(\\S+)`, 'm').exec(text))?.[1];
}

/** Poetry asks its own default index where nothing is said; here it is the machine's. */
const world = await openWorld({
  cacheDir: join(BENCH, 'cache'),
  environment: ENVIRONMENT,
  onWarning: () => undefined,
});
const index = missing === null ? (await pipFacts(world))!.indexUrl : '';
await closeWorld(world);
const SOURCE = `[[tool.poetry.source]]\nname = "index"\nurl = "${index}"\npriority = "primary"\n\n`;

const OLD_SET = ['requests==2.28.0', 'urllib3==1.26.14', 'idna==3.4', 'certifi==2022.12.7'];
const PROJECT = '[project]\nname = "svc"\nversion = "1.0"\nrequires-python = ">=3.11"\n';

describe.skipIf(missing !== null)(
  missing === null ? 'what fix writes is accepted' : `what fix writes is accepted (skipped: ${missing})`,
  { timeout: PATIENCE_MS },
  () => {
    it('by uv lock --check, where only the lock has to move', async () => {
      const folder = folderWith({
        'pyproject.toml': `${PROJECT}dependencies = [\n  "requests>=2.20", # http\n]\n`,
      });
      tool(folder, 'uv', 'lock', ...OLD_SET.flatMap((pin) => ['--upgrade-package', pin]));
      const manifest = readFileSync(join(folder, 'pyproject.toml'), 'utf8');
      expect(await fix(folder)).toMatchObject({ code: 0 });
      expect(readFileSync(join(folder, 'pyproject.toml'), 'utf8')).toBe(manifest);
      expect(locked(folder, 'uv.lock', 'requests')).toBe('2.31.0');
      expect(locked(folder, 'uv.lock', 'urllib3')).toBe('1.26.18');
      // What need not move stays.
      expect(locked(folder, 'uv.lock', 'idna')).toBe('3.4');
      tool(folder, 'uv', 'lock', '--check');
    });

    it('by uv lock --check, of a workspace whose member has to move', async () => {
      const folder = folderWith({
        'pyproject.toml': `${PROJECT}dependencies = ["lib"]\n[tool.uv.sources]\nlib = { workspace = true }\n[tool.uv.workspace]\nmembers = ["lib"]\n[tool.uv]\npackage = false\n`,
        'lib/pyproject.toml': `${PROJECT.replace('svc', 'lib')}dependencies = ["requests==2.28.0"]\n[tool.uv]\npackage = false\n`,
      });
      tool(folder, 'uv', 'lock', ...OLD_SET.slice(1).flatMap((pin) => ['--upgrade-package', pin]));
      expect(await fix(folder)).toMatchObject({ code: 0 });
      expect(readFileSync(join(folder, 'lib', 'pyproject.toml'), 'utf8')).toContain('"requests==2.31.0"');
      tool(folder, 'uv', 'lock', '--check');
    });

    it.each<[Tool, readonly string[]]>([
      ['poetry', ['check', '--lock']],
      ['poetry1', ['check', '--lock']],
    ])('by %s check --lock', async (name, check) => {
      const manifest = (requests: string): string =>
        `[tool.poetry]\nname = "svc"\nversion = "1.0"\ndescription = ""\nauthors = ["Nobody <nobody@index.example>"]\npackage-mode = false\n\n${SOURCE}[tool.poetry.dependencies]\npython = "^3.11"\nrequests = "${requests}"  # http\nurllib3 = "1.26.14"\n`;
      const folder = folderWith({ 'pyproject.toml': manifest('2.28.0') });
      tool(folder, name, 'lock');
      expect(await fix(folder)).toMatchObject({ code: 0 });
      expect(readFileSync(join(folder, 'pyproject.toml'), 'utf8')).toBe(
        manifest('2.31.0').replace('1.26.14', '1.26.18'),
      );
      expect(locked(folder, 'poetry.lock', 'requests')).toBe('2.31.0');
      tool(folder, name, ...check);
    });

    it('by pipenv verify', async () => {
      const manifest = (requests: string, urllib3: string): string =>
        `[packages]\nrequests = "==${requests}"  # http\nurllib3 = {version = "==${urllib3}"}\n\n[requires]\npython_version = "3.11"\n`;
      const folder = folderWith({ Pipfile: manifest('2.28.0', '1.26.14') });
      tool(folder, 'pipenv', 'lock');
      expect(await fix(folder)).toMatchObject({ code: 0 });
      expect(readFileSync(join(folder, 'Pipfile'), 'utf8')).toBe(manifest('2.31.0', '1.26.18'));
      expect(locked(folder, 'Pipfile.lock', 'requests')).toBe('2.31.0');
      tool(folder, 'pipenv', 'verify');
    });

    it('by pip install --require-hashes, of what pip-compile generated', async () => {
      const folder = folderWith({ 'requirements.in': 'requests==2.28.0\nurllib3==1.26.14\n' });
      tool(folder, 'pip-tools', '--quiet', '--generate-hashes', '--no-strip-extras', 'requirements.in');
      expect(await fix(folder)).toMatchObject({ code: 0 });
      expect(readFileSync(join(folder, 'requirements.in'), 'utf8')).toBe(
        'requests==2.31.0\nurllib3==1.26.18\n',
      );
      const python = join(toolFolder('pip-tools'), 'bin', 'python');
      const words = [
        '-m',
        'pip',
        'install',
        '--require-hashes',
        '--dry-run',
        '--quiet',
        '-r',
        'requirements.txt',
      ];
      execFileSync(python, words, { cwd: folder, env: ENVIRONMENT, stdio: 'pipe' });
    });
  },
);
