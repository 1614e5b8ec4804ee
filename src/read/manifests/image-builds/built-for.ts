import { posix } from 'node:path';
import type { Unreadable } from '../../../domain/project.ts';
import type { Target } from '../../../domain/target.ts';
import type { Told } from '../manifest-reader.ts';
import { parsePlatform } from '../platform.ts';
import type { RepositoryTree } from '../repository-tree.ts';
import { SAY_PLATFORM } from './image-build.ts';
import type { ImageBuild, ImageBuilds } from './image-build.ts';

/** What the files of a repository say of the processors that a Dockerfile is built for. */
export interface BuiltFor {
  /** As the kernel names them, each where it is said first; empty: nobody says. */
  readonly architectures: readonly Told<string>[];
  readonly unreadable: readonly Unreadable[];
}

const MOST_PROBLEMS = 20;
/** Stand for the processor of whoever builds. */
const BUILDERS_OWN: ReadonlySet<string> = new Set(['local', '']);

/** Images of files that are read together. */
interface Group {
  readonly folder: string;
  /** Whether a Dockerfile stands below the folder. */
  readonly hasDockerfiles: boolean;
  /** What is not known of images whose Dockerfile is not told. */
  readonly untold: readonly Unreadable[];
  readonly unreadable: readonly Unreadable[];
}

/** The images that the files of a repository build, by their Dockerfiles. */
export class BuiltImages {
  readonly #byDockerfile = new Map<string, ImageBuild[]>();
  readonly #groups: readonly Group[];

  constructor(all: readonly ImageBuilds[], tree: RepositoryTree) {
    for (const { folder, builds } of all)
      for (const build of builds) {
        const path = pathOf(build, folder, tree);
        if (path === null) continue;
        const before = this.#byDockerfile.get(path);
        if (before) before.push(build);
        else this.#byDockerfile.set(path, [build]);
      }
    this.#groups = all.map(({ folder, builds, unreadable }) => ({
      folder,
      hasDockerfiles: tree.paths.some(
        (path) => isBelow(folder, path) && /dockerfile|containerfile/i.test(path),
      ),
      untold: distinct(builds.flatMap((build) => (build.dockerfile === null ? build.unreadable : []))),
      unreadable: distinct(unreadable),
    }));
  }

  /**
   * All images that are built of it count. One whose Dockerfile is not told may be this one, where no other is seen to be.
   * `os` is that of the Dockerfile's base image.
   */
  of(dockerfile: string, os: Target['os']): BuiltFor {
    const own = this.#byDockerfile.get(dockerfile)?.map((build) => architecturesOf(build, os)) ?? [];
    // A file speaks of what stands below it, and of all where nothing does.
    const possible = this.#groups.filter(
      ({ folder, hasDockerfiles }) => isBelow(folder, dockerfile) || !hasDockerfiles,
    );
    const unknown =
      own.length > 0 ? own.map(({ unreadable }) => unreadable) : possible.map(({ untold }) => untold);
    const architectures = new Map<string, Told<string>>();
    for (const { architectures: some } of own)
      for (const one of some) if (!architectures.has(one.value)) architectures.set(one.value, one);
    return {
      architectures: [...architectures.values()],
      unreadable: distinct([...unknown, ...possible.map(({ unreadable }) => unreadable)].flat()),
    };
  }
}

/** The first of those that say the same of one place. */
function distinct(unreadable: readonly Unreadable[]): readonly Unreadable[] {
  const byPlace = new Map<string, Unreadable>();
  for (const one of unreadable) {
    const key = `${one.at.span.file}:${one.at.span.start} ${one.message}`;
    if (!byPlace.has(key)) byPlace.set(key, one);
    if (byPlace.size === MOST_PROBLEMS) break;
  }
  return [...byPlace.values()];
}

function isBelow(folder: string, path: string): boolean {
  return folder === '.' || path.startsWith(`${folder}/`);
}

/** Builders are called in the folder of their file, or in one above: the first in which the Dockerfile is there. */
function pathOf({ dockerfile }: ImageBuild, folder: string, tree: RepositoryTree): string | null {
  if (dockerfile === null) return null;
  for (let at = folder; ; at = posix.dirname(at)) {
    const path = posix.join(at, dockerfile);
    if (tree.hasFile(path)) return path;
    if (at === '.') return null;
  }
}

function architecturesOf({ name, platforms, unreadable }: ImageBuild, os: Target['os']): BuiltFor {
  const architectures: Told<string>[] = [];
  const unknown: Unreadable[] = [];
  for (const { text, at } of platforms)
    for (const one of text.split(',').map((part) => part.trim())) {
      if (BUILDERS_OWN.has(one)) continue;
      const platform = parsePlatform(one);
      if (platform?.os === os)
        architectures.push({ value: platform.architecture, from: `${at.span.file}:${at.span.line}` });
      else
        unknown.push({
          message: `the platform ${JSON.stringify(one.slice(0, 80))} of ${name} is not known`,
          hint: SAY_PLATFORM,
          at,
        });
    }
  return { architectures, unreadable: [...unreadable, ...unknown] };
}
