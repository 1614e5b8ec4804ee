import type { DeployPolicy } from './deploy-policy.ts';
import type { ChangeSize } from './version.ts';
import type { PackageName } from './package-name.ts';
import type { PullRequestPolicy } from './pull-request-policy.ts';
import type { RunSettings } from './run-settings.ts';
import type { Severity } from './advisory.ts';

/** What the user allows and forbids: `fettle.toml` or `[tool.fettle]`, then flags. */
export interface Policy {
  /** Advisories below it are told, not repaired. Default `low`: everything. */
  readonly severity: Severity;
  readonly strategy: 'minimal' | 'latest';
  /** Requirements whose version must stay as given ("flask==1.1.2"), as specifier texts. */
  readonly holds: readonly { readonly name: PackageName; readonly specifier: string }[];
  readonly ceilings: readonly { readonly name: PackageName; readonly specifier: string }[];
  /** The largest step a line may take. */
  readonly allowedSize: ChangeSize;
  /** Days that a release must be old, except where it fixes an advisory. 0: off. */
  readonly cooldownDays: number;
  /** Names that are shown and committed together. */
  readonly groups: readonly { readonly name: string; readonly members: readonly PackageName[] }[];
  readonly ignored: readonly {
    readonly id: string;
    readonly reason: string;
    readonly until: string | null;
    /** Absent: it is accepted, and nothing is said of whether it can do harm here. */
    readonly justification?: Justification;
  }[];
  readonly prereleases: boolean;
  /** Files of what was learned by running, relative to the root. Absent: none. */
  readonly learned?: readonly string[];
  /** Absent: the service is started as its Dockerfile says. */
  readonly run?: RunSettings;
  /** Absent: all of it has its defaults. */
  readonly deploy?: DeployPolicy;
  /** Absent: all of it has its defaults. */
  readonly pr?: PullRequestPolicy;
}

/** Why a vulnerable version does no harm here (OpenVEX 0.2.0, "Status Justifications"). */
export const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type Justification = (typeof JUSTIFICATIONS)[number];
