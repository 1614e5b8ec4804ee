import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanAgainst } from '../src/baseline.ts';
import type { ComparedScan } from '../src/baseline.ts';
import { revisionFiles } from '../src/io/revision-files.ts';
import type { World } from '../src/io/world.ts';
import { loopbackWorld } from './contract/ecosystem-world.ts';
import { loopbackService } from './support/loopback-service.ts';
import type { LoopbackService } from './support/loopback-service.ts';

let service: LoopbackService;
let root: string;
beforeEach(async () => {
  service = await loopbackService();
  root = join(service.folder, 'service');
});
afterEach(() => service.close());

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.org'];
  return execFileSync('git', ['-C', root, ...identity, ...args], { encoding: 'utf8' });
}

function commit(): void {
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'as it was');
}

function worldWithGit(): World {
  return { ...loopbackWorld(), environment: { PATH: process.env['PATH'], HOME: service.folder } };
}

function against(revision: string, folder = root): Promise<ComparedScan> {
  return scanAgainst(
    {
      ...{ root: folder, paths: [], service: null, pythons: [], platforms: [], only: [], bundle: null },
      ...{ indexUrl: service.server.indexUrl, offline: false, asOf: null, allowBuild: false },
      ...{ advisories: [join(service.folder, 'advisories')], severity: null, strategy: null },
      prereleases: null,
    },
    revision,
    worldWithGit(),
  );
}

function ids({ scan }: ComparedScan): readonly string[] {
  return scan.services.flatMap(({ found }) => found.map(({ finding }) => finding.id));
}

describe('a scan against a git revision', () => {
  it('has nothing new where nothing changed', async () => {
    commit();
    const compared = await against('HEAD');
    expect(ids(compared)).toEqual([]);
    expect(compared.knownBefore.map(({ kind }) => kind)).toContain('vulnerable');
  });

  it('tells what is new from what was known before, wherever its line stands now', async () => {
    await service.write('service/requirements.txt', 'core==1.0\n');
    commit();
    await service.write('service/requirements.txt', '# moved down\n\ngone==0.9\ncore==1.0\n');
    const compared = await against('HEAD');
    expect(ids(compared)).toEqual([expect.stringContaining('OSV-3') as string]);
    expect(compared.knownBefore.map(({ id }) => id)).toEqual([expect.stringContaining('OSV-1') as string]);
  });

  it('takes a revision without requirements as one without findings', async () => {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'nothing');
    expect(ids(await against('HEAD'))).not.toEqual([]);
  });

  it('reads the target of the revision, from files that stand above the folder too', async () => {
    await mkdir(join(root, 'sub'));
    await service.write('service/sub/requirements.txt', 'core==1.0\n');
    commit();
    await service.write('service/sub/requirements.txt', 'core==1.5\n');
    expect(ids(await against('HEAD', join(root, 'sub', 'requirements.txt')))).toEqual([]);
  });

  it('leaves no trace in the work tree', async () => {
    commit();
    await against('HEAD');
    expect(git('status', '--porcelain', '--ignored')).toBe('');
  });

  it.each(['nowhere', '--help', 'HEAD:requirements.txt', ''])('refuses the revision %j', async (revision) => {
    commit();
    await expect(against(revision)).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses a folder that is in no repository, and a machine without git', async () => {
    await expect(against('HEAD')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('in no git repository') as string,
    });
    const world = { ...worldWithGit(), environment: { PATH: service.folder } };
    await expect(revisionFiles(world, root, 'HEAD')).rejects.toMatchObject({
      message: expect.stringContaining('git is not installed') as string,
    });
  });
});

describe('the files of a revision', () => {
  it('are byte for byte what was committed, under any name, and are not written', async () => {
    const name = 'a "b" \u00e9.txt';
    await service.write(`service/${name}`, 'old \u0000 \u00ff\r\n');
    await service.write('service/plain.txt', 'old');
    await symlink('plain.txt', join(root, 'link'));
    await symlink('../..', join(root, 'out'));
    commit();
    await service.write(`service/${name}`, 'new');
    await service.write('service/later.txt', 'new');
    await service.write('service/plain.txt', 'new');
    const files = await revisionFiles(worldWithGit(), root, 'HEAD');
    expect(await files.read(join(root, name))).toEqual(Buffer.from('old \u0000 \u00ff\r\n'));
    expect(await files.read(join(root, 'later.txt'))).toBeNull();
    expect(Buffer.from((await files.read(join(root, 'link')))!).toString()).toBe('old');
    expect(await files.realPath(join(root, 'link'))).toBe(join(root, 'plain.txt'));
    expect(await files.list(root)).toContainEqual({ name: 'link', kind: 'link' });
    expect(await files.realPath(join(root, 'out', 'nothing'))).toBeNull();
    await expect(files.writeAtomic(join(root, 'plain.txt'), new Uint8Array())).rejects.toThrow('revision');
    await expect(files.read(join(root, 'plain.txt'), 2)).rejects.toMatchObject({ code: 'invalid-file' });
  });
});
