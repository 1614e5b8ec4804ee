import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ENVIRONMENT } from '../peers.mjs';
import { makePoetryLock } from './poetry-lock.mjs';

/** Locks name the index that they were made from, so they are made where they are needed; what each maker writes. */
export const MAKERS = { uv: 'uv.lock', 'uv-pylock': 'pylock.toml', poetry: 'poetry.lock' };

/** Makes the lock of a case in its copy, with the versions of the day when it was last made. */
export async function makeFiles(told, folder, instruments) {
  const { made, installs } = told;
  if (made === undefined) return;
  if (made.by === 'poetry') return makePoetryLock(told, folder, instruments);
  const { uv } = instruments;
  const run = (words) => promisify(execFile)(uv, words, { cwd: folder, env: ENVIRONMENT });
  if (made.by === 'uv')
    await run(['lock', '--no-build', ...made.pins.flatMap((pin) => ['--upgrade-package', pin])]);
  else
    await run([
      'pip',
      'compile',
      '--no-build',
      '--universal',
      // Left to itself it takes the Python that it finds, which may have no wheels of what the case pins.
      '--python-version',
      installs[0].python,
      '--format',
      'pylock.toml',
      '-o',
      'pylock.toml',
      ...pinned(made, 'pyproject.toml'),
    ]);
}

function pinned({ pins }, manifest) {
  return [...pins.flatMap((pin) => ['--upgrade-package', pin]), manifest];
}
