import type { Clock } from '../../../../io/clock.ts';
import { openFrontDoor } from './front-door.ts';
import type { FrontDoor, Visitors } from './front-door.ts';
import { intervalCounts, NOT_COUNTED } from './interval-counts.ts';
import type { IntervalCounts, ProxyInterval } from './interval-counts.ts';
import { refuse, refuseOn } from './refusals.ts';
import { relay } from './relay.ts';
import { readHead } from './request-head.ts';
import type { Incoming, RequestHead } from './request-head.ts';
import { isSameSplit, isSameUpstream, pickOf, routing } from './routing.ts';
import type { Route, Routing, Split } from './routing.ts';
import { stickyIds } from './sticky-cookie.ts';
import { openTarget } from './target.ts';
import type { Target, Upstream } from './target.ts';
import { tunnel } from './tunnel.ts';

export type { ProxyInterval, Split, Upstream };

export interface TrafficProxy {
  readonly port: number;
  /**
   * From the next request on; requests in flight end where they began. Upstreams that are gone from the list are let run dry. Tags
   * name revisions (tag to revision). A revision with a share that is not among the upstreams answers 503, which counts as its error.
   */
  change(upstreams: readonly Upstream[], split: Split, tags: ReadonlyMap<string, string>): void;
  /** Whole intervals of a revision that lie between the two, those without requests among them; six hours are kept. */
  intervals(revision: string, from: Date, to: Date): readonly ProxyInterval[];
  /** Resolves when nothing is in flight to the revision, or the time is over; what is in flight then goes on. */
  drained(revision: string, timeoutMs: number): Promise<void>;
  /** Takes no more, waits so long for what is in flight, and ends the rest. */
  close(graceMs: number): Promise<void>;
}

export interface ProxyOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly intervalSeconds: number;
  readonly clock: Clock;
  /** How long a revision may take to begin its answer. Default 300 s, as Cloud Run has it. */
  readonly headerTimeoutMs?: number;
  /** How long a client may take to send a head. Default 15 s. */
  readonly requestHeadTimeoutMs?: number;
  /** How long the body of a request may stand still. Default 60 s. */
  readonly bodyIdleMs?: number;
  /** With the same one, callers stay with their revision over a restart. */
  readonly stickyKey?: string;
}

/** Everything open at one time. */
interface House {
  routing: Routing;
  readonly counts: IntervalCounts;
  /** With those that are running dry. */
  readonly open: Set<Target>;
  readonly bodyIdleMs: number;
  isClosing: boolean;
}

/** Fails as `listen` does: the port is taken, or may not be had. */
export async function startProxy(options: ProxyOptions): Promise<TrafficProxy> {
  const ids = stickyIds(options.stickyKey ?? null);
  const nowhere: Split = { shares: [], sticky: false };
  let [split, pick] = [nowhere, pickOf(nowhere)];
  const house: House = {
    routing: routing({ split, targets: new Map(), tags: new Map() }, pick, ids),
    counts: intervalCounts(options.intervalSeconds, options.clock),
    open: new Set(),
    bodyIdleMs: options.bodyIdleMs ?? 60_000,
    isClosing: false,
  };
  const door = await openFrontDoor(
    { host: options.host, port: options.port, headMs: options.requestHeadTimeoutMs ?? 15_000 },
    visitorsOf(house),
  );
  return {
    port: door.port,
    change: (upstreams, next, tags) => {
      if (!isSameSplit(split, next)) pick = pickOf(next);
      split = next;
      const before = house.routing.targets;
      const targets = targetsOf(upstreams, before, options.headerTimeoutMs ?? 300_000);
      house.routing = routing({ split, targets, tags: new Map(tags) }, pick, ids);
      settle(house, before);
    },
    intervals: (revision, from, to) => house.counts.intervals(revision, from, to),
    drained: (revision, timeoutMs) => {
      const ofIt = [...house.open].filter(({ upstream }) => upstream.revision === revision);
      return within(timeoutMs, ofIt.map(dry));
    },
    close: (graceMs) => closeHouse(house, door, graceMs),
  };
}

function targetsOf(
  upstreams: readonly Upstream[],
  before: ReadonlyMap<string, Target>,
  headerTimeoutMs: number,
): ReadonlyMap<string, Target> {
  return new Map(
    upstreams.map((upstream) => {
      const known = before.get(upstream.revision);
      const stays = known !== undefined && isSameUpstream(known.upstream, upstream);
      return [upstream.revision, stays ? known : openTarget(upstream, headerTimeoutMs)];
    }),
  );
}

function settle({ routing: { targets }, open, counts }: House, before: ReadonlyMap<string, Target>): void {
  for (const target of targets.values()) open.add(target);
  for (const revision of targets.keys()) counts.watch(revision);
  for (const [revision, target] of before) {
    if (targets.get(revision) === target) continue;
    target.retire();
    target.whenDry(() => open.delete(target));
  }
}

function visitorsOf(house: House): Visitors {
  return {
    request: (request, response) => {
      request.on('error', () => undefined);
      if (house.isClosing && 'shouldKeepAlive' in response) response.shouldKeepAlive = false;
      const way = wayOf(house, request);
      if (way.kind === 'no') return refuse(response, way.status, way.why);
      relay({ ...way, request, response, bodyIdleMs: house.bodyIdleMs });
    },
    upgrade: (request, socket, first) => {
      socket.on('error', () => socket.destroy());
      request.on('error', () => undefined);
      if (request.headers.upgrade?.toLowerCase() !== 'websocket' || request.method !== 'GET')
        return refuseOn(socket, 400, 'of upgrades only that to a WebSocket is known');
      const way = wayOf(house, request);
      if (way.kind === 'no') return refuseOn(socket, way.status, way.why);
      if (way.head.hasBody) return refuseOn(socket, 400, 'an upgrade has no body');
      if (first.length > 0) socket.unshift(first);
      tunnel({ ...way, request, socket });
    },
  };
}

type Way =
  | { readonly kind: 'no'; readonly status: number; readonly why: string }
  | {
      readonly kind: 'way';
      readonly head: RequestHead;
      readonly target: Target;
      readonly count: typeof NOT_COUNTED;
      readonly cookie: string | null;
    };

function wayOf({ routing: table, counts }: House, request: Incoming): Way {
  const head = readHead(request);
  if (head.kind === 'bad') return { kind: 'no', status: head.status, why: head.why };
  const route = table.route(head.wanted);
  if (route.kind !== 'revision') return { kind: 'no', ...nowhere(route) };
  const count = route.isCounted ? counts.begin(route.revision) : NOT_COUNTED;
  if (route.target !== null) return { kind: 'way', head, target: route.target, count, cookie: route.cookie };
  count.settled(true);
  return { kind: 'no', status: 503, why: `revision ${route.revision} has traffic and does not run` };
}

function nowhere(route: Exclude<Route, { kind: 'revision' }>): { status: number; why: string } {
  return route.kind === 'no-revision'
    ? { status: 503, why: 'no revision has traffic' }
    : { status: 404, why: 'no revision has this tag' };
}

function dry(target: Target): Promise<void> {
  return new Promise((resolve) => target.whenDry(resolve));
}

async function within(timeoutMs: number, waits: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([Promise.all(waits), over]);
  clearTimeout(timer);
}

async function closeHouse(house: House, door: FrontDoor, graceMs: number): Promise<void> {
  house.isClosing = true;
  door.shut();
  await within(graceMs, [...house.open].map(dry));
  await door.clear();
  await Promise.all([...house.open].map((target) => target.destroy()));
}
