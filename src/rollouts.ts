import { UserFacingError } from './domain/errors.ts';
import type { Rollout, RolloutCommand } from './domain/rollout.ts';
import type { World } from './io/world.ts';
import { beginRollout, requestBack, userName } from './begin-rollout.ts';
import type { RolloutClient } from './rollout-client.ts';
import { commandRollout } from './ship/rollout/command-rollout.ts';
import { readRollout } from './ship/rollout/read-rollout.ts';

const MOST = 50;

/** The youngest first; `service`: those of one alone. */
export async function rollouts(
  { engine }: RolloutClient,
  service: string | null = null,
): Promise<readonly Rollout[]> {
  const records = await engine.list({ workflow: 'rollout', most: MOST });
  const all = await Promise.all(records.map(({ id }) => readRollout(engine, id)));
  return all.filter(
    (one): one is Rollout => one !== null && (service === null || one.request.settings.service === service),
  );
}

/** Throws `no-rollout` where there is none of that id. */
export async function rollout(client: RolloutClient, id: string): Promise<Rollout> {
  const found = await readRollout(client.engine, id);
  if (found !== null) return found;
  throw new UserFacingError('no-rollout', `there is no rollout ${id}`, {
    hint: 'fettle rollouts lists them',
  });
}

export function isOver({ status }: Rollout): boolean {
  return status !== 'running' && status !== 'waiting';
}

/** An older rollout of the same service that is not over: a younger one is begun once it is. Null: none. */
export async function aheadOf(client: RolloutClient, { request }: Rollout): Promise<Rollout | null> {
  const { service, platform } = request.settings;
  const older = (await rollouts(client, service)).filter(
    (one) =>
      one.request.id !== request.id &&
      one.request.settings.platform === platform &&
      one.request.createdAt < request.createdAt &&
      !isOver(one),
  );
  return older.at(-1) ?? null;
}

/** The stage that waits for somebody's approval; null: none does. */
export function waitingStage(one: Rollout): string | null {
  if (isOver(one)) return null;
  return one.stages.find(({ status }) => status === 'approval')?.name ?? null;
}

/** Approves of the stage that waits; `id` null: of the only rollout that does. */
export async function promote(
  client: RolloutClient,
  id: string | null,
  world: Pick<World, 'clock'>,
  by: string = userName(),
): Promise<{ readonly id: string; readonly stage: string }> {
  const found = id === null ? await onlyWaiting(client) : await rollout(client, id);
  const stage = waitingStage(found);
  if (stage === null)
    throw new UserFacingError(
      'no-rollout',
      `${found.request.id} does not wait for approval: it is ${found.status}`,
      {
        hint: 'fettle rollouts shows what waits',
      },
    );
  await tellRollout(client, found.request.id, { kind: 'approve', stage, by }, world);
  return { id: found.request.id, stage };
}

/** Approves of every stage of a rollout before it comes to them. */
export async function approveAll(
  client: RolloutClient,
  id: string,
  world: Pick<World, 'clock'>,
): Promise<void> {
  const { request } = await rollout(client, id);
  for (const { name, approval } of request.settings.stages) {
    if (!approval) continue;
    await tellRollout(client, id, { kind: 'approve', stage: name, by: userName() }, world);
  }
}

async function onlyWaiting(client: RolloutClient): Promise<Rollout> {
  const waiting = (await rollouts(client)).filter((one) => waitingStage(one) !== null);
  const [first] = waiting;
  if (first === undefined)
    throw new UserFacingError('no-rollout', 'no rollout waits for approval', {
      hint: 'fettle rollouts shows where each stands; fettle deploy begins one',
    });
  if (waiting.length === 1) return first;
  const ids = waiting.map(({ request }) => request.id);
  throw new UserFacingError('usage', `${waiting.length} rollouts wait for approval: ${ids.join(', ')}`, {
    hint: `name the one that is meant: fettle promote ${ids[0]}`,
  });
}

/** Tells a rollout something, with the time at which it was told. Gives false where it is over. */
export async function tellRollout(
  { engine }: RolloutClient,
  id: string,
  command: RolloutCommand,
  { clock }: Pick<World, 'clock'>,
): Promise<boolean> {
  return commandRollout(engine, id, { ...command, at: clock.now().toISOString() }, (ms) => clock.sleep(ms));
}

/** What taking back came to. */
export interface TakenBack {
  /** The rollout to watch: the one that was told, or a new one. */
  readonly id: string;
  readonly kind: 'told' | 'begun';
  readonly stage: string;
}

/**
 * One that is under way is told to roll back. One that is over is taken back by a rollout of its own, which puts the traffic of one stage
 * on the revision before. `target`: a rollout or a service; null: the only service that there is.
 */
export async function rollBack(
  client: RolloutClient,
  target: string | null,
  to: string | null,
  world: Pick<World, 'clock'>,
  { by, why }: { readonly by: string; readonly why: string } = { by: userName(), why: 'fettle rollback' },
): Promise<TakenBack> {
  const found = await meant(client, target);
  const { id } = found.request;
  const under = found.stages.find(({ status }) => status === 'running' || status === 'approval');
  if (!isOver(found) && (to === null || under === undefined || under.name === to)) {
    await tellRollout(client, id, { kind: 'rollback', by, why }, world);
    return { id, kind: 'told', stage: under?.name ?? found.request.until };
  }
  const stage = to ?? lastDone(found);
  if (!found.request.settings.stages.some(({ name }) => name === stage))
    throw new UserFacingError('usage', `there is no stage ${stage}`, {
      hint: `the stages are ${found.request.settings.stages.map(({ name }) => name).join(', ')}`,
    });
  const request = { ...requestBack(found.request, stage, world), by };
  return { id: await beginRollout({ request, snapshot: null }, client), kind: 'begun', stage };
}

function lastDone({ stages, request }: Rollout): string {
  return stages.findLast(({ status }) => status === 'done')?.name ?? request.until;
}

async function meant(client: RolloutClient, target: string | null): Promise<Rollout> {
  if (target !== null) {
    const byId = await readRollout(client.engine, target);
    return byId ?? (await newestOf(client, target));
  }
  const all = await rollouts(client);
  const services = [...new Set(all.map(({ request }) => request.settings.service))];
  const [first] = all;
  if (first !== undefined && services.length === 1) return first;
  if (first === undefined)
    throw new UserFacingError('no-rollout', 'there is no rollout to take back', {
      hint: 'fettle deploy begins one',
    });
  throw new UserFacingError('usage', `there are rollouts of ${services.join(', ')}`, {
    hint: `name the service or the rollout: fettle rollback ${services[0]}`,
  });
}

async function newestOf(client: RolloutClient, service: string): Promise<Rollout> {
  const [newest] = await rollouts(client, service);
  if (newest !== undefined) return newest;
  throw new UserFacingError('no-rollout', `there is no rollout and no service ${service}`, {
    hint: 'fettle rollouts lists them',
  });
}
