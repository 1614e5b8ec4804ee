import type { World } from '../../io/world.ts';
import type { Database } from './database.ts';
import type { EnginePlace } from './engine-place.ts';
import { checkServer } from './postgres/check-server.ts';
import { embeddedDatabase } from './postgres/embedded-database.ts';
import { remoteDatabase } from './postgres/remote-database.ts';

/** The database of a place: it answers, and is one that the engine can live in. */
export async function reachDatabase(
  place: EnginePlace,
  world: Pick<World, 'environment'>,
): Promise<Database> {
  const database =
    place.kind === 'embedded'
      ? await embeddedDatabase(place.folder, world.environment)
      : remoteDatabase(place.url, world.environment);
  await checkServer(database);
  return database;
}
