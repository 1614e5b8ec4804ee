import type { Look, MetricJudgement } from '../../domain/analysis.ts';
import type { Rollout, StageState } from '../../domain/rollout.ts';
import { holderIn } from '../../ship/rollout/held-words.ts';
import { plain } from './plain-text.ts';

/** "production: 100 % on omni-…-c" or where the stage stands otherwise. */
export function stageText(stage: StageState): string {
  const { name, status, percent, canary, stable } = stage;
  const words: Readonly<Record<StageState['status'], string>> = {
    waiting: 'not begun',
    approval: 'waits for approval',
    running:
      canary === null
        ? 'begun'
        : `${percent} % on ${canary}${stable === null ? '' : `, the rest on ${stable}`}`,
    done: `100 % on ${canary ?? stable ?? 'the revision before'}`,
    'rolled-back': stable === null ? 'rolled back' : `rolled back to ${stable}`,
    failed: 'failed',
  };
  return plain(`${name}: ${words[status]}`);
}

/** "is held by ann, until it is resumed", or "waits for approval of production": what a rollout does. */
export function waitingText({ what }: NonNullable<Rollout['waiting']>): string {
  return holderIn(what) === null ? `waits for ${what}` : `is ${what}`;
}

/** The same with its end: `until` as the reader has it. */
export function waitingUntil(waiting: NonNullable<Rollout['waiting']>, until: string): string {
  const text = waitingText(waiting);
  return holderIn(waiting.what) === null ? `${text} until ${until}` : `${text}, at most until ${until}`;
}

/** The step that is under way, or what is waited for; null: nothing is. */
export function stepNow({ steps, waiting, stages, status }: Rollout): string | null {
  if (waiting !== null) return waitingText(waiting);
  const last = steps.findLast(({ outcome }) => outcome === 'running');
  if (last !== undefined) return `${last.stage === null ? '' : `${last.stage}: `}${last.said}`;
  if (status === 'waiting') return 'waits for a worker, and for its turn';
  const running = stages.find((stage) => stage.status === 'running');
  return running === undefined ? null : `${running.name} goes on`;
}

/** The command that comes next; null: none. */
export function nextOf(rollout: Rollout): string | null {
  const { status, stages, request } = rollout;
  if (status === 'waiting' && stages.some((stage) => stage.status === 'approval'))
    return `fettle promote ${request.id}`;
  if (status === 'running' || status === 'waiting') return `fettle rollouts watch ${request.id}`;
  return status === 'done' ? null : `fettle rollouts show ${request.id}`;
}

const METRICS: Readonly<Record<MetricJudgement['metric'], string>> = {
  errors: 'errors',
  'slow-requests': 'slow requests',
  memory: 'memory',
  cpu: 'CPU',
};

/** "pass: errors 0.1 % beside 0.2 %; memory 1.0 beside 1.0" */
export function metricText({ metric, verdict, critical, seen }: MetricJudgement): string {
  return plain(`${METRICS[metric]}${critical ? '' : ' (told, not decisive)'}: ${verdict}: ${seen}`);
}

export function lookText({ look, looks, verdict, why }: Look): string {
  return plain(`look ${look} of ${looks}: ${verdict}: ${why}`);
}

/** "3 s", "2 m", "4 h", "3 d": in the largest unit that it fills. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** What was deployed: "files sha256:0123456789ab", "image …", "the revision before". */
export function sourceText({ request: { source } }: Rollout): string {
  if (source.kind === 'previous') return 'back to the revision before';
  if (source.kind === 'image') return plain(`image ${source.reference}`);
  const how = source.dockerfile === null ? 'in an environment' : `by ${source.dockerfile}`;
  return plain(`files ${source.digest.slice(0, 19)}, ${how}`);
}

export function verifiedText({ request: { verified } }: Rollout): string {
  if (verified === null) return 'not verified before';
  return plain(`verified as far as ${verified.level} by run ${verified.run}: ${verified.verdict}`);
}
