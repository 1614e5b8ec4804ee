import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of all files below a folder, links not followed; it is not counted on beyond `most`. */
export async function treeBytes(folder: string, most: number): Promise<number> {
  let bytes = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined && bytes <= most; next = open.pop())
    for await (const entry of await opendir(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) bytes += (await lstat(path)).size;
    }
  return bytes;
}
