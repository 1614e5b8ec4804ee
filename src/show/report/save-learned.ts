import { join } from 'node:path';
import { makeStateFolder } from '../../change/state-folder.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { World } from '../../io/world.ts';
import { learnedText } from '../../read/learned/learned-text.ts';

/** Keeps what a run learned as a file that others can be given (`--learned`). Errors as `Files.writeAtomic`. */
export async function saveLearned(
  root: string,
  run: string,
  learned: readonly LearnedBreak[],
  world: Pick<World, 'files'>,
): Promise<void> {
  if (learned.length === 0) return;
  const folder = await makeStateFolder(root, `runs/${run}`, world.files);
  await world.files.writeAtomic(join(folder, 'learned.json'), new TextEncoder().encode(learnedText(learned)));
}
