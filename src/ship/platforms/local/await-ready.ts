import { setTimeout } from 'node:timers/promises';
import type { ServiceShape } from '../../../domain/deploy-settings.ts';
import type { Listening } from './listening.ts';
import { loopbackRequest } from './loopback-request.ts';
import type { LoopbackRequest } from './loopback-request.ts';
import { lateStart, loopbackOnly, unwell } from './start-failure.ts';
import type { Failed } from './start-failure.ts';

/** An instance that was started, as it can be looked at. */
export interface Starting {
  readonly port: number;
  readonly network: boolean;
  readonly to: LoopbackRequest['to'];
  isOver(): boolean;
  /** Whether the way to it is open. */
  isReachable(): boolean;
  listening(): Promise<readonly Listening[]>;
  logs(): readonly string[];
}

/** What Cloud Run gives a start where nobody says otherwise ("Configure container health checks"). */
const START_SECONDS = 240;
const LOOK_MS = 30;
const SLOWEST_LOOK_MS = 250;
/** A service may open other ports before its own; after so long it is not the one that was meant. */
const ELSEWHERE_MS = 10_000;
const ANSWER_BYTES = 1024;

/** Waits until it is ready. Null: it is, or it has ended, which others tell. */
export async function awaitReady(
  starting: Starting,
  probe: ServiceShape['startupProbe'],
): Promise<Failed | null> {
  const seconds = probe === null ? START_SECONDS : probe.periodSeconds * probe.failureThreshold;
  const deadline = performance.now() + seconds * 1000;
  const late = await untilListening(starting, deadline, seconds);
  if (late !== null || starting.isOver() || probe?.path == null) return late;
  return untilWell(starting, probe.path, probe.timeoutSeconds * 1000, deadline, seconds);
}

async function untilListening(starting: Starting, deadline: number, seconds: number): Promise<Failed | null> {
  let elsewhereSince: number | null = null;
  for (let pause = LOOK_MS; !starting.isOver(); pause = Math.min(pause * 1.2, SLOWEST_LOOK_MS)) {
    const now = performance.now();
    const found = await starting.listening();
    const own = found.filter(({ port }) => port === starting.port);
    if (starting.network && own.length > 0 && own.every(({ isLoopback }) => isLoopback))
      return loopbackOnly(starting.port, starting.logs());
    if (own.length > 0 && starting.isReachable()) return null;
    if (own.length === 0 && found.length > 0) elsewhereSince ??= now;
    if (now > deadline || (elsewhereSince !== null && now - elsewhereSince > ELSEWHERE_MS))
      return lateStart(starting.port, found, seconds, starting.logs());
    await setTimeout(pause);
  }
  return null;
}

async function untilWell(
  starting: Starting,
  path: string,
  timeoutMs: number,
  deadline: number,
  seconds: number,
): Promise<Failed | null> {
  while (!starting.isOver()) {
    const answer = await loopbackRequest({
      ...{ to: starting.to, method: 'GET', path, body: null, timeoutMs, mostBytes: ANSWER_BYTES },
      headers: { host: 'localhost', 'user-agent': 'fettle' },
    });
    const { status, error } = answer;
    if (status !== null && status >= 200 && status < 400) return null;
    if (performance.now() > deadline) {
      const seen = status === null ? `no answer (${error ?? 'no reason told'})` : `it answered ${status}`;
      return unwell(path, seen, seconds, starting.logs());
    }
    await setTimeout(SLOWEST_LOOK_MS);
  }
  return null;
}
