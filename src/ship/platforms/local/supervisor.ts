import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { RevisionInterval } from '../../../domain/analysis.ts';
import type { World } from '../../../io/world.ts';
import type { Answer, ServiceState, TrafficShare } from '../../deployment/platform.ts';
import { guarded, refused, withoutRevision, withRevision, withTraffic } from './change-place.ts';
import type { Changed } from './change-place.ts';
import type { RunParts } from './instance.ts';
import { sweepArtifacts } from './kept-artifacts.ts';
import { keyText, newEtag, readStates } from './place-state.ts';
import type { PlaceKey, PlaceState } from './place-state.ts';
import { startProxy } from './proxy/proxy.ts';
import type { TrafficProxy } from './proxy/proxy.ts';
import type { CreateAsked, EndAsked, LogsAsked, MetricsAsked, RemoveAsked, RouteAsked } from './requests.ts';
import { servePlace } from './served-place.ts';
import type { ServedPlace } from './served-place.ts';

/** What has the services of a machine in hand. */
export interface Supervisor {
  service(place: PlaceKey): ServiceState | null;
  create(asked: CreateAsked): Promise<Answer<ServiceState>>;
  route(asked: RouteAsked): Promise<Answer<ServiceState>>;
  remove(asked: RemoveAsked): Promise<Answer<ServiceState>>;
  /** Ends a service with all its revisions. */
  end(asked: EndAsked): Promise<Answer<null>>;
  metrics(asked: MetricsAsked): Answer<readonly RevisionInterval[]>;
  logs(asked: LogsAsked): Answer<readonly string[]>;
  /** Services by "service@stage", with the processes of their revisions. */
  list(): Readonly<Record<string, ReturnType<ServedPlace['pids']>>>;
  isIdle(): boolean;
  close(graceMs: number): Promise<void>;
}

/** How long a route waits for a revision that has to be started first. */
const START_MS = 245_000;
const HOST = '127.0.0.1';
/** A port that was just given up may be taken for a moment. */
const PORT_TRIES = 20;
const PORT_PAUSE_MS = 250;

/** Everything that is kept is served again. `secrets`: values by the secrets' names, which those who ask add to. */
export async function openSupervisor(
  parts: RunParts,
  secrets: Map<string, string>,
  told: (line: string) => void,
): Promise<Supervisor> {
  const places = new Map<string, ServedPlace>();
  const turns = new Map<string, Promise<unknown>>();
  const { states, unread } = await readStates(parts.folders.services, parts.world.files);
  for (const path of unread) told(`${path} cannot be read: its service is not served`);
  for (const state of states) {
    const proxy = await openProxy(state.port, state, parts.world);
    if (typeof proxy === 'string') told(`${keyText(state)} is not served: ${proxy}`);
    else places.set(keyText(state), servePlace(state, proxy, parts));
  }

  /** One write of a place after the other. */
  const inTurn = <T>(place: PlaceKey, work: () => Promise<T>): Promise<T> => {
    const key = keyText(place);
    const next = (turns.get(key) ?? Promise.resolve()).then(work);
    turns.set(
      key,
      next.catch(() => undefined),
    );
    return next;
  };
  const become = async (served: ServedPlace, changed: Changed): Promise<Answer<ServiceState>> => {
    if (changed.kind !== 'done') return changed;
    if (changed.value !== served.state()) await served.become(changed.value);
    return { kind: 'done', value: served.view() };
  };
  const used = () =>
    [...places.values()].flatMap((one) => one.state().revisions.map(({ artifact }) => artifact));

  const begin = async (asked: CreateAsked): Promise<Answer<ServiceState>> => {
    const { place } = asked;
    const state = firstState(asked);
    const changed = withRevision(null, { ...creationOf(asked, parts.world), begin: () => state });
    if (changed.kind !== 'done') return changed;
    const proxy = await openProxy(asked.port, state, parts.world);
    if (typeof proxy === 'string') return refused(proxy, 'choose another port for this stage');
    const served = servePlace({ ...state, port: proxy.port }, proxy, parts);
    try {
      await served.become({ ...changed.value, port: proxy.port });
    } catch (error) {
      await served.close(0);
      throw error;
    }
    places.set(keyText(place), served);
    return { kind: 'done', value: served.view() };
  };

  return {
    service: (place) => places.get(keyText(place))?.view() ?? null,
    create: (asked) => {
      for (const [name, value] of Object.entries(asked.secrets)) secrets.set(name, value);
      return inTurn(asked.place, () => {
        const served = places.get(keyText(asked.place));
        if (served === undefined) return begin(asked);
        return become(served, withRevision(served.state(), creationOf(asked, parts.world)));
      });
    },
    route: async (asked) => {
      const served = places.get(keyText(asked.place));
      const first = routed(served, asked);
      if (served === undefined || first.kind !== 'done') return first.kind === 'done' ? gone() : first;
      const names = gaining(served.state().traffic, asked.write.shares);
      try {
        const unready = await notReady(served, names);
        if (unready !== null) return unready;
        return await inTurn(asked.place, () => become(served, routed(served, asked)));
      } finally {
        served.release(names);
      }
    },
    remove: (asked) =>
      inTurn(asked.place, async () => {
        const served = places.get(keyText(asked.place));
        const changed = withoutRevision(served?.state() ?? null, asked.revision, asked.guard);
        if (served === undefined) return changed.kind === 'done' ? gone() : changed;
        const answer = await become(served, changed);
        await sweepArtifacts(parts.folders, used(), parts.world);
        return answer;
      }),
    end: (asked) =>
      inTurn(asked.place, async () => {
        const key = keyText(asked.place);
        const served = places.get(key);
        if (served === undefined) return { kind: 'done', value: null };
        const problem = guarded(served.state(), asked.guard);
        if (problem !== null) return problem;
        places.delete(key);
        await served.close(GRACE_MS);
        await served.forget();
        await sweepArtifacts(parts.folders, used(), parts.world);
        return { kind: 'done', value: null };
      }),
    metrics: ({ place, revision, from, to }) => {
      const served = places.get(keyText(place));
      if (served === undefined) return gone();
      return { kind: 'done', value: served.metrics(revision, new Date(from), new Date(to)) };
    },
    logs: ({ place, revision, most }) => {
      const served = places.get(keyText(place));
      if (served === undefined) return gone();
      return { kind: 'done', value: served.logs(revision, most) };
    },
    list: () => Object.fromEntries([...places].map(([key, served]) => [key, served.pids()])),
    isIdle: () => places.size === 0 && unread.length === 0,
    close: async (graceMs) => void (await Promise.all([...places.values()].map((one) => one.close(graceMs)))),
  };
}

const GRACE_MS = 10_000;

function gone(): Answer<never> {
  return refused('there is no such service', 'create a revision first', 'missing');
}

function routed(served: ServedPlace | undefined, { write, guard, sticky }: RouteAsked): Changed {
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

function creationOf({ revision, guard, network }: CreateAsked, { clock }: World) {
  return {
    ...{ revision, guard, network },
    createdAt: clock.now().toISOString(),
    begin: (): PlaceState => {
      throw new Error('a service that is there is not begun');
    },
  };
}

function firstState({ place, guard, port, sticky, intervalSeconds }: CreateAsked): PlaceState {
  return {
    ...place,
    ...{
      etag: newEtag(),
      generation: guard.generation,
      port,
      sticky,
      stickyKey: randomUUID(),
      intervalSeconds,
    },
    ...{ traffic: [], revisions: [], stable: null, previous: null },
  };
}

/** A text: why there is none. */
async function openProxy(
  port: number,
  { intervalSeconds, stickyKey }: Pick<PlaceState, 'intervalSeconds' | 'stickyKey'>,
  { clock }: World,
): Promise<TrafficProxy | string> {
  for (let tries = PORT_TRIES; ; tries--) {
    try {
      return await startProxy({ host: HOST, port, intervalSeconds, clock, stickyKey });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      if (code === 'EACCES') return `port ${port} may not be listened on`;
      if (tries === 0) return `port ${port} is in use`;
      await setTimeout(PORT_PAUSE_MS);
    }
  }
}
