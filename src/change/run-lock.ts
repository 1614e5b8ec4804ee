import { join } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { Files } from '../io/files.ts';
import { makeStateFolder, STATE_FOLDER } from './state-folder.ts';

/** Does `work` while no other process writes in this project; `locked` where one does. */
export async function whileLocked<T>(root: string, files: Files, work: () => Promise<T>): Promise<T> {
  await makeStateFolder(root, 'journal', files);
  const lock = await files.lock(join(root, STATE_FOLDER, 'lock'));
  if (lock === null)
    throw new UserFacingError('locked', `another run of fettle is writing in ${root}`, {
      hint: 'wait until it has ended, then run the command again',
    });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
