import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { World } from '../../src/io/world.ts';
import { installEnvironment } from '../../src/prove/environment/install-environment.ts';
import type { AskedPackage, InstallRequest } from '../../src/prove/environment/install-request.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { folderWith, liveWorld, missing, PATIENCE_MS, title, uvCompile } from './live.ts';

const ON_THIS = { python: '3.11', platform: 'x86_64-manylinux_2_28' };

async function requestFor(requirements: string, world: World): Promise<InstallRequest> {
  const root = folderWith({ 'requirements.txt': requirements });
  const answer = await uvCompile(join(root, 'requirements.txt'), ON_THIS);
  if (answer.kind === 'unsolvable') throw new Error(answer.why);
  const settings = {
    root,
    indexUrl: null,
    options: [],
    offline: false,
    asOf: null,
    allowBuild: false,
    bundle: null,
  };
  const index = await pypi.openIndex(world, settings);
  const packages = answer.pins.map(async (pin): Promise<AskedPackage> => {
    const [name, version] = pin.split(/==| ;/) as [string, string];
    const published = (await index.package(pypi.name(name) as PackageName))!;
    const parsed = pypi.parseVersion(version);
    if ('kind' in parsed) throw new Error(parsed.message);
    return { name, version, hashes: published.hashes(published.position(parsed)) };
  });
  return {
    target: { ...world.machine!.platform, runtime: { implementation: 'cpython', version: '3.11' } },
    packages: await Promise.all(packages),
    index: settings,
    rules: pypi,
  };
}

describe.skipIf(missing !== null)(title('an install from the real index'), () => {
  it(
    'holds what flask 2.2.5 needs, imports it, and is there the next time',
    async () => {
      const live = await liveWorld();
      const environmentsFolder = join(folderWith({ 'here.txt': '' }), 'environments');
      const world = { ...live, machine: { ...live.machine!, environmentsFolder } };
      const request = await requestFor('flask==2.2.5\n', world);
      const first = await installEnvironment(request, world);
      if (first.kind === 'failed') throw new Error(`${first.why}\n${first.check?.output ?? ''}`);
      expect([...first.environment.distributions.keys()]).toEqual(
        expect.arrayContaining(['flask', 'werkzeug', 'jinja2']),
      );
      expect(first.consistency.verdict).toBe('consistent');
      execFileSync(first.environment.interpreter, ['-I', '-c', 'import flask']);
      const again = await installEnvironment(request, world);
      expect(again).toMatchObject({ kind: 'installed', reused: true });
      rmSync(environmentsFolder, { recursive: true });
    },
    PATIENCE_MS,
  );

  it(
    'is made by a uv that is fetched, with the hash that fettle knows, where the machine has none',
    async () => {
      const live = await liveWorld();
      const folder = folderWith({ 'here.txt': '' });
      const path = (live.environment['PATH'] ?? '')
        .split(':')
        .filter((one) => !/tools\/bin$|\.local\/bin$/.test(one));
      const machine = {
        ...live.machine!,
        toolsFolder: join(folder, 'tools'),
        environmentsFolder: join(folder, 'environments'),
      };
      const world = { ...live, machine, environment: { ...live.environment, PATH: path.join(':') } };
      const outcome = await installEnvironment(await requestFor('click==8.1.7\n', world), world);
      if (outcome.kind === 'failed') throw new Error(`${outcome.why}\n${outcome.check?.output ?? ''}`);
      expect(outcome.check.command[0]).toContain(join(folder, 'tools', 'uv-'));
      expect(outcome.notes).toEqual([]);
    },
    PATIENCE_MS,
  );
});
