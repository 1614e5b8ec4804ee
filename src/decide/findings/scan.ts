import type { Job } from '../../domain/job.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Project, Service } from '../../domain/project.ts';
import type { AdvisoryBook } from '../../read/advisories/advisories.ts';
import type { PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import type { ServiceScan } from './examine.ts';
import type { UnjudgedService } from './unjudged.ts';

/** The project as it is, with everything found wrong with it. */
export interface Scan {
  readonly job: Job;
  readonly project: Project;
  readonly policy: Policy;
  /** The day that the job speaks of: today, or `--as-of`. */
  readonly day: Date;
  readonly advisories: AdvisoryBook;
  /** What verification learned, from wherever it is known. */
  readonly learned: readonly LearnedBreak[];
  /** Those of them that only earlier runs learned, on this machine: planning keeps to them, a scan does not know them. */
  readonly remembered: readonly LearnedBreak[];
  /** Those that could be looked at: at least one. */
  readonly services: readonly (ServiceScan & { readonly index: PackageIndex })[];
  /** Those that were asked for and could not be looked at: unknown, whatever is said of the others. */
  readonly unjudged: readonly UnjudgedService[];
  /** Services that were not asked for and that a plan must suit too, for they share files with one that was. */
  readonly beside: readonly { readonly service: Service; readonly index: PackageIndex }[];
}
