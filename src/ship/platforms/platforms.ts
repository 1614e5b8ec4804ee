import type { PlatformName } from '../../domain/deploy-settings.ts';
import type { World } from '../../io/world.ts';
import type { Platform } from '../deployment/platform.ts';

/** Every platform. What it is made of is loaded when it is opened: a rollout on this machine needs no client of a cloud. */
const PLATFORMS = {
  local: async (world: World): Promise<Platform> =>
    (await import('./local/local-platform.ts')).localPlatform(world, { supervisorScript: null }),
  'cloud-run': async (world: World): Promise<Platform> =>
    (await import('./cloud-run/cloud-run-platform.ts')).cloudRunPlatform(world),
} satisfies Record<PlatformName, (world: World) => Promise<Platform>>;

/** Whoever opens it closes it. */
export function openPlatform(name: PlatformName, world: World): Promise<Platform> {
  return PLATFORMS[name](world);
}

export interface OpenPlatforms {
  readonly of: (name: PlatformName) => Platform;
  close(): Promise<void>;
}

/** All of them, for a worker, which does not know what it will be asked for. */
export async function openAllPlatforms(world: World): Promise<OpenPlatforms> {
  const names = Object.keys(PLATFORMS) as PlatformName[];
  const opened = new Map(
    await Promise.all(names.map(async (name) => [name, await openPlatform(name, world)] as const)),
  );
  return {
    of: (name) => opened.get(name)!,
    close: async () => void (await Promise.all([...opened.values()].map((platform) => platform.close()))),
  };
}
