import { join } from 'node:path';
import { UserFacingError } from './domain/errors.ts';
import type { Rollout } from './domain/rollout.ts';
import { fileState } from './io/file-state.ts';
import type { World } from './io/world.ts';
import { isOver, rollBack, tellRollout } from './rollouts.ts';
import { openRollouts } from './rollout-client.ts';
import type { RolloutClient } from './rollout-client.ts';
import { enginePlace } from './ship/engine/engine-place.ts';
import { readRollout } from './ship/rollout/read-rollout.ts';
import type { ReachRollouts, RolloutSource, ToldAction } from './show/web/rollout-source.ts';
import type { Watch } from './watch.ts';
import { workerKeeper } from './worker-keeper.ts';
import type { OwnCommand, WorkerKeeper } from './worker-keeper.ts';

/**
 * The engine as the page asks of it. Without a flag or a variable that names one it is this machine's own, and only where there is one already: looking at
 * runs starts no database.
 */
export function reachRollouts(
  flag: string | null,
  own: OwnCommand,
  world: World,
  watch: Watch = {},
): ReachRollouts {
  // What is wrong with the flag is told at once, and not at the first look.
  const place = enginePlace(flag, world);
  return async () => {
    if (place.kind === 'embedded' && (await fileState(join(place.folder, 'postgres'))) === null)
      return { problem: 'no rollout was begun on this machine yet; --engine names another engine' };
    const client = await openRollouts(flag, world);
    return sourceOf(client, workerKeeper(client, own, world, watch), world, watch);
  };
}

function sourceOf(client: RolloutClient, keeper: WorkerKeeper, world: World, watch: Watch): RolloutSource {
  const { engine, place } = client;
  /** Those that are over do not change any more. */
  const over = new Map<string, { readonly at: string; readonly rollout: Rollout }>();
  const read = async (id: string, at: string): Promise<Rollout | null> => {
    const kept = over.get(id);
    if (kept?.at === at) return kept.rollout;
    const rollout = await readRollout(engine, id);
    if (rollout !== null && isOver(rollout)) over.set(id, { at, rollout });
    return rollout;
  };
  return {
    name: place.kind === 'embedded' ? 'the engine of this machine' : nameOf(place.url),
    list: async (most) => {
      const records = await engine.list({ workflow: 'rollout', most });
      const all: (Rollout | null)[] = [];
      for (const { id, updatedAt } of records) all.push(await read(id, updatedAt));
      return all.filter((one) => one !== null);
    },
    read: (id) => readRollout(engine, id),
    tell: (action) => tell(client, action, world),
    keepWorking: () => kept(keeper, watch),
    close: () => engine.close(),
  };
}

/** Who looks at the page hears of rollouts; that no worker stays is told where the server runs, and stops nothing. */
async function kept(keeper: WorkerKeeper, watch: Watch): Promise<void> {
  try {
    await keeper.keep();
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    watch.onNotice?.(error.message);
  }
}

async function tell(
  client: RolloutClient,
  { kind, id, stage, by, why }: ToldAction,
  world: World,
): Promise<string | null> {
  if (kind === 'rollback') return (await rollBack(client, id, null, world, { by, why })).id;
  const command = kind === 'approve' ? { kind, stage: stage!, by } : { kind, by };
  return (await tellRollout(client, id, command, world)) ? id : null;
}

/** Host and database: neither user nor password. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `PostgreSQL at ${host}${pathname}`;
}
