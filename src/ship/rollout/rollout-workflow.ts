import type { StageSettings } from '../../domain/deploy-settings.ts';
import type { Rollout, RolloutRequest } from '../../domain/rollout.ts';
import type { Artifact } from '../deployment/platform.ts';
import type { RunContext, Workflow } from '../engine/engine.ts';
import { awaitApproval } from './await-approval.ts';
import { makeArtifact } from './make-artifact.ts';
import { regionPlaceOf, stageRunId } from './rollout-names.ts';
import { newRollout, withStage, withStageStatus } from './rollout-state.ts';
import type { RolloutTools } from './rollout-tools.ts';
import { mayGoOn, newBoard, tell } from './run-board.ts';
import type { RunBoard } from './run-board.ts';
import { stageWorkflow } from './stage-workflow.ts';
import type { Stop } from './stop.ts';

/**
 * A service from its files to its last stage. Each stage is a run of its own in the queue of its region, so that a rollout that waits for
 * approval holds no place there; what it publishes is read together with this run's (see `readRollout`). Both workflows have to be known
 * to a worker: this one, and `stageWorkflow(tools)`.
 */
export function rolloutWorkflow(tools: RolloutTools): Workflow<RolloutRequest, Rollout> {
  const stage = stageWorkflow(tools);
  return {
    name: 'rollout',
    run: (request, context) => runRollout(request, context, tools, stage),
  };
}

type StageWorkflow = ReturnType<typeof stageWorkflow>;

async function runRollout(
  request: RolloutRequest,
  context: RunContext,
  tools: RolloutTools,
  workflow: StageWorkflow,
): Promise<Rollout> {
  const now = await context.now();
  const told = newRollout(request, context.generation, now.toISOString());
  const board = newBoard(context, tools, told, request.settings.stages[0]!.deadlines.approval);
  await tell(board, told);
  const made = await makeArtifact(board, tools.platformOf(request.settings.platform));
  if (made.kind !== 'passed') return over(board, made, null);
  await tell(board, { ...board.told, artifact: made.value?.digest ?? null });
  for (const { name } of board.told.stages) {
    const stage = request.settings.stages.find((one) => one.name === name)!;
    const stop = await allowed(board, stage);
    if (stop !== null) return over(board, stop, name);
    if (!(await isDone(board, stage, made.value, workflow))) return board.told;
  }
  await tell(board, { ...board.told, status: 'done', waiting: null });
  return board.told;
}

/**
 * Whether a stage may begin. It is told to run before the last look at what was told: a command that comes after that look finds the
 * stage running, and goes to it as well (see `commandRollout`).
 */
async function allowed(board: RunBoard<Rollout>, stage: StageSettings): Promise<Stop | null> {
  const goesBack = board.told.request.source.kind === 'previous';
  if (stage.approval && !goesBack) {
    const stop = await awaitApproval(board, stage);
    if (stop !== null) return stop;
  }
  await tell(board, withStageStatus(board.told, stage.name, 'running'));
  return mayGoOn(board);
}

async function isDone(
  board: RunBoard<Rollout>,
  stage: StageSettings,
  artifact: Artifact | null,
  workflow: StageWorkflow,
): Promise<boolean> {
  const { request } = board.told;
  const progress = await board.context.child(
    workflow,
    stageRunId(request.id, stage.name),
    { request, stage: stage.name, artifact },
    regionPlaceOf(request.settings, stage),
  );
  const { status } = progress.stage;
  const merged = withStage(board.told, progress);
  const isWell = status === 'done';
  await tell(board, {
    ...merged,
    status: isWell ? 'running' : status === 'rolled-back' ? 'rolled-back' : 'failed',
  });
  return isWell;
}

/** Ends a rollout between two stages: what is done stays done, and what was not begun is not begun. */
async function over(board: RunBoard<Rollout>, stop: Stop, stage: string | null): Promise<Rollout> {
  const done = board.told.stages.filter(({ status }) => status === 'done').map(({ name }) => name);
  const stays = done.length === 0 ? 'no stage was begun' : `${done.join(' and ')} stays as it is`;
  const next = stage === null ? board.told : withStageStatus(board.told, stage, 'rolled-back');
  const taken = done.length === 0 || stop.kind !== 'commanded' ? '' : '; fettle rollback takes it back';
  await tell(board, {
    ...next,
    status: stage !== null || stop.kind === 'commanded' ? 'rolled-back' : 'failed',
    waiting: null,
    problem: { what: `${stop.what}; ${stays}`, hint: `${stop.hint}${taken}` },
  });
  return board.told;
}
