import { sep } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { Files } from './files.ts';

/** The same files, of which nothing below these folders is written, whoever tries (`not-allowed`). Absolute paths. */
export function withoutWriting(files: Files, folders: readonly string[]): Files {
  const check = async (path: string): Promise<void> => {
    const places = [path, await files.realPath(path)].filter((place) => place !== null);
    const isKept = places.some((place) =>
      folders.some((folder) => place === folder || place.startsWith(folder === sep ? sep : folder + sep)),
    );
    if (isKept)
      throw new UserFacingError('not-allowed', `${path} would be written, and this server only reads`, {
        hint: 'its user has to start it with --allow-write',
      });
  };
  return {
    ...files,
    writeAtomic: async (path, bytes) => {
      await check(path);
      return files.writeAtomic(path, bytes);
    },
    remove: async (path) => {
      await check(path);
      return files.remove(path);
    },
    makeDirectory: async (path) => {
      await check(path);
      return files.makeDirectory(path);
    },
    lock: async (path) => {
      await check(path);
      return files.lock(path);
    },
  };
}
