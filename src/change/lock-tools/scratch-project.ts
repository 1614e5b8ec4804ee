import { dirname, join } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { fileBytes } from '../source-bytes.ts';
import type { RelockRequest } from './relock-request.ts';

/** A copy of the project's files that a tool may change as it likes. */
export interface ScratchProject {
  /** The folder that is removed afterwards: caches, environments and the copy stand in it. */
  readonly folder: string;
  /** The lock's folder in the copy. */
  readonly cwd: string;
  write(path: string, text: string): Promise<void>;
  /** Null: the tool removed it. */
  read(path: string): Promise<string | null>;
}

const MAX_LOCK_BYTES = 64 * 1024 * 1024;

/** Lays the files out in a new private folder, uses it, and removes it whatever happened. */
export async function inScratchProject<T>(
  request: Pick<RelockRequest, 'files' | 'encodings' | 'lock'>,
  world: Pick<World, 'files'>,
  workplace: Workplace,
  use: (project: ScratchProject) => Promise<T>,
): Promise<T> {
  const scratch = await workplace.openFolder();
  const place = (path: string): string => join(scratch.path, 'project', inside(path));
  const write = async (path: string, text: string): Promise<void> => {
    await world.files.makeDirectory(dirname(place(path)));
    const encoding = request.encodings?.get(path);
    await world.files.writeAtomic(place(path), fileBytes({ path, encoding }, text));
  };
  const read = async (path: string): Promise<string | null> => {
    const bytes = await world.files.read(place(path), MAX_LOCK_BYTES);
    return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  };
  try {
    await world.files.makeDirectory(join(scratch.path, 'project'));
    // Ends uv's search for settings in the folders above, which are those of this machine's temporary files.
    await world.files.writeAtomic(join(scratch.path, 'uv.toml'), new Uint8Array());
    for (const [path, text] of request.files) await write(path, text);
    return await use({ folder: scratch.path, cwd: dirname(place(request.lock)), write, read });
  } finally {
    await scratch.remove();
  }
}

function inside(path: string): string {
  if (path.startsWith('/') || path.includes('\0') || path.split('/').includes('..'))
    throw new UserFacingError('cannot-write', `${JSON.stringify(path)} leads out of the project`, {
      hint: 'run fettle on the folder that holds the file itself',
    });
  return path;
}
