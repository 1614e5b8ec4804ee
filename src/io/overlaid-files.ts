import type { Files } from './files.ts';

/** Files as they would be with these texts written, by absolute path; nothing is written. */
export function overlaidFiles(files: Files, changed: ReadonlyMap<string, Uint8Array>): Files {
  return {
    read: (path, maxBytes) => {
      const bytes = changed.get(path);
      return bytes === undefined ? files.read(path, maxBytes) : Promise.resolve(bytes);
    },
    list: (path) => files.list(path),
    realPath: (path) => files.realPath(path),
    writeAtomic: (path, bytes) => files.writeAtomic(path, bytes),
    remove: (path) => files.remove(path),
    makeDirectory: (path) => files.makeDirectory(path),
    lock: (path) => files.lock(path),
  };
}
