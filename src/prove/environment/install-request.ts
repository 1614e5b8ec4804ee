import type { Target } from '../../domain/target.ts';
import type { Check } from '../../domain/check.ts';
import type { Ecosystem, IndexSettings } from '../../read/ecosystems/ecosystem.ts';
import type { Environment } from './environment.ts';

/** One distribution that is installed exactly so. */
export interface AskedPackage {
  readonly name: string;
  readonly version: string;
  /** "sha256:…" of each file that may be taken. */
  readonly hashes: readonly string[];
}

/** A set of distributions for one target; nothing is resolved when it is installed. */
export interface InstallRequest {
  readonly target: Target;
  readonly packages: readonly AskedPackage[];
  /** Where distributions come from; `offline` and `allowBuild` count here too. */
  readonly index: IndexSettings;
  readonly rules: Ecosystem;
}

export type InstallOutcome = Installed | NotInstalled;

export interface Installed {
  readonly kind: 'installed';
  readonly environment: Environment;
  /** It was there from an earlier run; `check` is then of the run that made it. */
  readonly reused: boolean;
  readonly durationMs: number;
  readonly check: Check;
  readonly consistency: Consistency;
  /** What its reader should know, one sentence each. */
  readonly notes: readonly string[];
}

/** What the installer's own check says of the metadata of all that is installed. */
export interface Consistency {
  readonly verdict: 'consistent' | 'inconsistent' | 'unknown';
  /** One sentence for each contradiction; for `unknown` why it was not checked. */
  readonly said: readonly string[];
  readonly check: Check | null;
}

export interface NotInstalled {
  readonly kind: 'failed';
  /** Refuted: the set cannot be installed. Unknown: something else is in the way. */
  readonly verdict: 'refuted' | 'unknown';
  readonly why: string;
  readonly hint: string | null;
  readonly check: Check | null;
}

/** A failure as a value. */
export function notInstalled(
  verdict: NotInstalled['verdict'],
  why: string,
  hint: string | null = null,
  check: Check | null = null,
): NotInstalled {
  return { kind: 'failed', verdict, why, hint, check };
}
