import { posix } from 'node:path';
import type { ReadingContext } from '../manifest-reader.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { SourceText } from '../source-text.ts';
import type { BakeFile } from './bake/bake-file.ts';
import { readBakeJson } from './bake/bake-json.ts';
import { bakedImages } from './bake/bake-targets.ts';
import { readHcl } from './bake/hcl-file.ts';
import { CI_FILES } from './ci-files.ts';
import type { ImageBuilds } from './image-build.ts';
import type { YamlKind } from './yaml/read-yaml-builds.ts';
import { mentionsArm } from './yaml/workflow-runner.ts';

const MAX_BYTES = 512 * 1024;

const BAKE_FILE = /^(?:.+[._-])?bake(?:[._-].+)?\.(?:hcl|json)$/i;
/** What `docker buildx bake` reads where no file is named, in its order; later ones have the last word. */
const READ_BY_ITSELF = [
  'docker-bake.json',
  'docker-bake.hcl',
  'docker-bake.override.json',
  'docker-bake.override.hcl',
];

const YAML_FILES: readonly (readonly [YamlKind, RegExp])[] = [
  ['compose', /(?:^|\/)(?:docker-)?compose(?:[._-][^/]+)?\.ya?ml$/i],
  ...CI_FILES,
  ['cloud-build', /(?:^|\/)cloud-?build(?:[._-][^/]+)?\.ya?ml$/i],
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
  return [...read, ...(await inYaml(files, context))];
}

/** Files that name no platform and no runner of ARM are not parsed, and their parser is loaded for the others alone. */
async function inYaml(files: ProjectFiles, context: ReadingContext): Promise<readonly ImageBuilds[]> {
  const byFolder = new Map<string, { kind: YamlKind; folder: string; sources: SourceText[] }>();
  for (const [kind, names] of YAML_FILES)
    for (const path of context.tree.paths.filter((one) => names.test(one))) {
      const source = await files.open(path, MAX_BYTES);
      if (!source || !mayTell(kind, source.text)) continue;
      const folder = posix.dirname(path);
      const key = `${kind} ${folder}`;
      const group = byFolder.get(key) ?? { kind, folder, sources: [] };
      group.sources.push(source);
      byFolder.set(key, group);
    }
  if (byFolder.size === 0) return [];
  const { readYamlBuilds } = await import('./yaml/read-yaml-builds.ts');
  return [...byFolder.values()].map(({ kind, folder, sources }) => readYamlBuilds(kind, folder, sources));
}

function mayTell(kind: YamlKind, text: string): boolean {
  return text.includes('platform') || (kind === 'workflow' && mentionsArm(text));
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
