import { join } from 'node:path';
import { digestOf } from '../../change/source-bytes.ts';
import type { World } from '../../io/world.ts';

/** What the evidence of a run speaks of. */
export interface Subject {
  /** `file`: a file of the project, by its path relative to the root. `lock`: a set of distributions. `image`: a container image. */
  readonly kind: 'file' | 'lock' | 'image' | 'records';
  readonly name: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Files as they stand on disk now; one that is not there is left out. `paths` are relative to the root. */
export async function fileSubjects(
  root: string,
  paths: readonly string[],
  world: Pick<World, 'files'>,
): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const name of paths) {
    const bytes = await world.files.read(join(root, ...name.split('/')));
    if (bytes !== null) subjects.push({ kind: 'file', name, sha256: digestOf(bytes) });
  }
  return subjects;
}
