import { posix } from 'node:path';
import type { Unreadable } from '../../../../domain/project.ts';
import { readPlacedYaml } from '../../placed/placed-yaml.ts';
import type { SourceText } from '../../source-text.ts';
import { SAY_PLATFORM } from '../image-build.ts';
import type { ImageBuild, ImageBuilds } from '../image-build.ts';
import { ReadingBound } from '../../reading-bound.ts';
import { imagesOfCloudBuild } from './cloud-build-file.ts';
import { imagesOfServices, servicesOver } from './compose-file.ts';
import type { ComposeServices } from './compose-file.ts';
import { imagesOfGitlab } from './gitlab-file.ts';
import { imagesOfWorkflow } from './workflow-file.ts';
import type { YamlFile } from './yaml-file.ts';

export type YamlKind = 'compose' | 'workflow' | 'gitlab' | 'cloud-build';

/** What `docker compose` reads where no file is named: the first that is there, and the overriding one. */
const BASE = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const OVERRIDE = /\.override\.ya?ml$/;

/** The images that files of one kind in one folder build for platforms that they name. */
export function readYamlBuilds(kind: YamlKind, folder: string, sources: readonly SourceText[]): ImageBuilds {
  const read = sources.map((source) => ({ source, bound: new ReadingBound(), ...readPlacedYaml(source) }));
  return {
    // A CI calls its builders at the root of the checkout.
    folder: kind === 'compose' || kind === 'cloud-build' ? folder : '.',
    builds:
      kind === 'compose'
        ? composed(read)
        : read.flatMap((file) => file.bound.within(() => IMAGES_OF[kind](file), [])),
    unreadable: read.flatMap(({ unreadable, ...file }) => [...unreadable, ...pastTheBound(file)]),
  };
}

const IMAGES_OF = {
  workflow: imagesOfWorkflow,
  gitlab: imagesOfGitlab,
  'cloud-build': imagesOfCloudBuild,
} as const;

function pastTheBound({ bound, source }: YamlFile): readonly Unreadable[] {
  const message = 'aliases, matrices and variables of the file come to too much to be read';
  return bound.isExceeded ? [{ message, hint: SAY_PLATFORM, at: source.place(0, 1) }] : [];
}

/** A file of another name is given by `-f`, over those that are read by themselves or without them. */
function composed(files: readonly YamlFile[]): readonly ImageBuild[] {
  const named = (test: (name: string) => boolean): readonly YamlFile[] =>
    files.filter(({ source }) => test(posix.basename(source.path)));
  const first = [...named((name) => BASE.includes(name)), ...named((name) => OVERRIDE.test(name))];
  const others = files.filter((file) => !first.includes(file));
  const over = (before: ComposeServices, file: YamlFile): ComposeServices =>
    file.bound.within(() => servicesOver(before, file), new Map());
  const base = first.reduce(
    (before, file) => new Map([...before, ...over(before, file)]),
    new Map() as ComposeServices,
  );
  return [base, ...others.map((file) => over(base, file))].flatMap(imagesOfServices);
}
