import type { protos } from '@google-cloud/run';
import type { Readiness } from '../../deployment/platform.ts';
import { classifyStart } from './start-failure.ts';
import type { RunRevision } from './revision-template.ts';

export type Condition = protos.google.cloud.run.v2.ICondition;

const SUCCEEDED = new Set<unknown>(['CONDITION_SUCCEEDED', 4]);
const FAILED = new Set<unknown>(['CONDITION_FAILED', 3]);
const HARMLESS = new Set<unknown>(['WARNING', 2, 'INFO', 3]);
/** A revision without traffic is inactive, and well. */
const OF_ACTIVITY = new Set<unknown>(['Active', 'Retry']);
const HEALTH = ['ContainerHealthy', 'ResourcesAvailable'];

export type Health =
  | { readonly kind: 'pending' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * What a revision says of itself. The service's `latestReadyRevision` is not asked: it says nothing of revisions without traffic that
 * came before another.
 */
export function healthOf(conditions: readonly Condition[]): Health {
  const telling = conditions.filter(({ type }) => !OF_ACTIVITY.has(type));
  const failed = telling.filter(({ state, severity }) => FAILED.has(state) && !HARMLESS.has(severity));
  if (failed.length > 0) return { kind: 'failed', why: sentenceOf(failed) };
  const ready = telling.find(({ type }) => type === 'Ready');
  if (ready !== undefined) return { kind: SUCCEEDED.has(ready.state) ? 'ready' : 'pending' };
  const isWell = HEALTH.every((name) =>
    telling.some(({ type, state }) => type === name && SUCCEEDED.has(state)),
  );
  return { kind: isWell ? 'ready' : 'pending' };
}

/** When it turned out so, in milliseconds since 1970; 0: that is not said. */
export function failedAtMs(conditions: readonly Condition[]): number {
  const times = conditions
    .filter(({ state }) => FAILED.has(state))
    .map(({ lastTransitionTime }) => Number(lastTransitionTime?.seconds ?? 0));
  return 1000 * Math.max(0, ...times);
}

/** Whether the container itself was at fault: then what it printed says why. */
export function isOfContainer(why: string): boolean {
  return why.includes('HEALTH_CHECK_CONTAINER_ERROR') || /container failed to start/.test(why);
}

/** The most telling condition's words: "Ready" often repeats another's. */
function sentenceOf(failed: readonly Condition[]): string {
  const [first] = [...failed].sort((a, b) => Number(a.type === 'Ready') - Number(b.type === 'Ready'));
  const reason = first?.reason ?? first?.revisionReason;
  const named = typeof reason === 'string' && !reason.endsWith('UNDEFINED') ? ` (${reason})` : '';
  return `${first?.message || `${first?.type ?? 'a condition'} failed`}${named}`;
}

/** The lines are those that were printed around the start, oldest first, masked. */
export function readinessOf(health: Health, logs: readonly string[], port: number | null): Readiness {
  if (health.kind !== 'failed') return health;
  const { cause, hint } = classifyStart(health.why, logs, port);
  return { kind: 'failed', cause, why: health.why, hint, logs };
}

/** The port on which a revision is expected to listen. */
export function portOf({ containers }: RunRevision): number | null {
  const serving = (containers ?? []).flatMap(({ ports }) => ports ?? []);
  return serving[0]?.containerPort ?? null;
}
