import type { RolloutRequest, StepKind } from '../../domain/rollout.ts';
import type { StageState } from '../../domain/rollout.ts';
import type { Check } from '../../domain/check.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Artifact, Platform, ServicePlace, TrafficShare } from '../deployment/platform.ts';
import { begin, end, mayGoOn, tell } from './run-board.ts';
import type { RunBoard } from './run-board.ts';
import type { StageProgress } from './rollout-state.ts';
import type { ServiceView } from './service-view.ts';
import { percentOf } from './service-view.ts';
import { passed } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';

/** What the run of one stage is begun with. Plain JSON. */
export interface StageInput {
  readonly request: RolloutRequest;
  readonly stage: string;
  /** Null: nothing new is deployed, it goes back. */
  readonly artifact: Artifact | null;
}

/** What kind of stage it is, by what the platform has. */
export type StagePlan =
  /** There is no such service yet. */
  | { readonly kind: 'first' }
  /** No revision there is known to have served: nothing to compare with, and nothing to go back to. */
  | { readonly kind: 'replace' }
  | { readonly kind: 'canary'; readonly stable: string }
  | { readonly kind: 'back'; readonly target: string };

/** How the service was when the stage began; null: it was not there. */
export type Began = ServiceView | null;

/** One execution of one stage. */
export interface StageRun extends RunBoard<StageProgress> {
  readonly request: RolloutRequest;
  readonly place: ServicePlace;
  readonly platform: Platform;
  readonly artifact: Artifact | null;
  plan: StagePlan;
  began: Began;
  /** Whether what another rollout left is out of the way. */
  isInOrder: boolean;
  /** The traffic as this run saw it last. */
  traffic: readonly TrafficShare[];
  /** What it wants to write, and does not know of yet whether it did. */
  pending: readonly TrafficShare[] | null;
  /** Where the canary and its baseline answer by their tags. */
  urls: { readonly canary: string; readonly baseline: string };
}

/** What a step that went well has to say. */
export interface Shown {
  readonly said: string;
  readonly seen: string;
  /** Default `proven`. */
  readonly verdict?: Evidence['verdict'];
  readonly check?: Check | null;
}

export interface StepWords {
  readonly kind: StepKind;
  /** While it is at work. */
  readonly saying: string;
  readonly claim: string;
  readonly how: string;
}

/** One step of a stage: it begins when nothing holds it, and ends with its evidence, however it ends. */
export async function stageStep(
  run: StageRun,
  words: StepWords,
  work: () => Promise<Outcome<Shown>>,
): Promise<Stop | null> {
  const held = await mayGoOn(run);
  if (held !== null) return held;
  await begin(run, { kind: words.kind, stage: run.place.stage.name, said: words.saying });
  const outcome = await work();
  await endStep(run, words, outcome);
  return outcome.kind === 'passed' ? null : outcome;
}

export async function endStep(
  run: StageRun,
  { claim, how }: Pick<StepWords, 'claim' | 'how'>,
  outcome: Outcome<Shown>,
): Promise<void> {
  if (outcome.kind === 'passed') {
    const { said, seen, verdict = 'proven', check = null } = outcome.value;
    return end(run, { outcome: 'done', said, claim, verdict, how, seen, check });
  }
  const { what, verdict } = outcome;
  await end(run, { outcome: 'failed', said: what, claim, verdict, how, seen: what });
}

export function shown(said: string, seen: string, more: Omit<Shown, 'said' | 'seen'> = {}): Outcome<Shown> {
  return passed({ said, seen, ...more });
}

export async function changeStage(run: StageRun, change: Partial<StageState>): Promise<void> {
  await tell(run, { ...run.told, stage: { ...run.told.stage, ...change } });
}

/** The platform has taken a write, or was read: what it has now is what the run goes on from. */
export async function sawService(run: StageRun, view: ServiceView): Promise<void> {
  run.traffic = view.traffic;
  run.pending = null;
  const { stage } = run.told;
  const percent = percentOf(stage, view.traffic);
  if (stage.percent !== percent || stage.url !== view.url) await changeStage(run, { percent, url: view.url });
}
