import { join } from 'node:path';
import { makeStateFolder } from '../../change/state-folder.ts';
import type { World } from '../../io/world.ts';

/** Keeps what builders of images said, each in a file of its own. Errors as `Files.writeAtomic`. */
export async function saveLogs(
  root: string,
  run: string,
  logs: ReadonlyMap<string, string>,
  world: Pick<World, 'files'>,
): Promise<void> {
  if (logs.size === 0) return;
  const folder = await makeStateFolder(root, `runs/${run}`, world.files);
  for (const [name, text] of logs) {
    const file = `build-${name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '')}.log`;
    await world.files.writeAtomic(join(folder, file), new TextEncoder().encode(text));
  }
}
