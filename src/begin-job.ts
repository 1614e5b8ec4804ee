import { recover } from './change/recover.ts';
import type { Job } from './domain/job.ts';
import type { Policy } from './domain/policy.ts';
import type { Project } from './domain/project.ts';
import type { World } from './io/world.ts';
import { pypiRules } from './read/ecosystems/pypi/rules.ts';
import { locateRoot } from './read/manifests/locate-root.ts';
import { policyOf } from './read/policy/read-policy.ts';
import { readJob } from './read-job.ts';
import type { Watch } from './watch.ts';

/** What every look at a project begins with. */
export interface BegunJob {
  readonly project: Project;
  readonly policy: Policy;
  /** The day that is looked at. */
  readonly day: Date;
}

/** The project and its policy as they are. What a killed run left half written is put back before anything is read. */
export async function beginJob(job: Job, world: World, watch: Watch): Promise<BegunJob> {
  const { folder } = await locateRoot(world.files, job.root, job.paths);
  for (const { message } of await recover(folder, world)) watch.onNotice?.(message);
  const day = job.asOf ?? job.day ?? world.clock.now();
  const project = await readJob(job, world);
  return { project, policy: await policyOf({ ...job, root: project.root }, world, pypiRules), day };
}
