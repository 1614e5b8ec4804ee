import type { Job } from '../../domain/job.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Project } from '../../domain/project.ts';
import type { AdvisoryBook } from '../../read/advisories/advisories.ts';
import type { Examined, Found } from './found.ts';
import type { PinnedSet } from './pinned-set.ts';

/** What an audit looked at of one service. */
export interface Audited extends Pick<
  Examined,
  'service' | 'rules' | 'advisories' | 'policy' | 'day' | 'asOf'
> {
  readonly pinned: PinnedSet;
}

/** One service with the advisories of what it pins or locks, and what of it was not looked at. */
export interface ServiceAudit {
  readonly audited: Audited;
  readonly found: readonly Found[];
}

/** The advisories of what the files of a project pin or lock. */
export interface Audit {
  readonly job: Job;
  readonly project: Project;
  readonly policy: Policy;
  readonly day: Date;
  readonly advisories: AdvisoryBook;
  readonly services: readonly ServiceAudit[];
}
