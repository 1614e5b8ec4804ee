import type { Scan } from '../decide/findings/scan.ts';
import type { ServicePlan } from '../decide/plan/make-plan.ts';
import type { PlannedWrite } from './apply-plan.ts';
import type { WrittenRun } from './write-files.ts';

/** A scan, and for each service the smallest safe set of changes with what they come to in the files. */
export interface Planned {
  readonly scan: Scan;
  readonly plans: readonly ServicePlan[];
  /** What changes in services that were not asked for, and that were planned together with one that was. */
  readonly beside?: readonly ServicePlan[];
  readonly write: PlannedWrite;
}

/** A plan that was written, and the project as it was read again afterwards; null where nothing was written. */
export interface Repaired extends Planned {
  readonly written: WrittenRun | null;
  readonly after: Scan | null;
}
