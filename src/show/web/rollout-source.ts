import type { Rollout } from '../../domain/rollout.ts';

/** What somebody may tell a rollout on the page. */
export const ACTIONS = ['approve', 'hold', 'resume', 'rollback'] as const;
export type RolloutAction = (typeof ACTIONS)[number];

/** An action with all that goes with it. */
export interface ToldAction {
  readonly kind: RolloutAction;
  readonly id: string;
  /** The stage that is approved of; null: of another action. */
  readonly stage: string | null;
  /** Who tells it, with who vouches for that: it stands in the rollout's evidence. */
  readonly by: string;
  /** Of a rollback; '' where nobody said. */
  readonly why: string;
}

/** The engine of rollouts as the page's server asks of it; handed in, for the engine is joined beside the wings. */
export interface RolloutSource {
  /** What the page calls it: without passwords. */
  readonly name: string;
  /** The youngest first. */
  list(most: number): Promise<readonly Rollout[]>;
  read(id: string): Promise<Rollout | null>;
  /** Gives the rollout to look at: the one that was told, or a new one that takes an ended one back. Null: it is over. */
  tell(action: ToldAction): Promise<string | null>;
  /** Sees to it that somebody works at rollouts, where that is this machine's matter. */
  keepWorking(): Promise<void>;
  close(): Promise<void>;
}

/** Reaches the engine. Errors: UserFacingError; it is tried again. Null: there is none to reach, and why. */
export type ReachRollouts = () => Promise<RolloutSource | { readonly problem: string }>;
