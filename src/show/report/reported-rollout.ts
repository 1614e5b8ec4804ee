import type { Rollout } from '../../domain/rollout.ts';
import { nextOf } from './rollout-words.ts';

/** A rollout as `--json` prints it (`schemas/rollout-1.json`). */
export interface ReportedRollout {
  readonly id: string;
  readonly service: string;
  readonly platform: string;
  readonly status: Rollout['status'];
  readonly until: string;
  readonly by: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly source: Rollout['request']['source'];
  readonly verified: Rollout['request']['verified'];
  readonly artifact: string | null;
  readonly stages: Rollout['stages'];
  readonly steps: Rollout['steps'];
  readonly waiting: Rollout['waiting'];
  readonly problem: Rollout['problem'];
  readonly evidence: Rollout['evidence'];
  /** The command that comes next; null: none. */
  readonly next: string | null;
}

export function reportedRollout(rollout: Rollout): ReportedRollout {
  const { request, status, artifact, stages, steps, waiting, problem, evidence, updatedAt } = rollout;
  const { id, settings, until, by, createdAt, source, verified } = request;
  return {
    ...{
      id,
      service: settings.service,
      platform: settings.platform,
      status,
      until,
      by,
      createdAt,
      updatedAt,
    },
    ...{ source, verified, artifact, stages, steps, waiting, problem, evidence, next: nextOf(rollout) },
  };
}

/** The whole text that `--json` prints: of one rollout, or of a list. */
export function rolloutJson(value: Rollout | readonly Rollout[]): string {
  const told = Array.isArray(value)
    ? { rollouts: (value as readonly Rollout[]).map(reportedRollout) }
    : { rollout: reportedRollout(value as Rollout) };
  return `${JSON.stringify({ schemaVersion: '1', ...told }, null, 2)}\n`;
}
