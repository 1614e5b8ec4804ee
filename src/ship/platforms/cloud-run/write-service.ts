import type { Answer, Guard, NotDone } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { andThen, asked, done, isDone, ONCE } from './google-call.ts';
import { marksOf } from './kept-marks.ts';
import { readService } from './service-state.ts';
import type { RunPlace } from './place-names.ts';
import type { RunService } from './traffic.ts';

const POLL_MS = 1000;

/** One change of a service. */
export interface ServiceWrite {
  /** Whether the service already is as the write would make it. */
  readonly isThere: (service: RunService) => boolean;
  /** What is sent instead of what is there (null: no service yet), with the fields that are written. */
  readonly change: (service: RunService | null) => Answer<{
    readonly service: RunService;
    readonly fields: readonly string[];
  }>;
  /** For how long the platform's work at it is waited for. */
  readonly settleMs: number;
}

/**
 * Reads, compares, and writes with the etag. What is there already is not written again, so the write can be asked for again. An answer
 * that was lost is looked for in the service itself.
 */
export async function writeService(
  cloud: Cloud,
  place: RunPlace,
  guard: Guard,
  write: ServiceWrite,
): Promise<Answer<RunService>> {
  return andThen(await settled(cloud, place, write.settleMs), async (service) => {
    const fence = service === null ? null : fenced(service, guard);
    if (fence !== null) return fence;
    if (service !== null && isWritten(service, guard, write)) return done(service);
    const moved = movedOn(service, guard);
    if (moved !== null) return moved;
    return andThen(write.change(service), async ({ service: wanted, fields }) => {
      const sent = await send(cloud, place, wanted, service === null ? null : fields);
      return settleWritten(cloud, place, guard, write, sent);
    });
  });
}

function isWritten(service: RunService, guard: Guard, write: ServiceWrite): boolean {
  return marksOf(service).generation === guard.generation && write.isThere(service);
}

export function fenced(service: RunService, guard: Guard): NotDone | null {
  const { generation } = marksOf(service);
  return generation !== null && generation > guard.generation ? { kind: 'fenced', generation } : null;
}

/** What the guard rests on is no longer so. */
export function movedOn(service: RunService | null, guard: Guard): NotDone | null {
  if (service === null)
    return guard.etag === null ? null : { kind: 'conflict', why: 'the service is no longer there' };
  if (guard.etag === null) return { kind: 'conflict', why: 'the service is there already' };
  return service.etag === guard.etag
    ? null
    : { kind: 'conflict', why: 'somebody has changed the service since it was read' };
}

/** Null fields: the service is made. */
function send(
  { clients, world }: Cloud,
  place: RunPlace,
  service: RunService,
  fields: readonly string[] | null,
): Promise<Answer<unknown>> {
  return asked(world, async () => {
    const client = await clients.services();
    if (fields === null)
      return client.createService({ parent: place.parent, serviceId: place.service, service }, ONCE);
    const updateMask = { paths: [...fields] };
    return client.updateService({ service: { ...service, name: place.name }, updateMask }, ONCE);
  });
}

/** The operation's own answer is not needed: the service says what became of it, also where the answer was lost. */
async function settleWritten(
  cloud: Cloud,
  place: RunPlace,
  guard: Guard,
  write: ServiceWrite,
  sent: Answer<unknown>,
): Promise<Answer<RunService>> {
  if (sent.kind === 'refused' || sent.kind === 'fenced') return sent;
  const now = await settled(cloud, place, write.settleMs);
  if (!isDone(now)) return now;
  const service = now.value;
  if (service !== null && isWritten(service, guard, write)) return done(service);
  const fence = service === null ? null : fenced(service, guard);
  if (fence !== null) return fence;
  if (sent.kind !== 'done') return sent;
  return { kind: 'conflict', why: 'the service was changed again right after it was written' };
}

/** The service once the platform is no longer at its last write, or as it is when the time is up. */
export async function settled(
  cloud: Cloud,
  place: RunPlace,
  settleMs: number,
): Promise<Answer<RunService | null>> {
  const until = cloud.world.clock.now().getTime() + settleMs;
  for (;;) {
    const answer = await readService(cloud, place);
    if (!isDone(answer) || answer.value === null || !answer.value.reconciling) return answer;
    if (cloud.world.clock.now().getTime() >= until) return answer;
    await cloud.world.clock.sleep(POLL_MS);
  }
}
