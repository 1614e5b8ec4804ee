import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PackageName } from '../../domain/package-name.ts';
import type { Environment, InstalledDistribution } from '../environment/environment.ts';

/** Where .ci/run installs pytest for the tests here. */
const PYTEST = join(import.meta.dirname, '..', '..', '..', '.cache', 'pytest');

/** Why a real pytest cannot be run here, or null. */
export const missingPytest = whatIsMissing();

function whatIsMissing(): string | null {
  if (spawnSync('python3', ['--version']).status !== 0) return 'python3 is not there';
  return existsSync(PYTEST) ? null : '.cache/pytest is not there (.ci/run installs it)';
}

const made: string[] = [];

/** Takes away every folder that this file made. */
export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-tests-'));
  made.push(folder);
  writeFiles(folder, files);
  return folder;
}

/** A virtual environment with pytest (unless it is not wanted) and these distributions, written file by file: name to files. */
export function environmentOf(
  distributions: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  { pytest = true, python = 'python3' } = {},
): Environment {
  const path = folderOf({});
  const made = spawnSync(python, ['-m', 'venv', '--without-pip', path], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const library = readdirSync(join(path, 'lib')).find((name) => name.startsWith('python'))!;
  const sitePackages = join(path, 'lib', library, 'site-packages');
  if (pytest) cpSync(PYTEST, sitePackages, { recursive: true });
  for (const [name, files] of Object.entries(distributions)) {
    const info = `${name}-1.0.dist-info`;
    const record = [...Object.keys(files), `${info}/METADATA`, `${info}/RECORD`].map((file) => `${file},,\n`);
    writeFiles(sitePackages, {
      ...files,
      [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
      [`${info}/RECORD`]: record.join(''),
    });
  }
  const base = spawnSync(join(path, 'bin', 'python'), ['-c', 'import sys; print(sys.base_prefix)'], {
    encoding: 'utf8',
  });
  return {
    ...{ path, sitePackages, interpreter: join(path, 'bin', 'python'), digest: 'sha256:0' },
    runtimeVersion: library.slice('python'.length),
    readable: [path, base.stdout.trim()],
    distributions: installedIn(sitePackages),
  };
}

function installedIn(sitePackages: string): ReadonlyMap<PackageName, InstalledDistribution> {
  const installed = readdirSync(sitePackages).flatMap((folder) => {
    const [, name, version] = /^(.+)-([^-]+)\.dist-info$/.exec(folder) ?? [];
    if (name === undefined || version === undefined) return [];
    const info = join(sitePackages, folder);
    const files = readFileSync(join(info, 'RECORD'), 'utf8')
      .split('\n')
      .map((line) => line.split(',')[0]!)
      .filter((file) => file !== '' && !file.startsWith('..'));
    return [{ name: name.toLowerCase().replaceAll('_', '-') as PackageName, version, info, files }];
  });
  return new Map(installed.map((distribution) => [distribution.name, distribution]));
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
