import { userInfo } from 'node:os';
import type { RolloutRequest, RolloutSource } from './domain/rollout.ts';
import type { World } from './io/world.ts';
import type { RolloutClient } from './rollout-client.ts';
import type { Snapshot } from './ship/deployment/snapshot.ts';
import { rolloutId, servicePlaceOf } from './ship/rollout/rollout-names.ts';
import type { VerifiedState } from './verified-state.ts';

/** Keeps the snapshot and asks the engine for the rollout; gives its id. */
export async function beginRollout(
  { request, snapshot }: { readonly request: RolloutRequest; readonly snapshot: Snapshot | null },
  { engine }: RolloutClient,
): Promise<string> {
  if (snapshot !== null) await engine.keep(snapshot.digest, snapshot.bytes);
  await engine.enqueue({ name: 'rollout' }, request.id, request, servicePlaceOf(request.settings));
  return request.id;
}

/** All that a rollout is asked for, under an id of its own. */
export function newRequest(
  { settings }: Pick<RolloutRequest, 'settings'>,
  source: RolloutSource,
  until: string,
  verified: VerifiedState | null,
  { clock }: Pick<World, 'clock'>,
): RolloutRequest {
  const now = clock.now();
  return {
    id: rolloutId(settings.service, now, Math.random),
    ...{ settings, source, until, by: userName(), createdAt: now.toISOString() },
    verified:
      verified === null ? null : { run: verified.run, level: verified.level, verdict: verified.verdict },
  };
}

/** The request that takes one stage of a service back to the revision before. */
export function requestBack(
  { settings }: Pick<RolloutRequest, 'settings'>,
  stage: string,
  world: Pick<World, 'clock'>,
): RolloutRequest {
  const stages = settings.stages.filter(({ name }) => name === stage);
  return newRequest({ settings: { ...settings, stages } }, { kind: 'previous' }, stage, null, world);
}

/** As the machine names its user. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A user without an entry in the machine's list, as in many containers (uv_os_get_passwd).
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
