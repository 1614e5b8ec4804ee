import { dirname, join, resolve } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { Project } from '../domain/project.ts';
import type { Files } from '../io/files.ts';

/** Files at a root that may hold the policy. */
const POLICY_FILES = ['fettle.toml', 'pyproject.toml'];

/**
 * What a job was made from is not what its answer is written to. `others`: further files that the job read, such as its bundle.
 * Links are followed on both sides.
 * @throws UserFacingError `usage` where the output is one of them.
 */
export async function refuseOverwriting(
  output: string,
  { root, files: read }: Pick<Project, 'root' | 'files'>,
  others: readonly string[],
  files: Files,
): Promise<void> {
  const target = await realPlace(resolve(output), files);
  const inputs = [...[...read.keys(), ...POLICY_FILES].map((path) => join(root, path)), ...others];
  for (const input of inputs) {
    if ((await files.realPath(resolve(input))) !== target) continue;
    throw new UserFacingError('usage', `${output} is one of the files that were read, so it is not written`, {
      hint: 'name another file, or name only the file to read, such as requirements.in',
    });
  }
}

/** A path that need not exist, through links where it does. */
async function realPlace(path: string, files: Files): Promise<string> {
  const real = await files.realPath(path);
  if (real !== null || path === dirname(path)) return real ?? path;
  return join(await realPlace(dirname(path), files), path.slice(dirname(path).length + 1));
}
