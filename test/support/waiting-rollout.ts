import { createHash } from 'node:crypto';
import type { RolloutRequest } from '../../src/domain/rollout.ts';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import { openEngine } from '../../src/ship/engine/open-engine.ts';
import { servicePlaceOf } from '../../src/ship/rollout/rollout-names.ts';
import { stageOf } from '../../src/ship/rollout/rollout-world.test-double.ts';
import { pythonService, SETTINGS, SHAPE, tarOf } from './local-services.ts';
import type { ServedFolders } from './served-command.ts';

/**
 * Asks the engine of this machine, in these folders, for rollouts of services whose only stage waits for approval; nobody works at them yet.
 * Gives their ids.
 */
export async function beginRollouts(
  { data, cache }: Pick<ServedFolders, 'cache' | 'data'>,
  services: readonly string[],
): Promise<readonly string[]> {
  const environment = { ...process.env, FETTLE_DATA_DIR: data, FETTLE_CACHE_DIR: cache };
  const world = await openWorld({ cacheDir: null, environment, onWarning: () => undefined });
  const engine = await openEngine({ kind: 'embedded', folder: data }, world);
  const bytes = await tarOf(pythonService('one'));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await engine.keep(digest, bytes);
  const ids: string[] = [];
  for (const service of services) {
    const stages = [stageOf('production', { service, approval: true, steps: [100] })];
    const settings = {
      ...{ ...SETTINGS, service, stages },
      shape: { ...SHAPE, startupProbe: { ...SHAPE.startupProbe!, path: null } },
    };
    const request: RolloutRequest = {
      ...{ id: `${service}-20261127t090000-k3f9`, settings, until: 'production', verified: null, by: 'ann' },
      ...{ source: { kind: 'snapshot', digest, dockerfile: null }, createdAt: new Date().toISOString() },
    };
    await engine.enqueue({ name: 'rollout' }, request.id, request, servicePlaceOf(settings));
    ids.push(request.id);
  }
  await engine.close();
  await closeWorld(world);
  return ids;
}
