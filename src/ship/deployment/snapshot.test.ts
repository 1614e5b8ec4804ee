import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../io/node-files.ts';
import { ignoredPaths } from './ignored-paths.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Snapshot, SnapshotRequest } from './snapshot.ts';

let context: string;
beforeEach(async () => {
  context = await mkdtemp(join(tmpdir(), 'fettle-snapshot-'));
});
afterEach(() => rm(context, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(context, path)), { recursive: true });
    await writeFile(join(context, path), text);
  }
}

function snapshot(more: Partial<SnapshotRequest> = {}): Promise<Snapshot> {
  return takeSnapshot({ context, dockerfile: null, ...more }, { files: nodeFiles });
}

/** As tar itself lists it: mode, owner and name. */
function listed({ bytes }: Snapshot): readonly string[] {
  const text = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: bytes, encoding: 'utf8' });
  return text.trim().split('\n');
}

function names(one: Snapshot): readonly string[] {
  return execFileSync('tar', ['-tf', '-'], { input: one.bytes, encoding: 'utf8' }).trim().split('\n');
}

describe('a snapshot of a build context', () => {
  it('is the same bytes for the same files, whenever they were written', async () => {
    await put({ 'b/two.py': '2', 'a.py': '1', 'run.sh': '#!/bin/sh' });
    await chmod(join(context, 'run.sh'), 0o755);
    const first = await snapshot();
    await utimes(join(context, 'a.py'), new Date(0), new Date(1_000_000));
    const second = await snapshot();
    expect(second.digest).toBe(first.digest);
    expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(listed(first)).toEqual([
      expect.stringMatching(/^-rw-r--r-- 0\/0 .* 1980-01-0\d .* a\.py$/),
      expect.stringMatching(/^drwxr-xr-x 0\/0 .* b$/),
      expect.stringMatching(/^-rw-r--r-- 0\/0 .* b\/two\.py$/),
      expect.stringMatching(/^-rwxr-xr-x 0\/0 .* run\.sh$/),
    ]);
    await put({ 'a.py': 'x' });
    expect((await snapshot()).digest).not.toBe(first.digest);
  });

  it('leaves out history, runs, caches, virtual environments and what is ignored', async () => {
    await put({
      ...{ '.git/HEAD': '', '.fettle/runs/a/report.md': '', 'pkg/__pycache__/x.pyc': '', 'app.py': '' },
      ...{ 'env/pyvenv.cfg': '', 'env/lib/x.py': '', 'docs/a.md': '', 'docs/keep.md': '', 'pkg/m.py': '' },
      '.dockerignore': '# what nobody needs\n**/*.md\n!docs/keep.md\npkg\nDockerfile\n',
      Dockerfile: 'FROM scratch\n',
    });
    const one = await snapshot({ dockerfile: 'Dockerfile' });
    expect(names(one)).toEqual(['.dockerignore', 'Dockerfile', 'app.py', 'docs', 'docs/keep.md', 'env']);
    expect(one.warnings).toEqual(['env is a virtual environment and is left out']);
  });

  it('takes the ignore file of the Dockerfile itself before that of the folder', async () => {
    await put({
      'api.Dockerfile': '',
      'api.Dockerfile.dockerignore': 'a',
      '.dockerignore': 'b',
      a: '',
      b: '',
    });
    expect(names(await snapshot({ dockerfile: 'api.Dockerfile' }))).toEqual([
      ...['.dockerignore', 'api.Dockerfile', 'api.Dockerfile.dockerignore', 'b'],
    ]);
  });

  it('points out what looks like a secret, and not what is an example of one', async () => {
    await put({
      '.env': '',
      '.env.production': '',
      '.env.example': '',
      'deploy/server.key': '',
      'app.py': '',
    });
    const { warnings } = await snapshot();
    expect(warnings.map((one) => one.split(' ')[0])).toEqual([
      ...['.env', '.env.production', 'deploy/server.key'],
    ]);
  });

  it('keeps links as links, and no link that leads out of it', async () => {
    await put({ 'a/real.py': '1' });
    await symlink('real.py', join(context, 'a/link.py'));
    await symlink('/etc/passwd', join(context, 'password'));
    await symlink('../../..', join(context, 'a/up'));
    const one = await snapshot();
    expect(listed(one).filter((line) => line.startsWith('l'))).toEqual([
      expect.stringMatching(/a\/link\.py -> real\.py$/),
    ]);
    expect(one.warnings).toEqual([
      'a/up leads out of what is deployed (to ../../..) and is left out',
      'password leads out of what is deployed (to /etc/passwd) and is left out',
    ]);
  });

  it('is refused where it is too large, with what is largest', async () => {
    await put({ 'model.bin': 'x'.repeat(3_000_000), 'app.py': '1' });
    await expect(snapshot({ mostBytes: 2 * 1024 ** 2 })).rejects.toMatchObject({
      code: 'too-large',
      message:
        'what is to be deployed has more than 2 MiB; largest: model.bin (3 MiB until now), app.py (1 KiB until now)',
      hint: 'name what the service does not need in .dockerignore',
    });
  });
});

describe('an ignore file', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['/build', ['build', 'build/a/b'], ['a/build', 'builds']],
    ['*.log', ['a.log'], ['a/b.log', 'log']],
    ['**/*.log', ['a.log', 'a/b/c.log'], ['a.logs']],
    ['data/**', ['data/a', 'data/a/b'], ['data', 'datas/a']],
    ['te?t', ['test', 'test/a'], ['teest', 'te/t']],
    ['[a-c].txt', ['a.txt'], ['d.txt']],
    ['[^a-c].txt', ['d.txt'], ['a.txt']],
    ['a+b(1).txt', ['a+b(1).txt'], ['aab1.txt']],
    ['*\n!keep', ['a', 'b/c'], ['keep', 'keep/a']],
    ['!keep\n*', ['keep'], []],
    ['# all\n\n  spaced  ', ['spaced'], ['# all']],
    ['./dir/', ['dir', 'dir/a'], ['a/dir']],
  ])('%j', (text, out, left) => {
    const ignored = ignoredPaths(text);
    expect(out.filter((path) => !ignored.ignores(path))).toEqual([]);
    expect(left.filter((path) => ignored.ignores(path))).toEqual([]);
  });

  it('with many stars is judged at once', () => {
    expect(ignoredPaths(`${'**/a'.repeat(1)}${'*a'.repeat(8)}b`).ignores('a'.repeat(60))).toBe(false);
  });
});
