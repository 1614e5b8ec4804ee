import { setTimeout } from 'node:timers/promises';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Readiness } from '../../deployment/platform.ts';
import { startInstance } from './instance.ts';
import type { Connect, Instance, RunParts } from './instance.ts';
import type { Held } from './open-place.ts';
import type { RevisionRecord } from './place-state.ts';
import { endedStart, notThere } from './start-failure.ts';
import type { Failed } from './start-failure.ts';

/** A revision that is kept running. */
export interface RevisionRun {
  readiness(): Readiness;
  /** Where it is, or was last; null: it was never started. */
  connect(): Connect | null;
  pids(): ReturnType<Instance['pids']>;
  /** When it is ready or failed. */
  settled(): Promise<Settled>;
  stop(graceMs: number): Promise<void>;
}

type Settled = Exclude<Readiness, { kind: 'pending' }>;

/** After a life so long a crash is the first one again. */
const STABLE_MS = 30_000;
/** So many crashes one after the other are told as a failure; it is started again all the same. */
const TOLD_CRASHES = 3;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 30_000];
const LAST_LINES = 40;
const LATE_GRACE_MS = 500;

/** What is known of it from start to start. */
interface Life {
  readonly record: RevisionRecord;
  readonly parts: RunParts;
  readonly own: Held;
  readonly changed: () => void;
  readonly stopping: AbortController;
  readonly waiting: ((settled: Settled) => void)[];
  readiness: Readiness;
  instance: Instance | null;
  connect: Connect | null;
  wasReady: boolean;
  /** One after the other. */
  crashes: number;
}

/**
 * Starts a revision and starts it again when it ends. One that has never been ready is not tried again: its first failure is what a
 * rollout waits to hear. `changed` is called when its readiness or its place has changed.
 */
export function runRevision(
  record: RevisionRecord,
  parts: RunParts,
  own: Held,
  changed: () => void,
): RevisionRun {
  const life: Life = {
    ...{ record, parts, own, changed, stopping: new AbortController(), waiting: [] },
    ...{ readiness: { kind: 'pending' }, instance: null, connect: null },
    ...{ wasReady: record.first?.kind === 'ready', crashes: 0 },
  };
  const over = keepAlive(life);
  return {
    readiness: () => life.readiness,
    connect: () => life.connect,
    pids: () => life.instance?.pids() ?? { service: null, relay: null },
    settled: () =>
      life.readiness.kind === 'pending'
        ? new Promise((tell) => life.waiting.push(tell))
        : Promise.resolve(life.readiness),
    stop: async (graceMs) => {
      life.stopping.abort();
      for (const tell of life.waiting.splice(0))
        tell(notThere('it was stopped', 'route traffic to it again', 'unknown'));
      await life.instance?.stop(graceMs);
      await over;
    },
  };
}

async function keepAlive(life: Life): Promise<void> {
  const { signal } = life.stopping;
  for (;;) {
    const failure = await failedOrNot(() => oneLife(life));
    life.instance = null;
    if (signal.aborted) return;
    life.crashes++;
    if (!life.wasReady) return become(life, failure);
    become(life, life.crashes < TOLD_CRASHES ? { kind: 'pending' } : keepsCrashing(failure, life.crashes));
    await pause(Math.min(FIRST_PAUSE_MS * 2 ** (life.crashes - 1), LONGEST_PAUSE_MS), signal);
    if (signal.aborted) return;
  }
}

/** One start, until it has ended; why it ended or was not ready. */
async function oneLife(life: Life): Promise<Failed> {
  const { record, parts, own } = life;
  const started = await startInstance(record, parts, own.log, own.usage);
  if ('kind' in started) return started;
  life.instance = started;
  life.connect = started.connect;
  life.changed();
  if (life.stopping.signal.aborted) await started.stop(LATE_GRACE_MS);
  const first = await Promise.race([started.ready, started.ended.then(() => 'ended' as const)]);
  if (first === 'ended' || (first === null && started.isOver())) return whyEnded(life, started);
  if (first === null) return untilOver(life, started);
  await started.stop(LATE_GRACE_MS);
  return first;
}

/** Of an instance that is ready. */
async function untilOver(life: Life, started: Instance): Promise<Failed> {
  life.wasReady = true;
  if (life.crashes < TOLD_CRASHES) become(life, { kind: 'ready' });
  const stable = setTimeout(STABLE_MS, 'stable', { ref: false });
  if ((await Promise.race([started.ended, stable])) === 'stable') {
    life.crashes = 0;
    if (life.readiness.kind !== 'ready') become(life, { kind: 'ready' });
  }
  return whyEnded(life, started);
}

async function whyEnded({ record, parts, own }: Life, started: Instance): Promise<Failed> {
  const result = await started.ended;
  const secrets = parts.secretsOf(record);
  return endedStart(result, own.log.lines(LAST_LINES, typeof secrets === 'string' ? {} : secrets));
}

function become(life: Life, next: Readiness): void {
  life.readiness = next;
  if (next.kind !== 'pending') for (const tell of life.waiting.splice(0)) tell(next);
  life.changed();
}

/** What goes wrong with one revision is its own failure, not that of what runs the others. */
async function failedOrNot(live: () => Promise<Failed>): Promise<Failed> {
  try {
    return await live();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof UserFacingError ? error.hint : null;
    return notThere(
      `it could not be run: ${why}`,
      hint ?? 'see supervisor.log in the data folder',
      'unknown',
    );
  }
}

function keepsCrashing(failure: Failed, crashes: number): Failed {
  return { ...failure, why: `it keeps crashing (${crashes} times in a row): ${failure.why}` };
}

async function pause(ms: number, off: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal: off });
  } catch (error) {
    if (!off.aborted) throw error;
  }
}
