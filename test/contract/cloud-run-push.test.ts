import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import type { World } from '../../src/io/world.ts';
import type { BuildRequest } from '../../src/ship/deployment/platform.ts';
import { cloudRunPlatform } from '../../src/ship/platforms/cloud-run/cloud-run-platform.ts';

function missing(): string | null {
  for (const program of ['docker-registry', 'buildah'])
    try {
      execFileSync('which', [program]);
    } catch (error) {
      return `${program} is not installed (${error instanceof Error ? 'which fails' : 'no which'})`;
    }
  return null;
}

const reason = missing();

describe.skipIf(reason !== null)(`images that are built here${reason === null ? '' : ` (${reason})`}`, () => {
  let folder: string;
  let registry: ChildProcess;
  let world: World;
  let host: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fettle-registry-'));
    host = `127.0.0.1:${await freePort()}`;
    const config = `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${folder}/data\nhttp:\n  addr: ${host}\n`;
    writeFileSync(join(folder, 'config.yml'), config);
    registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
    world = await openWorld({
      cacheDir: join(folder, 'cache'),
      environment: process.env,
      onWarning: () => undefined,
    });
    for (let tries = 0; tries < 100 && !(await isUp(host)); tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });

  afterAll(async () => {
    registry.kill();
    await closeWorld(world);
    rmSync(folder, { recursive: true, force: true });
  });

  it('are pushed by digest, found by their key, and known to be there', async () => {
    const platform = cloudRunPlatform(world, { endpoint: { host: '127.0.0.1', port: 9, token: null } });
    const request = await requestFor(`${host}/team`);
    const built = await platform.build(request, () => undefined);
    if (built.kind !== 'done') throw new Error(JSON.stringify(built));
    const { artifact } = built.value;
    expect(artifact.reference).toBe(`${host}/team/shop@${artifact.digest}`);
    const manifest = await fetch(`http://${host}/v2/team/shop/manifests/${artifact.digest}`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    });
    expect(manifest.status).toBe(200);
    const again = await platform.build(request, () => undefined);
    expect(again).toMatchObject({ value: { artifact, notes: ['it was built before'] } });
    expect(await platform.push(artifact, request.settings)).toEqual({ kind: 'done', value: artifact });
    const other = { ...artifact, reference: `${host}/team/shop@sha256:${'0'.repeat(64)}` };
    expect(await platform.push(other, request.settings)).toMatchObject({ kind: 'refused', cause: 'missing' });
    await platform.close();
  });
});

async function requestFor(repository: string): Promise<BuildRequest> {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, 'FROM scratch\nCOPY hello /hello\n');
  tar.entry({ name: 'hello' }, 'hello\n');
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  const cloudRun = {
    project: null,
    region: null,
    repository,
    buildFile: null,
    substitutions: {},
    builder: 'here',
  };
  const settings = { service: 'shop', stages: [], cloudRun } as unknown as BuildRequest['settings'];
  return { key: 'one', context: Buffer.concat(parts), dockerfile: 'Dockerfile', settings, timeMs: 60_000 };
}

async function isUp(host: string): Promise<boolean> {
  try {
    return (await fetch(`http://${host}/v2/`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
