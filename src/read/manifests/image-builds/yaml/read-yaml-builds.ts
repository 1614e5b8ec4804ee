import { posix } from 'node:path';
import { readPlacedYaml } from '../../placed/placed-yaml.ts';
import type { SourceText } from '../../source-text.ts';
import type { ImageBuilds } from '../image-build.ts';
import { imagesOfCloudBuild } from './cloud-build-file.ts';
import { imagesOfCompose } from './compose-file.ts';
import { imagesOfGitlab } from './gitlab-file.ts';
import { imagesOfWorkflow } from './workflow-file.ts';
import type { YamlFile } from './yaml-file.ts';

export type YamlKind = 'compose' | 'workflow' | 'gitlab' | 'cloud-build';

/** What `docker compose` reads where no file is named: the first that is there, and the overriding one. */
const BASE = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const OVERRIDE = /\.override\.ya?ml$/;

/** The images that files of one kind in one folder build for platforms that they name. */
export function readYamlBuilds(kind: YamlKind, folder: string, sources: readonly SourceText[]): ImageBuilds {
  const read = sources.map((source) => ({ source, ...readPlacedYaml(source) }));
  return {
    // A CI calls its builders at the root of the checkout.
    folder: kind === 'compose' || kind === 'cloud-build' ? folder : '.',
    builds: kind === 'compose' ? composed(read) : read.flatMap(IMAGES_OF[kind]),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
  };
}

const IMAGES_OF = {
  workflow: imagesOfWorkflow,
  gitlab: imagesOfGitlab,
  'cloud-build': imagesOfCloudBuild,
} as const;

/** A file of another name is given by `-f`, over those that are read by themselves or without them. */
function composed(files: readonly YamlFile[]): ReturnType<typeof imagesOfCompose> {
  const named = (test: (name: string) => boolean): readonly YamlFile[] =>
    files.filter(({ source }) => test(posix.basename(source.path)));
  const first = [...named((name) => BASE.includes(name)), ...named((name) => OVERRIDE.test(name))];
  const others = files.filter((file) => !first.includes(file));
  return [...imagesOfCompose(first), ...others.flatMap((other) => imagesOfCompose([...first, other]))];
}
