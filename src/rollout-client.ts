import type { World } from './io/world.ts';
import type { Engine } from './ship/engine/engine.ts';
import { enginePlace } from './ship/engine/engine-place.ts';
import type { EnginePlace } from './ship/engine/engine-place.ts';
import { openEngine } from './ship/engine/open-engine.ts';

/** The engine of rollouts, as one who asks of it. Whoever opens it closes its engine. */
export interface RolloutClient {
  readonly engine: Engine;
  readonly place: EnginePlace;
}

/** `flag`: the address of a PostgreSQL; null: as the environment says, else the one of this machine. */
export async function openRollouts(flag: string | null, world: World): Promise<RolloutClient> {
  const place = enginePlace(flag, world);
  return { engine: await openEngine(place, world), place };
}
