import type { JudgedClaim } from '../../../domain/claim.ts';
import type { Target } from '../../../domain/target.ts';

/** A repair document with what came of each of its claims. */
export interface ProvenDocument {
  /** Its name without folders. */
  readonly name: string;
  readonly source: string;
  /** The day that it gives for itself, ISO, or null. */
  readonly date: string | null;
  readonly claims: readonly JudgedClaim[];
  readonly targets: readonly Target[];
  /** Whether a project's folder was looked at as well. */
  readonly withProject: boolean;
  readonly asOf: string | null;
  /** The sources of advisories, with their own dates. */
  readonly advisories: readonly {
    readonly name: string;
    readonly date: string | null;
    readonly reachable: boolean;
  }[];
}
