import { dirname } from 'node:path';
import type { Scan } from './decide/findings/scan.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Finding } from './domain/finding.ts';
import type { Job } from './domain/job.ts';
import { revisionFiles } from './io/revision-files.ts';
import type { World } from './io/world.ts';
import { kindOf } from './read/manifests/repository-tree.ts';
import { scan } from './repair.ts';
import type { Watch } from './watch.ts';

/** A scan with what a git revision had already set apart. */
export interface ComparedScan {
  /** With the findings alone that the revision does not have. */
  readonly scan: Scan;
  readonly knownBefore: readonly Finding[];
}

/**
 * Scans the project as it is and as it was in a revision: both by the same index, advisories and day, so that only the files
 * differ. Findings are told apart by their ids, which no line number is part of.
 * @throws UserFacingError `usage` where the root is in no git repository, or there is no such revision.
 */
export async function scanAgainst(
  job: Job,
  revision: string,
  world: World,
  watch: Watch = {},
): Promise<ComparedScan> {
  const files = await revisionFiles(world, await folderOf(job.root, world), revision);
  const current = await scan(job, world, watch);
  const before = await findingsBefore(job, { ...world, files }, watch);
  return {
    scan: {
      ...current,
      services: current.services.map((service) => ({
        ...service,
        found: service.found.filter(({ finding }) => !before.has(finding.id)),
      })),
    },
    knownBefore: current.services.flatMap(({ found }) =>
      found.map(({ finding }) => finding).filter(({ id }) => before.has(id)),
    ),
  };
}

/** A job may name one file: its folder then. */
async function folderOf(root: string, { files }: World): Promise<string> {
  const real = (await files.realPath(root)) ?? root;
  return (await kindOf(files, real)) === 'file' ? dirname(real) : real;
}

/** A revision without anything that could be scanned had no findings. */
async function findingsBefore(job: Job, world: World, watch: Watch): Promise<ReadonlySet<string>> {
  try {
    const { services } = await scan(job, world, watch);
    return new Set(services.flatMap(({ found }) => found.map(({ finding }) => finding.id)));
  } catch (error) {
    if (error instanceof UserFacingError && error.code === 'no-manifest') return new Set();
    throw error;
  }
}
