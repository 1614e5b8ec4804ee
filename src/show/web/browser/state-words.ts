import type { Evidence } from '../../../domain/evidence.ts';
import type { LookVerdict, MetricJudgement } from '../../../domain/analysis.ts';
import type { Rollout, RolloutStep, StageState, StepKind } from '../../../domain/rollout.ts';
import type { RunRow, ServiceRow } from '../page-api.ts';
import type { MarkKind } from './mark.tsx';

/** What is shown for a state that the server tells: the sign and the word. */
export interface Told {
  readonly kind: MarkKind;
  readonly word: string;
}

export const SERVICE_STATES: Readonly<Record<ServiceRow['state'], Told>> = {
  problems: { kind: 'bad', word: 'Problems' },
  unknown: { kind: 'unsure', word: 'Unknown' },
  repaired: { kind: 'good', word: 'Repaired' },
  clean: { kind: 'good', word: 'Clean' },
};

export const RUN_VERDICTS: Readonly<Record<RunRow['verdict'], Told>> = SERVICE_STATES;

export const RUN_STAGES: Readonly<Record<RunRow['stage'], string>> = {
  scan: 'Scan',
  audit: 'Audit',
  plan: 'Plan',
  fix: 'Fix',
  verify: 'Verify',
};

export const ROLLOUT_STATES: Readonly<Record<Rollout['status'], Told>> = {
  running: { kind: 'active', word: 'Running' },
  waiting: { kind: 'waiting', word: 'Waiting' },
  done: { kind: 'good', word: 'Done' },
  'rolled-back': { kind: 'bad', word: 'Rolled back' },
  failed: { kind: 'bad', word: 'Failed' },
  cancelled: { kind: 'none', word: 'Cancelled' },
};

export const STAGE_STATES: Readonly<Record<StageState['status'], Told>> = {
  waiting: { kind: 'none', word: 'Not begun' },
  approval: { kind: 'waiting', word: 'Waits for approval' },
  running: { kind: 'active', word: 'Running' },
  done: { kind: 'good', word: 'Done' },
  'rolled-back': { kind: 'bad', word: 'Rolled back' },
  failed: { kind: 'bad', word: 'Failed' },
};

export const STEP_OUTCOMES: Readonly<Record<RolloutStep['outcome'], Told>> = {
  running: { kind: 'active', word: 'under way' },
  done: { kind: 'good', word: 'done' },
  failed: { kind: 'bad', word: 'failed' },
};

export const STEP_KINDS: Readonly<Record<StepKind, string>> = {
  ...{
    build: 'Build',
    push: 'Push',
    create: 'Create',
    ready: 'Ready',
    'warm-up': 'Warm up',
    health: 'Health',
  },
  ...{
    checks: 'Checks',
    baseline: 'Baseline',
    traffic: 'Traffic',
    analysis: 'Analysis',
    approval: 'Approval',
  },
  ...{ finish: 'Finish', rollback: 'Roll back' },
};

export const LOOK_VERDICTS: Readonly<Record<LookVerdict, Told>> = {
  pass: { kind: 'good', word: 'Pass' },
  hold: { kind: 'unsure', word: 'Hold' },
  fail: { kind: 'bad', word: 'Fail' },
};

export const EVIDENCE_VERDICTS: Readonly<Record<Evidence['verdict'], Told>> = {
  proven: { kind: 'good', word: 'Proven' },
  refuted: { kind: 'bad', word: 'Refuted' },
  unknown: { kind: 'unsure', word: 'Unknown' },
};

export const METRICS: Readonly<Record<MetricJudgement['metric'], string>> = {
  errors: 'Errors',
  'slow-requests': 'Slow requests',
  memory: 'Memory',
  cpu: 'CPU for a request',
};

/** A newer server may tell a word that this page does not know: it is shown as it is. */
export function told<K extends string>(table: Readonly<Record<K, Told>>, key: K): Told {
  return Object.hasOwn(table, key) ? table[key] : { kind: 'unsure', word: key };
}

export function named<K extends string>(table: Readonly<Record<K, string>>, key: K): string {
  return Object.hasOwn(table, key) ? table[key] : key;
}
