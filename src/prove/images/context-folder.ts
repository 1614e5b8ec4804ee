import { join, posix } from 'node:path';
import type { World } from '../../io/world.ts';
import type { DeclaredStart } from '../../read/manifests/dockerfile/declared-start.ts';

/** The build context of a Dockerfile: the folder, from its own up to the root, that has most of what it copies; the nearest of several. */
export async function contextFolder(
  dockerfile: string,
  copies: DeclaredStart['copies'],
  root: string,
  { files }: Pick<World, 'files'>,
): Promise<string> {
  const sources = copies.flatMap(({ from, sources: own }) => (from === null ? own : []));
  let best = { folder: posix.dirname(dockerfile), count: -1 };
  for (let folder = best.folder; ; folder = posix.dirname(folder)) {
    const there = await Promise.all(
      sources.map(
        async (source) =>
          (await files.realPath(join(root, folder, source.replace(/[^/]*[*?].*$/, '')))) !== null,
      ),
    );
    const count = there.filter(Boolean).length;
    if (count > best.count) best = { folder, count };
    if (folder === '.') return best.folder;
  }
}
