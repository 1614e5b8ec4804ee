import type { RunContext, Workflow } from '../engine/engine.ts';
import { canaryReady } from './canary-ready.ts';
import { createCanary } from './create-canary.ts';
import { finish } from './finish.ts';
import { makeBaseline } from './make-baseline.ts';
import { planStage } from './plan-stage.ts';
import { readService } from './read-service.ts';
import { rollBack } from './roll-back.ts';
import type { RolloutTools } from './rollout-tools.ts';
import { newStage } from './rollout-state.ts';
import type { StageProgress } from './rollout-state.ts';
import { checkHealth, runChecks } from './run-checks.ts';
import { deadlineIn, newBoard, tell } from './run-board.ts';
import type { StageInput, StageRun } from './stage-run.ts';
import type { Stop } from './stop.ts';
import { trafficSteps } from './traffic-steps.ts';
import { warmUp } from './warm-up.ts';

/**
 * In their order; the first that stops ends the stage. The baseline comes first: where a service keeps the template of its youngest
 * revision (Cloud Run), that is the canary's in the end, and somebody's next change by hand does not bring the old version back.
 */
const PHASES: readonly ((run: StageRun) => Promise<Stop | null>)[] = [
  makeBaseline,
  createCanary,
  canaryReady,
  warmUp,
  checkHealth,
  runChecks,
  trafficSteps,
  finish,
];

/** One stage of a rollout, from the new revision to the stable one, or back. Gives where it stands at its end. */
export function stageWorkflow(tools: RolloutTools): Workflow<StageInput, StageProgress> {
  return { name: 'stage', run: (input, context) => runStage(input, context, tools) };
}

async function runStage(input: StageInput, context: RunContext, tools: RolloutTools): Promise<StageProgress> {
  const run = await stageRun(input, context, tools);
  await tell(run, run.told);
  const stop = await takePlan(run);
  if (stop !== null) {
    const { what, hint } = stop;
    await tell(run, { ...run.told, stage: { ...run.told.stage, status: 'failed' }, problem: { what, hint } });
    return run.told;
  }
  for (const phase of PHASES) {
    const stopped = await phase(run);
    if (stopped === null) continue;
    await rollBack(run, stopped);
    return run.told;
  }
  await tell(run, { ...run.told, stage: { ...run.told.stage, status: 'done' }, waiting: null });
  return run.told;
}

async function stageRun(input: StageInput, context: RunContext, tools: RolloutTools): Promise<StageRun> {
  const { request, artifact } = input;
  const { settings } = request;
  const stage = settings.stages.find(({ name }) => name === input.stage);
  if (stage === undefined) throw new Error(`no such stage: ${input.stage}`);
  const now = await context.now();
  const told: StageProgress = {
    ...{ generation: context.generation, stage: { ...newStage(stage.name), status: 'running' } },
    ...{ steps: [], evidence: [], waiting: null, problem: null, updatedAt: now.toISOString() },
  };
  return {
    ...newBoard(context, tools, told, stage.deadlines.approval),
    ...{ request, artifact, place: { settings, stage }, platform: tools.platformOf(settings.platform) },
    ...{ plan: { kind: 'first' }, began: null, isInOrder: false, traffic: [], pending: null },
    urls: { canary: '', baseline: '' },
  };
}

/** Looks at what is there before anything is written. */
async function takePlan(run: StageRun): Promise<Stop | null> {
  const until = await deadlineIn(run, run.place.stage.deadlines.ready);
  const read = await readService(run, 'read the service', until, true);
  if (read.kind !== 'passed') return read;
  const service = read.value;
  const plan = planStage(run.request.source, service);
  if (plan.kind !== 'passed') return plan;
  run.began = service;
  run.plan = plan.value;
  run.traffic = service?.traffic ?? [];
  const stable = plan.value.kind === 'canary' ? plan.value.stable : (service?.stable ?? null);
  await tell(run, { ...run.told, stage: { ...run.told.stage, stable, url: service?.url ?? null } });
  return null;
}
