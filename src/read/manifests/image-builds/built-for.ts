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
  /** As the kernel names them; empty: nobody says. */
  readonly architectures: readonly Told<string>[];
  readonly unreadable: readonly Unreadable[];
}

const MOST_PROBLEMS = 20;
/** Stand for the processor of whoever builds. */
const BUILDERS_OWN: ReadonlySet<string> = new Set(['local', '']);

/**
 * All images that are built of it count. One whose Dockerfile is not told may be this one, where no other is seen to be.
 * `os` is that of the Dockerfile's base image.
 */
export function builtFor(
  dockerfile: string,
  os: Target['os'],
  all: readonly ImageBuilds[],
  tree: RepositoryTree,
): BuiltFor {
  const own = all.flatMap(({ folder, builds }) =>
    builds.filter((build) => pathOf(build, folder, tree) === dockerfile),
  );
  const possible = all.filter(({ folder }) => mayBuild(folder, dockerfile, tree));
  const untold = possible.flatMap(({ builds }) => builds.filter((build) => build.dockerfile === null));
  const read = (own.length > 0 ? own : untold).map((build) => architecturesOf(build, os));
  const unreadable = [...read, ...possible].flatMap((one) => one.unreadable);
  const byPlace = new Map(
    unreadable.map((one) => [`${one.at.span.file}:${one.at.span.start} ${one.message}`, one]),
  );
  return {
    architectures: read.flatMap(({ architectures }) => architectures),
    unreadable: [...byPlace.values()].slice(0, MOST_PROBLEMS),
  };
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

/** A file speaks of what stands below it, and of all where nothing does. */
function mayBuild(folder: string, dockerfile: string, tree: RepositoryTree): boolean {
  const isBelow = (path: string): boolean => folder === '.' || path.startsWith(`${folder}/`);
  return (
    isBelow(dockerfile) || !tree.paths.some((path) => isBelow(path) && /dockerfile|containerfile/i.test(path))
  );
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
