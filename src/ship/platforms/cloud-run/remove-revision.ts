import type { Answer, Guard, ServicePlace, ServiceState } from '../../deployment/platform.ts';
import { placeOf } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { andThen, asked, done, ONCE, read } from './google-call.ts';
import { isMissing, refused } from './google-failure.ts';
import { revisionPath } from './place-names.ts';
import type { RunPlace } from './place-names.ts';
import { readService, stateOf } from './service-state.ts';
import { sharesOf } from './traffic.ts';
import { fenced, movedOn } from './write-service.ts';

const POLL_MS = 500;
const GONE_WITHIN_MS = 20_000;

/**
 * Deletes a revision that has neither traffic nor a tag. The youngest of a service cannot be deleted ("Managing revisions"): without
 * traffic it has no instances and costs nothing, and it stays until there is a younger one.
 */
export async function removeRevision(
  cloud: Cloud,
  at: ServicePlace,
  revision: string,
  guard: Guard,
): Promise<Answer<ServiceState>> {
  const place = placeOf(at);
  if ('kind' in place) return place;
  return andThen(await readService(cloud, place), async (service) => {
    if (service === null)
      return refused('missing', `there is no service ${place.service}`, 'deploy it first');
    const stop = fenced(service, guard) ?? movedOn(service, guard);
    if (stop !== null) return stop;
    if (sharesOf(service).some((share) => share.revision === revision))
      return refused('invalid', `${revision} has traffic or a tag`, 'take both from it first');
    const isYoungest = service.template?.revision === revision;
    const answer = await remove(cloud, place, revision);
    if (
      isYoungest &&
      (answer.kind === 'conflict' || (answer.kind === 'refused' && answer.cause === 'invalid'))
    )
      return refused(
        'invalid',
        'the youngest revision of a service cannot be deleted',
        'it costs nothing without traffic, and goes with the next rollout that is done',
      );
    if (answer.kind !== 'done') return answer;
    if (answer.value !== null) await waitUntilGone(cloud, answer.value);
    return stateOf(cloud, place, service);
  });
}

/** Gives the name of the operation; null: there was nothing to delete. */
function remove(
  { clients, world }: Cloud,
  place: RunPlace,
  revision: string,
): Promise<Answer<string | null>> {
  return asked(world, async () => {
    try {
      const name = revisionPath(place, revision);
      const [operation] = await (await clients.revisions()).deleteRevision({ name }, ONCE);
      return operation.name ?? null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  });
}

async function waitUntilGone(cloud: Cloud, operation: string): Promise<Answer<null>> {
  const until = cloud.world.clock.now().getTime() + GONE_WITHIN_MS;
  for (;;) {
    const answer = await read(cloud.world, async () =>
      (await cloud.clients.revisions()).checkDeleteRevisionProgress(operation),
    );
    if (answer.kind !== 'done') return answer;
    if (answer.value.done || cloud.world.clock.now().getTime() >= until) return done(null);
    await cloud.world.clock.sleep(POLL_MS);
  }
}
