import { isAbsolute, join, relative, resolve } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { Policy } from '../../domain/policy.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { mergeLearned } from './merge-learned.ts';
import { LARGEST_LEARNED_FILE, readLearned } from './read-learned.ts';

/** What this job knows of what was learned: given with it, from the files of the policy, and from those of `--learned`. */
export async function learnedOf(
  job: Pick<Job, 'root' | 'learned' | 'learnedFiles'>,
  policy: Pick<Policy, 'learned'>,
  world: Pick<World, 'files'>,
  names: Pick<Ecosystem, 'name'>,
): Promise<readonly LearnedBreak[]> {
  const files = [
    ...(policy.learned ?? []).map((file) => ({ file, path: withinRoot(job.root, file) })),
    ...(job.learnedFiles ?? []).map((file) => ({ file, path: resolve(file) })),
  ];
  const read = await Promise.all(
    files.map(async ({ file, path }) => {
      const bytes = await world.files.read(path, LARGEST_LEARNED_FILE);
      if (bytes === null)
        throw new UserFacingError('invalid-file', `${file} is not there`, {
          hint: 'it is named as a file of what was learned, by "learned" of the policy or by --learned',
        });
      return readLearned(bytes, file, names);
    }),
  );
  return mergeLearned(job.learned ?? [], ...read);
}

/** A repository names its own files alone: what else is on the machine is none of its affair. */
function withinRoot(root: string, file: string): string {
  const path = join(root, file);
  const way = relative(root, path);
  if (isAbsolute(file) || way === '..' || way.startsWith('../') || isAbsolute(way))
    throw new UserFacingError(
      'invalid-policy',
      `learned: ${file} is outside the folder that is looked after`,
      {
        hint: 'copy it there, or give it with --learned',
      },
    );
  return path;
}
