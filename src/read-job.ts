import type { Job } from './domain/job.ts';
import type { Project } from './domain/project.ts';
import type { World } from './io/world.ts';
import { pypiRules } from './read/ecosystems/pypi/rules.ts';
import { readProject } from './read/manifests/read-project.ts';

/** The project as its files are, in the way that the job asks for. */
export function readJob(job: Job, world: World): Promise<Project> {
  const {
    paths,
    pythons,
    platforms,
    service,
    services,
    frozen = false,
    raisePython = null,
    noDev = false,
  } = job;
  const targets = { python: pythons, platform: platforms };
  const also = job.written ?? [];
  return readProject(job.root, world, pypiRules, {
    paths,
    targets,
    service,
    services,
    frozen,
    raisePython,
    also,
    noDev,
  });
}
