import { isOver } from '../../src/rollouts.ts';
import { readRollout } from '../../src/ship/rollout/read-rollout.ts';
import type { RolloutWorld } from '../../src/ship/rollout/rollout-world.test-double.ts';
import type { ReachRollouts } from '../../src/show/web/rollout-source.ts';

/** The workflows of rollouts over a simulated platform, as the server asks an engine: time passes with each question. */
export function simulatedRollouts(world: RolloutWorld): ReachRollouts {
  const read = (id: string): ReturnType<typeof readRollout> => readRollout(world.engine, id);
  return () =>
    Promise.resolve({
      name: 'a simulated engine',
      list: async (most) => {
        const records = await world.engine.list({ workflow: 'rollout', most });
        const all = await Promise.all(records.map(({ id }) => read(id)));
        return all.filter((one) => one !== null);
      },
      read,
      tell: async ({ kind, id, stage, by, why }) => {
        const found = await read(id);
        if (found === null || isOver(found)) return null;
        const at = world.clock.now().toISOString();
        if (kind === 'approve') await world.command(id, { kind, stage: stage!, by, at });
        else if (kind === 'rollback') await world.command(id, { kind, by, why, at });
        else await world.command(id, { kind, by, at });
        return id;
      },
      keepWorking: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
}
