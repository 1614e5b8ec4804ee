import type { Answer, Guard, ServicePlace, ServiceState, TrafficWrite } from '../../deployment/platform.ts';
import { placeOf } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { andThen, done, isDone } from './google-call.ts';
import { refused } from './google-failure.ts';
import { marksOf, withMarks } from './kept-marks.ts';
import { healthOf } from './readiness.ts';
import { readRevision, stateOf } from './service-state.ts';
import type { RunPlace } from './place-names.ts';
import { sameShares, sharesOf, sharesProblem, targetsOf } from './traffic.ts';
import type { RunService } from './traffic.ts';
import { writeService } from './write-service.ts';

const SETTLE_MS = 120_000;

/** Traffic and tags as given; the template stays untouched, so no revision comes of it. */
export async function routeTraffic(
  cloud: Cloud,
  at: ServicePlace,
  write: TrafficWrite,
  guard: Guard,
): Promise<Answer<ServiceState>> {
  const place = placeOf(at);
  if ('kind' in place) return place;
  const problem = sharesProblem(write.shares);
  if (problem !== null) return refused('invalid', problem, 'nothing was written: report it');
  const failed = await failedAmong(cloud, place, write);
  if (failed !== null) return failed;
  const answer = await writeService(cloud, place, guard, {
    settleMs: SETTLE_MS,
    isThere: (service) => isRouted(service, write),
    change: (service) => {
      if (service === null)
        return refused('missing', `there is no service ${place.service}`, 'deploy it first');
      const { stable, previous } = write;
      const annotations = withMarks(service, { generation: guard.generation, stable, previous });
      return done({
        service: { etag: service.etag ?? null, traffic: targetsOf(write.shares), annotations },
        fields: ['traffic', 'annotations'],
      });
    },
  });
  return andThen(answer, (service) => notRouted(service) ?? stateOf(cloud, place, service));
}

/** Cloud Run takes such a write, does not serve it, and keeps it as what is wanted: it is not sent. */
async function failedAmong(
  cloud: Cloud,
  place: RunPlace,
  { shares }: TrafficWrite,
): Promise<Answer<never> | null> {
  for (const { revision, percent } of shares) {
    if (percent === 0) continue;
    const answer = await readRevision(cloud, place, revision);
    if (!isDone(answer)) return answer;
    const health = healthOf(answer.value?.conditions ?? []);
    if (health.kind !== 'failed') continue;
    const hint = 'roll back: the revision does not serve';
    return refused('invalid', `${revision} cannot have traffic: ${health.why}`, hint);
  }
  return null;
}

function isRouted(service: RunService, { shares, stable, previous }: TrafficWrite): boolean {
  const marks = marksOf(service);
  return (
    marks.stable === stable &&
    marks.previous === previous &&
    sameShares(sharesOf(service), shares) &&
    // What follows the latest revision looks the same today, and is not.
    (service.traffic ?? []).every(({ revision }) => Boolean(revision))
  );
}

/** The platform took the write and could not do it. */
function notRouted({ conditions }: RunService): Answer<never> | null {
  const routes = (conditions ?? []).filter(({ type }) => type === 'RoutesReady');
  const health = healthOf(routes);
  if (health.kind !== 'failed') return null;
  return refused(
    'invalid',
    `the traffic could not be moved: ${health.why}`,
    'roll back: the revision does not serve',
  );
}
