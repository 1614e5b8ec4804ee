import { createHash } from 'node:crypto';
import type { RevisionInterval } from '../../domain/analysis.ts';
import type { SteppedClock } from '../engine/stepped-clock.test-double.ts';
import type {
  Answer,
  Artifact,
  CheckAnswer,
  Guard,
  NotDone,
  Platform,
  Readiness,
  Revision,
  ServicePlace,
  ServiceState,
  TrafficShare,
} from './platform.ts';
import { simulatedInterval, WELL } from './simulated-traffic.test-double.ts';
import type { Behaviour } from './simulated-traffic.test-double.ts';

export type PlatformMethod =
  'build' | 'push' | 'service' | 'createRevision' | 'route' | 'removeRevision' | 'metrics';

/** What befalls one call. */
export type CallFault =
  | { readonly kind: 'none' }
  /** It takes effect, and its answer is lost. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'unreachable' }
  /** Somebody writes first, and changes no traffic. */
  | { readonly kind: 'conflict' }
  /** It takes effect so much later. */
  | { readonly kind: 'stall'; readonly ms: number }
  | { readonly kind: 'answer'; readonly answer: NotDone };

export interface SimulatedOptions {
  readonly clock: SteppedClock;
  readonly seed?: number;
  /** Requests a second to each service. */
  readonly load?: number;
  /** By what is in the snapshot, as text. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  readonly fault?: (call: { readonly index: number; readonly method: PlatformMethod }) => CallFault;
}

interface SimulatedRevision {
  readonly name: string;
  readonly artifact: Artifact;
  readonly createdMs: number;
  readonly createdAt: string;
}

interface SimulatedService {
  readonly name: string;
  revisions: SimulatedRevision[];
  traffic: readonly TrafficShare[];
  etag: number;
  generation: number | null;
  stable: string | null;
  previous: string | null;
  reconcilingUntil: number;
  /** Since when which traffic was there. */
  readonly history: { readonly at: number; readonly traffic: readonly TrafficShare[] }[];
}

export interface SimulatedPlatform {
  readonly platform: Platform;
  /** As it is now, without a call; null: not there. */
  look(service: string): ServiceState | null;
  /** Somebody else's hand. */
  meddle(service: string, traffic: readonly TrafficShare[]): void;
  /** A service that serves a stable revision of an artifact, made by hand. */
  seed(service: string, content: string): void;
  /** Keys in the order in which something was really built. */
  readonly builds: readonly string[];
  readonly probes: () => number;
  /** Every traffic that a service had. */
  history(service: string): readonly (readonly TrafficShare[])[];
}

const READ_MS = 20;
const WRITE_MS = 300;
const SETTLE_MS = 700;
const BUILD_MS = 45_000;

/** A strict platform in memory, on a clock that is stepped. */
export function simulatedPlatform(options: SimulatedOptions): SimulatedPlatform {
  const { clock, seed = 1, load = 200, behaviours = {}, fault = () => ({ kind: 'none' }) as const } = options;
  const services = new Map<string, SimulatedService>();
  const contents = new Map<string, string>();
  const built = new Map<string, Promise<Artifact>>();
  const builds: string[] = [];
  const probes = new Map<string, number>();
  const closed = new Map<string, RevisionInterval>();
  const start = clock.now().getTime();
  let calls = 0;
  let sent = 0;

  const behaviourOf = ({ digest }: Artifact): Behaviour => behaviours[contents.get(digest) ?? ''] ?? WELL;

  function artifactOf(content: string): Artifact {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    contents.set(digest, content);
    return { digest, reference: `registry.example/shop@${digest}` };
  }

  function readinessOf(revision: SimulatedRevision): Readiness {
    const { readyMs, startFailure, dieMs } = behaviourOf(revision.artifact);
    const age = clock.passed() - revision.createdMs;
    if (age < readyMs) return { kind: 'pending' };
    const cause = startFailure ?? (dieMs !== null && age >= dieMs ? 'crash' : null);
    if (cause === null) return { kind: 'ready' };
    return {
      ...{ kind: 'failed', cause, why: `it ended (${cause})`, hint: 'look at its last lines' },
      logs: ['Traceback: no module named app'],
    };
  }

  function stateOf(service: SimulatedService): ServiceState {
    const { name, etag, generation, stable, previous, traffic } = service;
    const tagOf = (revision: string): string | null =>
      traffic.find((share) => share.revision === revision && share.tag !== null)?.tag ?? null;
    const revisions = service.revisions.map((one): Revision => {
      const tag = tagOf(one.name);
      const url = tag === null ? null : `http://${tag}.${name}.example`;
      const { artifact, createdAt } = one;
      return { name: one.name, artifact, createdAt, tag, url, readiness: readinessOf(one) };
    });
    return {
      ...{
        etag: String(etag),
        generation,
        url: `http://${name}.example`,
        traffic,
        revisions,
        stable,
        previous,
      },
      isReconciling: clock.passed() < service.reconcilingUntil,
    };
  }

  async function call<T>(method: PlatformMethod, ms: number, work: () => Answer<T>): Promise<Answer<T>> {
    const struck = fault({ index: calls++, method });
    if (struck.kind === 'stall') await clock.sleep(struck.ms);
    await clock.sleep(ms);
    if (struck.kind === 'answer') return struck.answer;
    if (struck.kind === 'unreachable') return { kind: 'unreachable', why: 'no route to the platform' };
    if (struck.kind === 'conflict') for (const service of services.values()) service.etag++;
    const answer = work();
    if (struck.kind !== 'lost') return answer;
    return { kind: 'unreachable', why: 'the connection was closed before an answer' };
  }

  function put(service: SimulatedService, traffic: readonly TrafficShare[]): void {
    service.traffic = traffic;
    service.etag++;
    service.reconcilingUntil = clock.passed() + SETTLE_MS;
    service.history.push({ at: clock.passed(), traffic });
  }

  /** Etag and generation, as the contract has them. */
  function guarded<T>(
    { stage }: ServicePlace,
    guard: Guard,
    work: (service: SimulatedService) => Answer<T>,
  ): Answer<T> {
    const service = services.get(stage.service);
    if (service === undefined) return refused('missing', `there is no service ${stage.service}`);
    if (service.generation !== null && guard.generation < service.generation)
      return { kind: 'fenced', generation: service.generation };
    if (guard.etag !== String(service.etag)) return { kind: 'conflict', why: 'the etag is another one' };
    const answer = work(service);
    if (answer.kind === 'done') service.generation = guard.generation;
    return answer;
  }

  function newRevision(name: string, artifact: Artifact): SimulatedRevision {
    return { name, artifact, createdMs: clock.passed(), createdAt: clock.now().toISOString() };
  }

  function newService(name: string): SimulatedService {
    return {
      ...{ name, revisions: [], traffic: [], etag: 1, generation: null, stable: null, previous: null },
      ...{ reconcilingUntil: 0, history: [] },
    };
  }

  function metricsOf(
    service: SimulatedService,
    revision: SimulatedRevision,
    from: Date,
    to: Date,
    span: number,
  ) {
    const now = clock.passed();
    const intervals: RevisionInterval[] = [];
    for (let index = Math.ceil((from.getTime() - start) / span); (index + 1) * span <= now; index++) {
      if (index < 0 || start + (index + 1) * span > to.getTime()) break;
      const key = `${service.name} ${revision.name} ${index}`;
      const known = closed.get(key);
      const [fromMs, toMs] = [index * span, (index + 1) * span];
      const expected = load * sharedSeconds(service, revision.name, fromMs, toMs);
      const interval =
        known ??
        simulatedInterval(
          {
            ...{ seed, revision: revision.name, index, fromMs: start + fromMs, toMs: start + toMs, expected },
            probes: probes.get(key) ?? 0,
          },
          behaviourOf(revision.artifact),
        );
      closed.set(key, interval);
      intervals.push(interval);
    }
    return intervals;
  }

  const platform: Platform = {
    name: 'local',
    problems: () => [],
    build: async ({ key, context }) => {
      const making =
        built.get(key) ??
        clock.sleep(BUILD_MS).then(() => {
          builds.push(key);
          return artifactOf(new TextDecoder().decode(context));
        });
      built.set(key, making);
      const artifact = await making;
      return call('build', 0, () => ({ kind: 'done', value: { artifact, check: null, notes: [] } }));
    },
    push: (artifact) => call('push', WRITE_MS, () => ({ kind: 'done', value: artifact })),
    service: ({ stage }) =>
      call('service', READ_MS, () => {
        const service = services.get(stage.service);
        return { kind: 'done', value: service === undefined ? null : stateOf(service) };
      }),
    createRevision: (place, revision, guard) =>
      call('createRevision', WRITE_MS, () => {
        const { stage } = place;
        if (!services.has(stage.service)) {
          if (guard.etag !== null) return { kind: 'conflict', why: 'the service is gone' };
          if (revision.of.kind === 'copy') return refused('missing', 'nothing to copy');
          const service = newService(stage.service);
          service.revisions = [newRevision(revision.name, revision.of.artifact)];
          service.generation = guard.generation;
          put(service, [{ revision: revision.name, percent: 100, tag: revision.tag }]);
          services.set(stage.service, service);
          return { kind: 'done', value: stateOf(service) };
        }
        return guarded(place, guard, (service) => {
          const { of } = revision;
          if (service.revisions.some(({ name }) => name === revision.name))
            return refused('invalid', `${revision.name} is there already`);
          if (service.traffic.some(({ tag }) => tag === revision.tag))
            return refused('invalid', `the tag ${revision.tag} is taken`);
          const source =
            of.kind === 'copy'
              ? service.revisions.find(({ name }) => name === of.revision)?.artifact
              : of.artifact;
          if (source === undefined) return refused('missing', 'nothing to copy');
          service.revisions = [...service.revisions, newRevision(revision.name, source)];
          put(service, [...service.traffic, { revision: revision.name, percent: 0, tag: revision.tag }]);
          return { kind: 'done', value: stateOf(service) };
        });
      }),
    route: (place, { shares, stable, previous }, guard) =>
      call('route', WRITE_MS, () =>
        guarded(place, guard, (service) => {
          const wrong = wrongShares(service, shares, readinessOf);
          if (wrong !== null) return refused('invalid', wrong);
          service.stable = stable;
          service.previous = previous;
          put(service, shares);
          return { kind: 'done', value: stateOf(service) };
        }),
      ),
    removeRevision: (place, revision, guard) =>
      call('removeRevision', WRITE_MS, () =>
        guarded(place, guard, (service) => {
          if (service.traffic.some((share) => share.revision === revision))
            return refused('invalid', `${revision} has traffic or a tag`);
          service.revisions = service.revisions.filter(({ name }) => name !== revision);
          service.etag++;
          return { kind: 'done', value: stateOf(service) };
        }),
      ),
    metrics: ({ settings, stage }, revision, from, to) =>
      call('metrics', READ_MS, () => {
        const service = services.get(stage.service);
        const found = service?.revisions.find(({ name }) => name === revision);
        if (service === undefined || found === undefined) return refused('missing', `no ${revision}`);
        const span = settings.analysis.intervalSeconds * 1000;
        return { kind: 'done', value: metricsOf(service, found, from, to, span) };
      }),
    ask: ({ settings, stage }, url, _check, purpose) => {
      const service = services.get(stage.service);
      const found = service && stateOf(service).revisions.find((one) => one.url === url);
      if (service === undefined || found?.readiness.kind !== 'ready')
        return Promise.resolve({ status: null, ms: 1, body: '', error: 'connection refused' });
      if (purpose === 'analysis') {
        const index = Math.floor(clock.passed() / (settings.analysis.intervalSeconds * 1000));
        const key = `${service.name} ${found.name} ${index}`;
        probes.set(key, (probes.get(key) ?? 0) + 1);
        sent++;
      }
      const { status, medianMs } = behaviourOf(found.artifact);
      return Promise.resolve<CheckAnswer>({ status, ms: medianMs, body: 'ok', error: null });
    },
    logs: () => Promise.resolve({ kind: 'done', value: [] }),
    close: () => Promise.resolve(),
  };

  return {
    platform,
    builds,
    probes: () => sent,
    look: (name) => (services.has(name) ? stateOf(services.get(name)!) : null),
    meddle: (name, traffic) => put(services.get(name)!, traffic),
    history: (name) => services.get(name)?.history.map(({ traffic }) => traffic) ?? [],
    seed: (name, content) => {
      const service = newService(name);
      const revision = `${name}-00001-abc`;
      service.revisions = [newRevision(revision, artifactOf(content))];
      service.stable = revision;
      put(service, [{ revision, percent: 100, tag: null }]);
      services.set(name, service);
    },
  };
}

/** Seconds of the whole service's traffic that a revision had in a stretch of time. */
function sharedSeconds(
  { history }: SimulatedService,
  revision: string,
  fromMs: number,
  toMs: number,
): number {
  return history.reduce((sum, { at, traffic }, index) => {
    const from = Math.max(at, fromMs);
    const to = Math.min(history[index + 1]?.at ?? Infinity, toMs);
    if (to <= from) return sum;
    const percent = traffic.reduce((all, one) => all + (one.revision === revision ? one.percent : 0), 0);
    return sum + (percent / 100) * ((to - from) / 1000);
  }, 0);
}

function wrongShares(
  { revisions }: SimulatedService,
  shares: readonly TrafficShare[],
  readinessOf: (revision: SimulatedRevision) => Readiness,
): string | null {
  const sum = shares.reduce((all, { percent }) => all + percent, 0);
  if (sum !== 100) return `traffic adds to ${sum}`;
  if (shares.some(({ percent }) => !Number.isInteger(percent) || percent < 0)) return 'no whole per cent';
  const tags = shares.flatMap(({ tag }) => (tag === null ? [] : [tag]));
  if (new Set(tags).size !== tags.length) return 'a tag stands twice';
  if (new Set(shares.map(({ revision, tag }) => `${revision} ${tag}`)).size !== shares.length)
    return 'an entry stands twice';
  for (const { revision, percent } of shares) {
    const found = revisions.find(({ name }) => name === revision);
    if (found === undefined) return `there is no revision ${revision}`;
    if (percent > 0 && readinessOf(found).kind === 'pending') return `${revision} is not ready`;
  }
  return null;
}

function refused(cause: Extract<NotDone, { kind: 'refused' }>['cause'], why: string): NotDone {
  return { kind: 'refused', cause, why, hint: `mend what is ${cause}` };
}
