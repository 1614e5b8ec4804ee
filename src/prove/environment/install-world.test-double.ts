import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Target } from '../../domain/target.ts';
import { closeWorld, openWorld } from '../../io/real-world.ts';
import type { World } from '../../io/world.ts';
import { pypi } from '../../read/ecosystems/pypi/pypi.ts';
import type { InstallRequest } from './install-request.ts';

/** Where the tests' own uv is, as for those of lock files; null: they are skipped. */
export const UV: string | null = [resolve('.cache/tools/bin/uv')].find((path) => existsSync(path)) ?? null;

/** The machine's own world with a cache folder of its own. `uv` false: none is on the PATH. */
export async function installWorld(
  more: Readonly<Record<string, string>> = {},
  uv = true,
): Promise<{ readonly world: World; readonly folder: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-environment-'));
  const path = (process.env['PATH'] ?? '').split(':').filter((one) => !existsSync(join(one, 'uv')));
  const world = await openWorld({
    cacheDir: join(folder, 'cache'),
    environment: {
      PATH: [...(uv && UV !== null ? [resolve('.cache/tools/bin')] : []), ...path].join(':'),
      HOME: process.env['HOME'] ?? '/',
      UV_CACHE_DIR: join(folder, 'uv-cache'),
      PIP_CONFIG_FILE: '/dev/null',
      PIP_NO_CACHE_DIR: '1',
      ...more,
    },
    onWarning: () => undefined,
  });
  return {
    world,
    folder,
    close: async () => {
      await closeWorld(world);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A request for "name==version" with hashes, for this machine and Python 3.11. */
export function installRequest(
  world: World,
  indexUrl: string,
  packages: InstallRequest['packages'],
  more: {
    readonly python?: string;
    readonly target?: Partial<Target>;
    readonly offline?: boolean;
    readonly allowBuild?: boolean;
  } = {},
): InstallRequest {
  return {
    target: {
      ...world.machine!.platform,
      runtime: { implementation: 'cpython', version: more.python ?? '3.11' },
      ...more.target,
    },
    packages,
    index: {
      ...{ root: '/nowhere', indexUrl, options: [], asOf: null, bundle: null },
      ...{ offline: more.offline ?? false, allowBuild: more.allowBuild ?? false },
    },
    rules: pypi,
  };
}
