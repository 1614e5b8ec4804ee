import type { Answer, Guard, ServicePlace, ServiceState } from '../../deployment/platform.ts';
import { placeOf } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { andThen, asked, done, ONCE } from './google-call.ts';
import { isMissing, refused } from './google-failure.ts';
import { revisionPath } from './place-names.ts';
import type { RunPlace } from './place-names.ts';
import { readRevision, readService, stateOf } from './service-state.ts';
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
    if (answer.kind === 'refused' && !(isYoungest && answer.cause === 'invalid')) return answer;
    if (answer.kind === 'conflict' && !isYoungest) return answer;
    if (answer.kind === 'done') await waitUntilGone(cloud, place, revision);
    if (answer.kind === 'unreachable') return answer;
    return stateOf(cloud, place, service);
  });
}

function remove({ clients, world }: Cloud, place: RunPlace, revision: string): Promise<Answer<null>> {
  return asked(world, async () => {
    try {
      await (await clients.revisions()).deleteRevision({ name: revisionPath(place, revision) }, ONCE);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return null;
  });
}

async function waitUntilGone(cloud: Cloud, place: RunPlace, revision: string): Promise<Answer<null>> {
  const until = cloud.world.clock.now().getTime() + GONE_WITHIN_MS;
  for (;;) {
    const answer = await readRevision(cloud, place, revision);
    if (answer.kind !== 'done') return answer;
    if (answer.value === null || cloud.world.clock.now().getTime() >= until) return done(null);
    await cloud.world.clock.sleep(POLL_MS);
  }
}
