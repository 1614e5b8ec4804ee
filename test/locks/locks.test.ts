import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LockFile } from '../../src/domain/lock-file.ts';
import type { Target } from '../../src/domain/target.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import type { LockKind } from '../../src/read/manifests/locks/lock-readers.ts';
import { manifestPaths, readLock } from '../../src/read/manifests/locks/lock-readers.ts';
import { lockAsRequirements } from '../../src/read/manifests/locks/lock-as-requirements.ts';
import { lockedOn } from '../../src/read/manifests/locks/locked-on.ts';
import { outdatedBy } from '../../src/read/manifests/locks/outdated-by.ts';
import { lockContext, sourceOf } from './lock-context.ts';

/*
 * Locks that the tools themselves wrote (hosts renamed), and in want.json what the tools themselves say is installed of
 * them: `uv export --frozen`, `poetry export`, `pipenv requirements`, their markers decided by `packaging`.
 */

interface Want {
  readonly production: readonly string[];
  readonly development: readonly string[];
}

const PROJECTS: readonly (readonly [string, LockKind, string])[] = [
  ['uv', 'uv', 'uv.lock'],
  ['uv-workspace', 'uv', 'uv.lock'],
  ['poetry-1.8', 'poetry', 'poetry.lock'],
  ['poetry-2.1', 'poetry', 'poetry.lock'],
  ['poetry-2.5', 'poetry', 'poetry.lock'],
  ['pipenv', 'pipenv', 'Pipfile.lock'],
  ['pylock', 'pylock', 'pylock.toml'],
];

function file(project: string, name: string): string {
  return readFileSync(join(import.meta.dirname, project, name), 'utf8');
}

function read(project: string, kind: LockKind, name: string): Promise<LockFile> {
  return readLock(
    kind,
    sourceOf(name, file(project, name)),
    lockContext((path) => file(project, path)),
  );
}

function targetOf(text: string): Target {
  const [version, os] = text.split(' ') as [string, Target['os']];
  return {
    runtime: { implementation: 'cpython', version },
    os,
    architecture: 'x86_64',
    libc: os === 'linux' ? { name: 'glibc', version: '2.36' } : null,
    readFrom: [],
  };
}

describe.each(PROJECTS)('the lock of %s', (project, kind, name) => {
  const want = Object.entries(JSON.parse(file(project, 'want.json')) as Record<string, Want>);

  it.each(want)('installs on Python %s what its tool says', async (target, expected) => {
    const lock = await read(project, kind, name);
    const told = lockedOn(lock, targetOf(target), pypiRules, { development: true }).filter(
      ({ entry }) => entry.source !== 'local',
    );
    const words = (group: string): readonly string[] =>
      told
        .filter((locked) => locked.group === group)
        .map(({ entry: { name, version, source, reference } }) =>
          source === 'reference' ? `${name} @ ${reference!.split('/').at(-1)}` : `${name}==${version!.text}`,
        )
        .sort();
    expect({ production: words('production'), development: words('development') }).toEqual(expected);
    const production = lockedOn(lock, targetOf(target), pypiRules, { development: false });
    expect(production.filter(({ entry }) => entry.source !== 'local').map(({ entry }) => entry)).toEqual(
      told.filter(({ group }) => group === 'production').map(({ entry }) => entry),
    );
  });

  it('knows where each version stands, and its hashes', async () => {
    const text = file(project, name);
    const lock = await read(project, kind, name);
    expect(lock.entries.length).toBeGreaterThan(7);
    for (const { span, version, source, hashes, name } of lock.entries) {
      expect(text.slice(span.start, span.end)).toBe(version === null ? name : version.text);
      if (source === 'index') expect(hashes[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    }
  });

  it('belongs to its manifests', async () => {
    expect((await read(project, kind, name)).outdated).toBeNull();
  });

  it('is what its lines say when it stands for the project', async () => {
    const lock = await read(project, kind, name);
    const targets = want.map(([target]) => targetOf(target));
    const { requirements, warnings } = lockAsRequirements(lock, targets, pypiRules);
    expect(warnings).toEqual([]);
    for (const target of targets) {
      const here = requirements
        .filter(({ dependency }) => pypiRules.applies(dependency.condition, target, []) === 'yes')
        .map(({ dependency: { name, specifier } }) => `${name}${specifier.text}`);
      const told = lockedOn(lock, target, pypiRules, { development: true })
        .filter(({ entry }) => entry.source !== 'local')
        .map(({ entry: { name, version, source } }) =>
          source === 'reference' ? name : `${name}==${version!.text}`,
        );
      expect([...here].sort()).toEqual([...told].sort());
    }
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
    expect(requirements.every(({ notEditable }) => notEditable === 'a lock is rewritten by its tool')).toBe(
      true,
    );
  });
});

describe('a lock whose manifest has changed', () => {
  const changed = async (
    project: string,
    kind: LockKind,
    name: string,
    edit: (text: string) => string,
  ): Promise<string | null> => {
    const lock = await read(project, kind, name);
    const manifests = manifestPaths(lock).map(
      (path) => [path, sourceOf(path, edit(file(project, path)))] as const,
    );
    expect(manifests.some(([path, source]) => source.text !== file(project, path))).toBe(true);
    return outdatedBy(lock, new Map(manifests), pypiRules);
  };

  it('of uv is told by the requirement', async () => {
    const uv = (from: string, to: string) => changed('uv', 'uv', 'uv.lock', (text) => text.replace(from, to));
    expect(await uv('starlette>=0.40', 'starlette>=0.50')).toBe(
      'starlette >=0.50 in pyproject.toml is not what the lock was made for (>=0.40)',
    );
    expect(await uv('"starlette>=0.40",', '"starlette>=0.40", "rich",')).toBe(
      'rich in pyproject.toml is not among what the lock was made for',
    );
    expect(await uv('  "starlette>=0.40",', '')).toBe(
      'the lock was made for starlette >=0.40, which pyproject.toml no longer asks for',
    );
    expect(await uv('httpx[socks]', 'httpx')).toBe(
      'httpx >=0.27 in pyproject.toml is not among what the lock was made for',
    );
    expect(await uv('lint = ["pyflakes"]', 'lint = ["pyflakes<4"]')).toMatch(
      /^pyflakes <4 \(group (dev|lint)\) in/,
    );
    expect(await uv('redis>=5', 'redis>=6')).toMatch(
      /^redis >=6 \(extra cache\) in pyproject.toml is not what/,
    );
    expect(await uv('httpx[socks]>=0.27', 'HTTPX[Socks] >= 0.27')).toBeNull();
    expect(await uv('version = "0.1.0"', 'version = "0.2.0"')).toBeNull();
    expect(await uv('version = "0.1.0"', 'dynamic = ["dependencies"]')).toBeNull();
  });

  it('of a member of a workspace names its file', async () => {
    const edit = (text: string): string => text.replace('"anyio"', '"anyio>=4"');
    expect(await changed('uv-workspace', 'uv', 'uv.lock', edit)).toBe(
      'anyio >=4 in packages/core/pyproject.toml is not what the lock was made for (any version)',
    );
  });

  it.each(['poetry-1.8', 'poetry-2.1', 'poetry-2.5'])('of %s is told by its hash', async (project) => {
    const poetry = (from: string, to: string) =>
      changed(project, 'poetry', 'poetry.lock', (text) => text.replace(from, to));
    expect(await poetry('>=0.40', '>=0.41')).toMatch(/^the requirements of pyproject\.toml have changed/);
    expect(await poetry('version = "0.1.0"', 'version = "0.2.0"')).toBeNull();
  });

  it('of Poetry 2.5 sees its dependency groups', async () => {
    const edit = (text: string): string => text.replace('iniconfig>=2', 'iniconfig>=1');
    expect(await changed('poetry-2.5', 'poetry', 'poetry.lock', edit)).toMatch(/have changed/);
  });

  it('of Pipenv is told by its hash', async () => {
    const pipenv = (from: string, to: string) =>
      changed('pipenv', 'pipenv', 'Pipfile.lock', (text) => text.replace(from, to));
    expect(await pipenv('>=6,<9', '>=6,<8')).toMatch(/^the requirements of Pipfile have changed/);
    expect(await pipenv('markdown = "*"', 'markdown = ">3"')).toMatch(/have changed/);
    expect(await pipenv('[packages]', '[scripts]\nrun = "x"\n[packages]')).toBeNull();
  });
});
