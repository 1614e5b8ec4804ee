import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixedClock } from '../../../io/fixed-clock.ts';
import { nodeFiles } from '../../../io/node-files.ts';
import {
  artifactFolder,
  markArtifact,
  readArtifact,
  sweepArtifacts,
  touchArtifact,
} from './kept-artifacts.ts';
import type { LocalFolders } from './local-folders.ts';

const NOW = '2026-11-27T12:00:00Z';
const LONG_AGO = new Date('2026-11-27T10:00:00Z');
const world = { files: nodeFiles, clock: fixedClock(NOW) };

let base: string;
let folders: LocalFolders;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'fettle-artifacts-'));
  folders = {
    ...{ base, services: join(base, 'services'), artifacts: join(base, 'artifacts') },
    ...{ environments: join(base, 'environments'), builds: join(base, 'builds'), logs: join(base, 'logs') },
    ...{ sockets: base, socket: join(base, 's'), lock: join(base, 'l'), supervisorLog: join(base, 'log') },
  };
});
afterEach(() => rm(base, { recursive: true, force: true }));

it('sweeps away what no revision uses and nobody has touched for an hour, with its environment', async () => {
  const [used, unused, fresh] = ['a', 'b', 'c'].map((letter) => `sha256:${letter.repeat(64)}`) as [
    string,
    string,
    string,
  ];
  for (const digest of [used, unused, fresh]) await made(digest, LONG_AGO);
  await touchArtifact(folders, fresh, new Date(NOW));
  // What a build that was killed left: no marker.
  await aged(join(folders.artifacts, `${'d'.repeat(64)}.0badf00d`, 'root'));
  await sweepArtifacts(folders, [{ digest: used, reference: '' }], world);
  expect((await readdir(folders.artifacts)).sort()).toEqual(['a'.repeat(64), 'c'.repeat(64)]);
  expect((await readdir(folders.environments)).sort()).toEqual(['of-a', 'of-c']);
  expect(await readArtifact(folders, used, world)).toMatchObject({ digest: used, kind: 'environment' });
  expect(await readArtifact(folders, unused, world)).toBeNull();
});

it('takes no other text for a digest', () => {
  for (const digest of ['', 'sha256:', `sha256:${'a'.repeat(63)}/`, `md5:${'a'.repeat(64)}`, '../../etc'])
    expect(artifactFolder(folders, digest)).toBeNull();
});

async function made(digest: string, at: Date): Promise<void> {
  const folder = artifactFolder(folders, digest)!;
  const environment = join(folders.environments, `of-${digest.at(-1)!}`);
  await mkdir(folder, { recursive: true });
  await aged(environment);
  await markArtifact(
    folder,
    {
      ...{ digest, kind: 'environment', command: [], workdir: '/', copiesWorkdir: false, port: null },
      ...{ environment: {}, readable: [join(environment, 'env-1')] },
    },
    world,
  );
  await touchArtifact(folders, digest, at);
}

async function aged(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await utimes(path, LONG_AGO, LONG_AGO);
  await utimes(join(path, '..'), LONG_AGO, LONG_AGO);
}
