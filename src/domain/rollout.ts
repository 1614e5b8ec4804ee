import type { Look, StageSeries } from './analysis.ts';
import type { DeploySettings } from './deploy-settings.ts';
import type { Evidence } from './evidence.ts';

/** What a rollout is asked for. Plain JSON: it is kept by the engine, and may be worked on by another machine. */
export interface RolloutRequest {
  /** "omni-20261127t091500-k3f9": a DNS label, unique. */
  readonly id: string;
  readonly settings: DeploySettings;
  readonly source: RolloutSource;
  /** The last stage of this rollout; the name of one of the settings' stages. */
  readonly until: string;
  /** What is proven of these very files; null: nothing. */
  readonly verified: {
    readonly run: string;
    readonly level: string;
    readonly verdict: Evidence['verdict'];
  } | null;
  /** Who asked, as the machine names its user. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export type RolloutSource =
  /** The build context, as it was when the rollout was asked for; kept by the engine under its digest. */
  | {
      readonly kind: 'snapshot';
      /** "sha256:…" of the tar archive. */
      readonly digest: string;
      /** Relative to the context; null: there is none, and the service runs in an environment. */
      readonly dockerfile: string | null;
    }
  /** An image that is there already, by digest. */
  | { readonly kind: 'image'; readonly reference: string }
  /** Back to the revision before the present one; nothing is built. */
  | { readonly kind: 'previous' };

export type StepKind =
  | 'build'
  | 'push'
  | 'create'
  | 'ready'
  | 'warm-up'
  | 'health'
  | 'checks'
  | 'baseline'
  | 'traffic'
  | 'analysis'
  | 'approval'
  | 'finish'
  | 'rollback';

export interface RolloutStep {
  readonly kind: StepKind;
  /** Null: before the first stage. */
  readonly stage: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: 'running' | 'done' | 'failed';
  /** What is to be said of it, in a sentence: "10 % of the traffic", "ready in 1.3 s". */
  readonly said: string;
}

export interface StageState {
  readonly name: string;
  readonly status: 'waiting' | 'approval' | 'running' | 'done' | 'rolled-back' | 'failed';
  readonly url: string | null;
  /** The one that served 100 per cent when the stage began; null: this is the first deployment. */
  readonly stable: string | null;
  readonly canary: string | null;
  readonly baseline: string | null;
  /** Share of the canary, in per cent. */
  readonly percent: number;
  readonly looks: readonly Look[];
  /** As the last look saw it; absent: there was none yet, or an earlier fettle published it. */
  readonly series?: StageSeries;
}

/** Where a rollout stands, as it is published after every step. */
export interface Rollout {
  readonly request: RolloutRequest;
  /** Of the execution that wrote this (see `RunContext.generation`). */
  readonly generation: number;
  readonly status: 'running' | 'waiting' | 'done' | 'rolled-back' | 'failed' | 'cancelled';
  /** Digest of what is deployed, once it is known. */
  readonly artifact: string | null;
  readonly stages: readonly StageState[];
  readonly steps: readonly RolloutStep[];
  /** What is waited for, and until when; then it is rolled back. */
  readonly waiting: { readonly what: string; readonly until: string } | null;
  /** Why it ended otherwise than done, and what to do; where traffic could not be put right, what it is. */
  readonly problem: { readonly what: string; readonly hint: string } | null;
  readonly evidence: readonly Evidence[];
  readonly updatedAt: string;
}

/** What is told to a rollout while it runs. */
export type RolloutCommand = (
  | { readonly kind: 'approve'; readonly stage: string; readonly by: string }
  | { readonly kind: 'rollback'; readonly by: string; readonly why: string }
  | { readonly kind: 'hold'; readonly by: string }
  | { readonly kind: 'resume'; readonly by: string }
) & {
  /** When it was told, ISO 8601, UTC; then it has a record of its own in the evidence. */
  readonly at?: string;
};
