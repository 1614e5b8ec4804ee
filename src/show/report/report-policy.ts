import type { ReportedSeverity } from './report.ts';

/** What the user allows, forbids and waives, as the report tells it. */
export interface ReportedPolicy {
  /** Advisories below it are told and not repaired. */
  readonly severity: ReportedSeverity;
  readonly strategy: 'minimal' | 'latest';
  readonly waivers: readonly {
    readonly id: string;
    readonly reason: string;
    readonly until: string | null;
    /** Why it does no harm here, by a label of OpenVEX; absent: that is not said. */
    readonly justification?: string;
    /** False once its date has passed. */
    readonly active: boolean;
    /** What was selected before any change and is touched by an advisory of that id. */
    readonly touches: readonly {
      readonly advisory: string;
      readonly package: string;
      readonly version: string;
    }[];
    readonly evidence: readonly string[];
  }[];
  /** Rules that do nothing, or no longer: expired or unmatched waivers, bounds of packages that were not met. */
  readonly remarks: readonly { readonly text: string; readonly evidence: readonly string[] }[];
}
