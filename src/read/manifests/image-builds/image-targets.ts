import type { Manifest, Unreadable } from '../../../domain/project.ts';
import { NO_INDEX_OPTIONS } from '../manifest-reader.ts';
import type { TargetHint } from '../manifest-reader.ts';
import type { BuiltImages } from './built-for.ts';

/** The kind of a file that asks for nothing and says how an image is built. */
export const IMAGE_BUILD = 'image-build';

/** What a service's Dockerfiles tell, one hint for each processor that they are built for. */
export interface ImageTargets {
  readonly hints: readonly TargetHint[];
  /** The files of which something was not understood. They ask for no packages. */
  readonly manifests: readonly Manifest[];
}

/** `hints` are of the Dockerfiles at `paths`, in their order. One that names its base image's platform is built for that alone. */
export function imageTargets(
  paths: readonly string[],
  hints: readonly TargetHint[],
  images: BuiltImages,
): ImageTargets {
  const all: TargetHint[] = [];
  const unreadable = new Map<string, Set<Unreadable>>();
  for (const [n, hint] of hints.entries()) {
    const built = hint.architecture ? null : images.of(paths[n]!, hint.os?.value ?? 'linux');
    for (const one of built?.unreadable ?? [])
      unreadable.set(one.at.span.file, (unreadable.get(one.at.span.file) ?? new Set()).add(one));
    const architectures = built?.architectures ?? [];
    all.push(
      ...(architectures.length === 0
        ? [hint]
        : architectures.map((architecture) => ({ ...hint, architecture }))),
    );
  }
  const manifests = [...unreadable].map(([path, told]): Manifest => ({
    path,
    kind: IMAGE_BUILD,
    requirements: [],
    unreadable: [...told],
    indexOptions: NO_INDEX_OPTIONS,
    generatedBy: null,
  }));
  return { hints: all, manifests };
}
