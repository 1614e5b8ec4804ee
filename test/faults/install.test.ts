import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installEnvironment } from '../../src/prove/environment/install-environment.ts';
import { installRequest, installWorld, UV } from '../../src/prove/environment/install-world.test-double.ts';
import type { PypiServer } from '../contract/ecosystem-pypi-server.ts';
import { makeWheel, serveWheels } from '../support/wheels.ts';
import { programOf, startProgram } from './child-program.ts';
import { mountSmallDisk } from './small-disk.ts';

const leaf = makeWheel({ name: 'leaf', version: '1.0', files: { 'leaf.py': 'X = 1\n' } });
// Noise: it does not compress.
const large = makeWheel({
  name: 'large',
  version: '1.0',
  files: { 'large.bin': Uint8Array.from({ length: 600_000 }, (_, at) => (at * at * 31 + at * 7) % 251) },
});
const asked = [leaf, large].map(({ name, version, sha256 }) => ({
  name,
  version,
  hashes: [`sha256:${sha256}`],
}));

/** Installs with the settings of its first argument, and says what came of it. */
const PROGRAM = `
import { closeWorld, openWorld } from './io/real-world.ts';
import { installEnvironment } from './prove/environment/install-environment.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
const { cacheDir, environment, request } = JSON.parse(process.argv[2]!);
const world = await openWorld({ cacheDir, environment, onWarning: () => undefined });
const outcome = await installEnvironment({ ...request, rules: pypi }, world);
console.log(outcome.kind);
await closeWorld(world);
`;

describe.skipIf(UV === null)('an install', () => {
  let server: PypiServer;
  let here: Awaited<ReturnType<typeof installWorld>>;
  beforeAll(async () => {
    server = await serveWheels([leaf, large]);
    here = await installWorld();
  });
  afterAll(async () => {
    await Promise.all([server.close(), here.close()]);
  });

  it('that was killed leaves nothing that is ever used, and the next one works and takes it away', async () => {
    // A uv that has just installed all when its caller is killed.
    const shims = join(here.folder, 'shims');
    mkdirSync(shims);
    const done = join(here.folder, 'installed');
    writeFileSync(
      join(shims, 'uv'),
      `#!/bin/sh\n"${UV}" "$@" || exit\ncase "$*" in *sync*) touch "${done}"; sleep 3;; esac\n`,
    );
    chmodSync(join(shims, 'uv'), 0o755);
    const request = { ...installRequest(here.world, server.indexUrl, asked), rules: null };
    const environment = { ...here.world.environment, PATH: `${shims}:${here.world.environment['PATH']}` };
    const settings = { cacheDir: join(here.folder, 'cache-of-killed'), environment, request };
    const program = startProgram(await programOf(PROGRAM), JSON.stringify(settings));
    while (!existsSync(done)) await sleep(20);
    await program.kill();
    const folder = join(settings.cacheDir, 'environments');
    const [left] = readdirSync(folder).filter((name) => !name.endsWith('.lock'));
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual([]);
    const world = { ...here.world, machine: { ...here.world.machine!, environmentsFolder: folder } };
    const again = await installEnvironment(installRequest(world, server.indexUrl, asked), world);
    expect(again).toMatchObject({ kind: 'installed', reused: false, notes: [] });
    expect(readdirSync(folder)).not.toContain(left);
    expect(readdirSync(folder).filter((name) => !/\.(json|lock)$/.test(name))).toHaveLength(1);
  }, 60_000);

  it('on a full disk is unknown, and leaves nothing', async ({ skip }) => {
    const disk = mountSmallDisk(400);
    if (disk === null) return skip('a small disk cannot be mounted without root');
    try {
      const folder = join(disk.path, 'environments');
      const world = { ...here.world, machine: { ...here.world.machine!, environmentsFolder: folder } };
      const outcome = await installEnvironment(installRequest(world, server.indexUrl, asked), world);
      expect(outcome).toMatchObject({
        verdict: 'unknown',
        why: expect.stringContaining('disk is full') as string,
      });
      expect(readdirSync(folder).filter((name) => !name.endsWith('.lock'))).toEqual([]);
    } finally {
      disk.remove();
    }
  }, 60_000);
});
