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
  /** Paths of files that are not read and that the revision has too. */
  readonly unreadBefore: readonly string[];
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
  const whole = await scan(job, world, watch);
  const { ids: before, unread, unjudged } = await knownIn(job, { ...world, files }, watch);
  const current = withoutUnjudged(whole, unjudged);
  const { project } = current;
  const notSupported = project.notSupported.filter(({ path }) => !unread.has(path));
  return {
    scan: {
      ...current,
      project: { ...project, notSupported },
      services: current.services.map((service) => ({
        ...service,
        found: service.found.filter(({ finding }) => !before.has(finding.id)),
      })),
    },
    knownBefore: current.services.flatMap(({ found }) =>
      found.map(({ finding }) => finding).filter(({ id }) => before.has(id)),
    ),
    unreadBefore: project.notSupported.map(({ path }) => path).filter((path) => unread.has(path)),
  };
}

/** Where the revision could not be looked at, nobody knows what is new. */
function withoutUnjudged(scanned: Scan, unjudged: Scan['unjudged']): Scan {
  const [first] = unjudged;
  if (first === undefined) return scanned;
  const names = new Set(unjudged.map(({ service }) => service.name));
  const services = scanned.services.filter(({ examined }) => !names.has(examined.service.name));
  if (services.length === 0) throw first.failure;
  const there = new Set(scanned.project.services.map(({ name }) => name));
  const now = scanned.unjudged.filter(({ service }) => !names.has(service.name));
  return {
    ...{ ...scanned, services },
    unjudged: [...now, ...unjudged.filter(({ service }) => there.has(service.name))],
  };
}

/** A job may name one file: its folder then. */
async function folderOf(root: string, { files }: World): Promise<string> {
  const real = (await files.realPath(root)) ?? root;
  return (await kindOf(files, real)) === 'file' ? dirname(real) : real;
}

interface Known {
  /** Ids of findings. */
  readonly ids: ReadonlySet<string>;
  /** Paths of files that are not read. */
  readonly unread: ReadonlySet<string>;
  readonly unjudged: Scan['unjudged'];
}

/** A revision without anything that could be scanned had no findings. */
async function knownIn(job: Job, world: World, watch: Watch): Promise<Known> {
  try {
    const { services, project, unjudged } = await scan(job, world, watch);
    return {
      unjudged,
      ids: new Set(services.flatMap(({ found }) => found.map(({ finding }) => finding.id))),
      unread: new Set(project.notSupported.map(({ path }) => path)),
    };
  } catch (error) {
    if (error instanceof UserFacingError && error.code === 'no-manifest')
      return { ids: new Set(), unread: new Set(), unjudged: [] };
    throw error;
  }
}
