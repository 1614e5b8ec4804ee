import { advisoriesOf } from './advisories-of-job.ts';
import { beginJob } from './begin-job.ts';
import { auditService } from './decide/findings/audit-service.ts';
import type { Audit } from './decide/findings/audit.ts';
import { pinnedSet } from './decide/findings/pinned-set.ts';
import type { PinnedSet } from './decide/findings/pinned-set.ts';
import type { Job } from './domain/job.ts';
import type { Service } from './domain/project.ts';
import type { World } from './io/world.ts';
import { pypiRules } from './read/ecosystems/pypi/rules.ts';
import type { Watch } from './watch.ts';

export interface AuditOptions {
  /** The user's word that the lines are all that is installed (`pip install --no-deps`). */
  readonly noDeps?: boolean;
}

/**
 * readProject -> the advisories of what its files pin or lock, and nothing else: no index is asked, nothing is solved. What the files
 * leave open is told as not looked at.
 */
export async function audit(
  job: Job,
  world: World,
  watch: Watch = {},
  options: AuditOptions = {},
): Promise<Audit> {
  // A dump has ten megabytes, which come from the disk while the project is read.
  const opening = advisoriesOf(job, world, pypiRules, null);
  // Where the project cannot be read, that is told, whatever becomes of them.
  opening.catch(() => undefined);
  const { project, policy, day } = await beginJob(job, world, watch);
  const advisories = await opening;
  // What builds need is locked nowhere, and no part of what is installed.
  const services = project.services.filter(({ purpose }) => purpose !== 'build');
  const sets = services.map((service) => pinnedIn(service, job, options));
  watch.onStage?.('asking for advisories');
  await advisories.load([...new Set(sets.flatMap(({ packages }) => packages.map(({ name }) => name)))]);
  const looked = { rules: pypiRules, advisories, policy, day, asOf: job.asOf };
  return {
    ...{ job, project, policy, day, advisories },
    services: services.map((service, at) => auditService({ service, pinned: sets[at]!, ...looked })),
  };
}

function pinnedIn(service: Service, { noDev }: Job, { noDeps }: AuditOptions): PinnedSet {
  const pinned = pinnedSet(service, pypiRules, { development: noDev !== true });
  return noDeps === true ? { ...pinned, open: [] } : pinned;
}
