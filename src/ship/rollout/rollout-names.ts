import { createHash } from 'node:crypto';
import type { DeploySettings, StageSettings } from '../../domain/deploy-settings.ts';
import type { QueuePlace } from '../engine/engine.ts';

/** RFC 1035, 2.3.4. */
const LONGEST_LABEL = 63;

export const CANARY_TAG = 'canary';
export const BASELINE_TAG = 'baseline';

const TAIL = /(\d{8}t\d{6}-[a-z0-9]{4})$/;
const MADE_HERE = /-(?:\d{8}t\d{6}-[a-z0-9]{4}|[0-9a-f]{12})-[cb]$/;

/** "omni-20261127t091500-k3f9": a DNS label. `random`: from 0 up to 1. */
export function rolloutId(service: string, now: Date, random: () => number): string {
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase();
  const letters = Array.from({ length: 4 }, () => Math.floor(random() * 36).toString(36)).join('');
  const tail = `-${time}-${letters}`;
  return `${service.slice(0, LONGEST_LABEL - tail.length).replace(/-+$/, '')}${tail}`;
}

/** The names of a rollout's own revisions in one stage: the same however often they are asked for. */
export function revisionNames(
  service: string,
  rollout: string,
): { readonly canary: string; readonly baseline: string } {
  const tail = TAIL.exec(rollout)?.[1];
  const fits = tail !== undefined && `${service}-${tail}-c`.length <= LONGEST_LABEL;
  const middle = fits ? tail : createHash('sha256').update(rollout).digest('hex').slice(0, 12);
  const room = LONGEST_LABEL - middle.length - 3;
  const base = `${service.slice(0, room)}-${middle}`;
  return { canary: `${base}-c`, baseline: `${base}-b` };
}

/** Whether a rollout of fettle's made the revision. */
export function isMadeHere(revision: string): boolean {
  return MADE_HERE.test(revision);
}

export function isOwnTag(tag: string | null): boolean {
  return tag === CANARY_TAG || tag === BASELINE_TAG;
}

/** Id of the run that works at one stage of a rollout. */
export function stageRunId(rollout: string, stage: string): string {
  return `${rollout}-${stage}`;
}

/** One rollout of a service at a time. */
export function servicePlaceOf(settings: DeploySettings): QueuePlace {
  return { queue: 'service', partition: `${settings.platform}/${settings.service}` };
}

/** So many stages of a project and region at a time; "-" where there is none. */
export function regionPlaceOf(settings: DeploySettings, stage: StageSettings): QueuePlace {
  const { project, region } = whereOf(settings, stage);
  return { queue: 'region', partition: `${settings.platform}/${project ?? '-'}/${region ?? '-'}` };
}

/** Project and region of a stage on `cloud-run`; null elsewhere, and where nobody named one. */
export function whereOf(
  settings: DeploySettings,
  stage: StageSettings,
): { readonly project: string | null; readonly region: string | null } {
  if (settings.platform === 'local') return { project: null, region: null };
  return {
    project: stage.project ?? settings.cloudRun.project,
    region: stage.region ?? settings.cloudRun.region,
  };
}
