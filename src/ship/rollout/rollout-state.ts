import type { Check } from '../../domain/check.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type {
  Rollout,
  RolloutCommand,
  RolloutRequest,
  RolloutStep,
  StageState,
  StepKind,
} from '../../domain/rollout.ts';

/** What both a rollout and one stage of it tell. */
export type Told = Pick<Rollout, 'evidence' | 'problem' | 'steps' | 'updatedAt' | 'waiting'>;

/** Where one stage stands, as its own run publishes it and gives it back. */
export interface StageProgress extends Told {
  readonly generation: number;
  readonly stage: StageState;
}

/** What a step that ended has shown. */
export interface Finding {
  readonly outcome: 'done' | 'failed';
  /** What is to be said of the step. */
  readonly said: string;
  readonly claim: string;
  readonly verdict: Evidence['verdict'];
  readonly how: string;
  readonly seen: string;
  readonly check?: Check | null;
}

export function newStage(name: string): StageState {
  return {
    ...{ name, status: 'waiting', url: null, stable: null, canary: null, baseline: null },
    ...{ percent: 0, looks: [] },
  };
}

export function newRollout(request: RolloutRequest, generation: number, at: string): Rollout {
  const last = request.settings.stages.findIndex(({ name }) => name === request.until);
  const stages = request.settings.stages.slice(0, last + 1);
  return {
    ...{ request, generation, status: 'running', artifact: null, waiting: null, problem: null },
    ...{ stages: stages.map(({ name }) => newStage(name)), steps: [], updatedAt: at },
    evidence: [verifiedEvidence(request)],
  };
}

/** Whether what is deployed was verified before: told of every rollout, also of one that rests on nothing. */
function verifiedEvidence({ verified, source }: RolloutRequest): Evidence {
  const claim = 'what is deployed was verified';
  if (verified === null) {
    const seen =
      source.kind === 'snapshot'
        ? 'no verification of these very files was found; run fettle verify before fettle deploy'
        : 'nothing was built from files, so none were verified';
    return {
      id: 'rollout:verified',
      claim,
      verdict: 'unknown',
      how: 'records of runs',
      seen,
      approximate: false,
    };
  }
  const { run, level, verdict } = verified;
  return {
    ...{ id: 'rollout:verified', claim, verdict, how: `records of run ${run}`, approximate: false },
    seen: `verified up to level ${level}: ${verdict}`,
  };
}

/** "rollout:production:traffic:2": of the second traffic step in that stage. Each finished step has its evidence under it. */
export function evidenceIdOf(steps: readonly RolloutStep[], at: number): string {
  const { kind, stage } = steps[at]!;
  const nth = steps.slice(0, at + 1).filter((step) => step.kind === kind && step.stage === stage).length;
  return `rollout:${stage ?? 'service'}:${kind}${nth === 1 ? '' : `:${nth}`}`;
}

export function begun<T extends Told>(
  told: T,
  step: { readonly kind: StepKind; readonly stage: string | null; readonly said: string },
  at: string,
): T {
  const next: RolloutStep = { ...step, startedAt: at, endedAt: null, outcome: 'running' };
  return { ...told, steps: [...told.steps, next], updatedAt: at };
}

/** The step that was begun last is over. */
export function ended<T extends Told>(told: T, finding: Finding, at: string): T {
  const { outcome, said, claim, verdict, how, seen, check } = finding;
  const last = told.steps.length - 1;
  const steps = told.steps.map((step, index) =>
    index === last ? { ...step, outcome, said, endedAt: at } : step,
  );
  const evidence: Evidence = {
    ...{ id: evidenceIdOf(steps, last), claim, verdict, how, seen, approximate: false },
    ...(check === undefined || check === null ? {} : { check }),
  };
  return { ...told, steps, evidence: [...told.evidence, evidence], updatedAt: at };
}

/** A rollout with what one of its stages tells, in place of what that stage told before. */
export function withStage(rollout: Rollout, progress: StageProgress): Rollout {
  const { stage } = progress;
  const isOwn = (id: string): boolean => progress.evidence.some((one) => one.id === id);
  return {
    ...rollout,
    generation: Math.max(rollout.generation, progress.generation),
    stages: rollout.stages.map((one) => (one.name === stage.name ? stage : one)),
    steps: [
      ...rollout.steps.filter((step) => step.stage !== stage.name || step.kind === 'approval'),
      ...progress.steps,
    ],
    evidence: [...rollout.evidence.filter(({ id }) => !isOwn(id)), ...progress.evidence],
    waiting: progress.waiting,
    status: progress.waiting === null ? rollout.status : 'waiting',
    problem: progress.problem,
    updatedAt: progress.updatedAt,
  };
}

export function withStageStatus(rollout: Rollout, name: string, status: StageState['status']): Rollout {
  return {
    ...rollout,
    stages: rollout.stages.map((stage) => (stage.name === name ? { ...stage, status } : stage)),
  };
}

/**
 * With the record of who told what; it is published with the state that comes next. The rollout's own run and that of its stage hear the
 * same, and as its id is made of what was told, both make one record of it. An approval has the record of the step that waited for it.
 */
export function withCommand<T extends Told>(told: T, command: RolloutCommand): T {
  const { kind, by, at } = command;
  if (at === undefined || kind === 'approve') return told;
  const id = `rollout:told:${kind}:${at}`;
  if (told.evidence.some((one) => one.id === id)) return told;
  const why = kind === 'rollback' && command.why !== '' ? `: ${command.why}` : '';
  const evidence: Evidence = {
    ...{ id, claim: `somebody told it: ${kind}`, verdict: 'proven', how: 'what the rollout was told' },
    ...{ seen: `${kind} by ${by} at ${at}${why}`, approximate: false },
  };
  return { ...told, evidence: [...told.evidence, evidence] };
}
