import type { RevisionInterval } from '../../../domain/analysis.ts';
import type { Answer, ServiceState, TrafficShare } from '../../deployment/platform.ts';
import { beginService } from './begin-service.ts';
import { creationOf, guarded, refused, withoutRevision, withRevision, withTraffic } from './change-place.ts';
import type { Changed } from './change-place.ts';
import type { RunParts } from './instance.ts';
import { sweepArtifacts } from './kept-artifacts.ts';
import { openKeptPlaces } from './kept-places.ts';
import type { KeptPlaces } from './kept-places.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { keyText } from './place-state.ts';
import type { PlaceKey } from './place-state.ts';
import type { CreateAsked, EndAsked, LogsAsked, MetricsAsked, RemoveAsked, RouteAsked } from './requests.ts';
import type { ServedPlace } from './served-place.ts';

/** What has the services of a machine in hand. */
export interface Supervisor {
  service(place: PlaceKey): Promise<Answer<ServiceState | null>>;
  create(asked: CreateAsked): Promise<Answer<ServiceState>>;
  route(asked: RouteAsked): Promise<Answer<ServiceState>>;
  remove(asked: RemoveAsked): Promise<Answer<ServiceState>>;
  /** Ends a service with all its revisions. */
  end(asked: EndAsked): Promise<Answer<null>>;
  metrics(asked: MetricsAsked): Promise<Answer<readonly RevisionInterval[]>>;
  logs(asked: LogsAsked): Promise<Answer<readonly string[]>>;
  /** Services by "service@stage", with the processes of their revisions. */
  list(): Readonly<Record<string, ReturnType<ServedPlace['pids']>>>;
  isIdle(): boolean;
  close(graceMs: number): Promise<void>;
}

interface Inside {
  readonly parts: RunParts;
  readonly places: KeptPlaces;
}

/** How long a route waits for a revision that has to be started first. */
const START_MS = 245_000;
const GRACE_MS = 10_000;

/** Everything that is kept is served again. `learn`: takes values by the secrets' names, which those who ask tell. */
export async function openSupervisor(
  parts: RunParts,
  learn: (secrets: Readonly<Record<string, string>>) => void,
  told: (line: string) => void,
): Promise<Supervisor> {
  const places = await openKeptPlaces(parts, told);
  const inside = { parts, places };
  const oneByOne = oneAtATime();
  const inTurn = <T>(place: PlaceKey, work: () => Promise<T>) => oneByOne(keyText(place), work);
  return {
    service: (place) => withPlace(places, place, (served) => Promise.resolve(done(served?.view() ?? null))),
    create: (asked) => {
      learn(asked.secrets);
      return inTurn(asked.place, () => create(inside, asked));
    },
    route: (asked) => route(inside, asked, (work) => inTurn(asked.place, work)),
    remove: (asked) => inTurn(asked.place, () => remove(inside, asked)),
    end: (asked) => inTurn(asked.place, () => end(inside, asked)),
    metrics: ({ place, revision, from, to }) =>
      withPlace(places, place, (served) =>
        Promise.resolve(
          served === null ? gone() : done(served.metrics(revision, new Date(from), new Date(to))),
        ),
      ),
    logs: ({ place, revision, most }) =>
      withPlace(places, place, (served) =>
        Promise.resolve(served === null ? gone() : done(served.logs(revision, most))),
      ),
    list: () => Object.fromEntries(places.served().map((one) => [keyText(one.state()), one.pids()])),
    isIdle: () => places.isEmpty(),
    close: (graceMs) => places.close(graceMs),
  };
}

async function create({ parts, places }: Inside, asked: CreateAsked): Promise<Answer<ServiceState>> {
  return withPlace(places, asked.place, async (served) => {
    if (served !== null)
      return become(served, withRevision(served.state(), creationOf(asked, parts.world.clock.now())));
    const begun = await beginService(asked, parts);
    if (begun.kind !== 'done') return begun;
    places.add(begun.value);
    return done(begun.value.view());
  });
}

/** What is to have traffic is started outside of the service's turn: others may write while it starts. */
async function route(
  { places }: Inside,
  asked: RouteAsked,
  inTurn: (work: () => Promise<Answer<ServiceState>>) => Promise<Answer<ServiceState>>,
): Promise<Answer<ServiceState>> {
  return withPlace(places, asked.place, async (served) => {
    const first = routed(served, asked);
    if (first.kind !== 'done') return first;
    if (served === null) return gone();
    const names = gaining(served.state().traffic, asked.write.shares);
    try {
      const unready = await notReady(served, names);
      return unready ?? (await inTurn(() => rerouted(places, served, asked)));
    } finally {
      served.release(names);
    }
  });
}

/** In the service's turn, where it is still the same. */
async function rerouted(
  places: KeptPlaces,
  served: ServedPlace,
  asked: RouteAsked,
): Promise<Answer<ServiceState>> {
  return withPlace(places, asked.place, async (now) =>
    now === served ? become(served, routed(served, asked)) : gone(),
  );
}

function routed(served: ServedPlace | null, { write, guard, sticky }: RouteAsked): Changed {
  const changed = withTraffic(served?.state() ?? null, write, guard);
  if (changed.kind !== 'done' || changed.value === served?.state()) return changed;
  return { kind: 'done', value: { ...changed.value, sticky } };
}

/** Those that are to have more traffic than they have: what has its share already may be broken, and must not be in the way of what follows. */
function gaining(before: readonly TrafficShare[], after: readonly TrafficShare[]): readonly string[] {
  const shareIn = (list: readonly TrafficShare[], name: string): number =>
    list.reduce((sum, { revision, percent }) => sum + (revision === name ? percent : 0), 0);
  const names = [...new Set(after.map(({ revision }) => revision))];
  return names.filter((name) => shareIn(after, name) > shareIn(before, name));
}

/** Whatever is to have more traffic is started where it does not run; it gets none before it is ready. */
async function notReady(served: ServedPlace, names: readonly string[]): Promise<Answer<never> | null> {
  for (const [name, readiness] of await Promise.all(
    names.map(async (name) => [name, await served.prepare(name, START_MS)] as const),
  )) {
    if (readiness.kind === 'failed') return refused(`${name} is not ready: ${readiness.why}`, readiness.hint);
    if (readiness.kind === 'pending') return { kind: 'unreachable', why: `${name} is not ready yet` };
  }
  return null;
}

async function remove(inside: Inside, asked: RemoveAsked): Promise<Answer<ServiceState>> {
  return withPlace(inside.places, asked.place, async (served) => {
    const changed = withoutRevision(served?.state() ?? null, asked.revision, asked.guard);
    if (served === null) return changed.kind === 'done' ? gone() : changed;
    const answer = await become(served, changed);
    await sweep(inside);
    return answer;
  });
}

async function end(inside: Inside, asked: EndAsked): Promise<Answer<null>> {
  return withPlace(inside.places, asked.place, async (served) => {
    if (served === null) return done(null);
    const problem = guarded(served.state(), asked.guard);
    if (problem !== null) return problem;
    inside.places.drop(asked.place);
    await served.close(GRACE_MS);
    await served.forget();
    await sweep(inside);
    return done(null);
  });
}

async function sweep({ parts, places }: Inside): Promise<void> {
  const used = places.usedArtifacts();
  if (used !== null) await sweepArtifacts(parts.folders, used, parts.world);
}

/** Null: there is none. One that is kept and not served is answered without asking `use`. */
async function withPlace<T>(
  places: KeptPlaces,
  place: PlaceKey,
  use: (served: ServedPlace | null) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const found = await places.find(place);
  return found.kind === 'done' ? use(found.value) : found;
}

async function become(served: ServedPlace, changed: Changed): Promise<Answer<ServiceState>> {
  if (changed.kind !== 'done') return changed;
  if (changed.value !== served.state()) await served.become(changed.value);
  return done(served.view());
}

function done<T>(value: T): Answer<T> {
  return { kind: 'done', value };
}

function gone(): Answer<never> {
  return refused('there is no such service', 'create a revision first', 'missing');
}
