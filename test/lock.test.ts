import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTOML, getStaticTOMLValue } from 'toml-eslint-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../src/domain/job.ts';
import { lock, lockText } from '../src/lock.ts';
import type { Lock, LockFormat } from '../src/lock.ts';
import { loopbackWorld } from './contract/ecosystem-world.ts';
import { coreMetadata, servePypi } from './contract/ecosystem-pypi-server.ts';
import type { PypiServer, ServedFile, ServedProject } from './contract/ecosystem-pypi-server.ts';

function wheel(
  name: string,
  version: string,
  requires: readonly string[] = [],
  tag = 'py3-none-any',
): ServedFile {
  const fields = requires.map((one) => `Requires-Dist: ${one}`);
  return {
    filename: `${name}-${version}-${tag}.whl`,
    metadata: coreMetadata(name, version, fields),
    announce: true,
    uploaded: '2024-05-06T07:08:09.123456Z',
  };
}

function project(name: string, ...files: readonly ServedFile[]): ServedProject {
  return { name, files };
}

const PROJECTS: readonly ServedProject[] = [
  project('app', wheel('app', '1.0', ['Lib_One>=1', 'old-lib>=1 ; python_version < "3.12"'])),
  project('lib-one', wheel('lib_one', '1.0'), wheel('lib_one', '2.0', ['old-lib<2'])),
  project('old-lib', wheel('old_lib', '1.0'), wheel('old_lib', '2.0')),
  project(
    'runs',
    { ...wheel('runs', '1.0'), requiresPython: '>=3.8' },
    { ...wheel('runs', '2.0'), requiresPython: '>=3.12' },
  ),
  project('signed', { filename: 'signed-1.0.tar.gz', requiresPython: '>=3.7' }, wheel('signed', '1.0')),
];

let server: PypiServer;
let root: string;

beforeAll(async () => {
  server = await servePypi(PROJECTS);
  root = await mkdtemp(join(tmpdir(), 'fettle-lock-'));
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

async function locked(requirements: string, job: Partial<Job> = {}): Promise<Lock> {
  await writeFile(join(root, 'requirements.txt'), requirements);
  return lock(
    {
      ...{ root, paths: ['requirements.txt'], service: null, pythons: ['3.12'], platforms: ['linux/amd64'] },
      ...{ indexUrl: server.indexUrl, offline: false, asOf: null, allowBuild: false, advisories: [] },
      ...{ severity: null, strategy: null, prereleases: null, only: [], bundle: null },
      ...job,
    },
    loopbackWorld(),
  );
}

async function text(
  requirements: string,
  format: Partial<LockFormat> = {},
  job: Partial<Job> = {},
): Promise<string> {
  const lock = await locked(requirements, job);
  if (lock.kind === 'unsolvable') throw new Error(lock.derivations.flat().join('\n'));
  return lockText(lock, { format: 'requirements', hashes: false, ...format });
}

describe('a lock as a requirements file', () => {
  it('names the newest version of every package that the file selects, by name', async () => {
    expect(await text('app\n')).toBe('app==1.0\nlib-one==2.0\nold-lib==1.0\n');
  });

  it('holds to the lines and to their constraints', async () => {
    await writeFile(join(root, 'bounds.txt'), 'lib-one<2\n');
    expect(await text('-c bounds.txt\napp==1.0\n')).toBe('app==1.0\nlib-one==1.0\n');
  });

  it('carries the hash of every file on lines of its own, as hash-checking mode reads them', async () => {
    const [line, ...hashes] = (await text('signed\n', { hashes: true })).trimEnd().split('\n');
    expect(line).toBe('signed==1.0 \\');
    expect(hashes).toHaveLength(2);
    for (const hash of hashes) expect(hash).toMatch(/^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$/);
    expect(hashes).toEqual(hashes.toSorted());
    expect(hashes.map((hash) => hash.endsWith('\\'))).toEqual([true, false]);
  });

  it('is one file for several targets: what they do not share carries a condition', async () => {
    expect(await text('runs\napp\n', {}, { pythons: ['3.11', '3.12'] })).toBe(
      [
        'app==1.0',
        'lib-one==2.0',
        'old-lib==1.0',
        'runs==1.0 ; python_version < "3.12"',
        'runs==2.0 ; python_version >= "3.12"',
        '',
      ].join('\n'),
    );
  });

  it('reads again as what it was: a lock of a lock is the same', async () => {
    const job = { pythons: ['3.11', '3.12'] };
    const first = await text('runs\napp\n', {}, job);
    expect(await text(first, {}, job)).toBe(first);
  });

  it('asks for no advisories', async () => {
    const before = server.requests.length;
    await text('app\n');
    expect(server.requests.slice(before).every((request) => /^GET \/(simple|files)\//.test(request))).toBe(
      true,
    );
  });
});

describe('a lock as pylock.toml (PEP 751)', () => {
  it('has the keys of the specification, with the address, size, time and hash of every file', async () => {
    const toml = await text('signed\n', { format: 'pylock' });
    const value = getStaticTOMLValue(parseTOML(toml)) as Record<string, unknown>;
    expect(value).toEqual({
      'lock-version': '1.0',
      environments: [
        'implementation_name == "cpython" and python_version == "3.12" and sys_platform == "linux" and platform_machine == "x86_64"',
      ],
      'requires-python': '>=3.12',
      'created-by': 'fettle',
      packages: [
        {
          name: 'signed',
          version: '1.0',
          'requires-python': '>=3.7',
          index: server.indexUrl,
          sdist: expect.objectContaining({ name: 'signed-1.0.tar.gz' }) as unknown,
          wheels: [
            {
              name: 'signed-1.0-py3-none-any.whl',
              'upload-time': new Date('2024-05-06T07:08:09Z'),
              url: new URL('../files/signed/signed-1.0-py3-none-any.whl', server.indexUrl).href,
              size: 'the bytes of signed-1.0-py3-none-any.whl'.length,
              hashes: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
            },
          ],
        },
      ],
    });
  });

  it('says on which targets a package counts', async () => {
    const toml = await text('runs\n', { format: 'pylock' }, { pythons: ['3.10', '3.12'] });
    const { packages, environments, ...head } = getStaticTOMLValue(parseTOML(toml)) as {
      packages: { version: string; marker: string }[];
      environments: string[];
    };
    expect(head).toMatchObject({ 'requires-python': '>=3.10' });
    expect(environments).toHaveLength(2);
    expect(packages.map(({ version, marker }) => [version, marker])).toEqual([
      ['1.0', 'python_version < "3.12"'],
      ['2.0', 'python_version >= "3.12"'],
    ]);
  });

  it('never shows who asks: no user name or password of an index', async () => {
    const { protocol, host, pathname } = new URL(server.indexUrl);
    const toml = await text(
      'signed\n',
      { format: 'pylock' },
      { indexUrl: `${protocol}//me:secret@${host}${pathname}` },
    );
    expect(toml).not.toMatch(/secret|me:/);
    expect(toml).toContain(`index = "${server.indexUrl}"`);
  });
});

describe('where there is no lock', () => {
  it('says in prose why the lines cannot be installed together', async () => {
    const lock = await locked('lib-one==2.0\nold-lib==2.0\n');
    expect(lock).toMatchObject({ kind: 'unsolvable' });
    const words = lock.kind === 'unsolvable' ? lock.derivations.flat().join('\n') : '';
    expect(words).toContain('lib-one 2.0 needs old-lib<2');
    expect(words).toContain('(requirements.txt:2)');
  });

  it('stops at a name that no index has, with the line and near names', async () => {
    await expect(locked('app\nlibone\n')).rejects.toMatchObject({
      code: 'no-such-package',
      message: 'no index has a package libone',
      hint: 'did you mean lib-one?',
      at: { sourceLine: 'libone', span: { line: 2 } },
    });
  });

  it('tells what the lock does not hold', async () => {
    const lock = await locked('app\nother @ https://files.example/other.zip\n');
    expect(lock).toMatchObject({
      kind: 'locked',
      notes: [expect.stringContaining('other (requirements.txt:2) is a direct reference')],
    });
  });
});
