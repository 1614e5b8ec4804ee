import { posix } from 'node:path';
import type { ReadingContext } from '../manifest-reader.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { SourceText } from '../source-text.ts';
import type { BakeFile } from './bake-file.ts';
import { readBakeJson } from './bake-json.ts';
import { bakedImages } from './bake-targets.ts';
import { readHcl } from './hcl-file.ts';
import type { ImageBuilds } from './image-build.ts';

const MAX_BYTES = 512 * 1024;

const BAKE_FILE = /^(?:.+[._-])?bake(?:[._-].+)?\.(?:hcl|json)$/i;
/** What `docker buildx bake` reads where no file is named, in its order; later ones have the last word. */
const READ_BY_ITSELF = [
  'docker-bake.json',
  'docker-bake.hcl',
  'docker-bake.override.json',
  'docker-bake.override.hcl',
];

/** The images of all files of the tree that say for which platforms a Dockerfile is built. */
export async function readImageBuilds(
  files: ProjectFiles,
  context: ReadingContext,
): Promise<readonly ImageBuilds[]> {
  const paths = context.tree.paths.filter((path) => BAKE_FILE.test(posix.basename(path)));
  const folders = new Set(paths.map((path) => posix.dirname(path)));
  const read: ImageBuilds[] = [];
  for (const folder of folders) {
    const names = paths.filter((path) => posix.dirname(path) === folder).map((path) => posix.basename(path));
    read.push(await bakedIn(folder, names, files));
  }
  return read;
}

/** A file of another name is given by `--file`, over those that are read by themselves or without them. */
async function bakedIn(folder: string, names: readonly string[], files: ProjectFiles): Promise<ImageBuilds> {
  const bake = new Map<string, BakeFile>();
  for (const name of names) {
    const source = await files.open(posix.join(folder, name), MAX_BYTES);
    if (source) bake.set(name, readBake(source));
  }
  const first = READ_BY_ITSELF.flatMap((name) => bake.get(name) ?? []);
  const others = [...bake].filter(([name]) => !READ_BY_ITSELF.includes(name)).map(([, file]) => file);
  return {
    folder,
    builds: [...bakedImages(first), ...others.flatMap((other) => bakedImages([...first, other]))],
    unreadable: [...bake.values()].flatMap(({ unreadable }) => unreadable),
  };
}

function readBake(source: SourceText): BakeFile {
  return source.path.toLowerCase().endsWith('.json') ? readBakeJson(source) : readHcl(source);
}
