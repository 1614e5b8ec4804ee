import { setTimeout } from 'node:timers/promises';
import { UserFacingError } from '../../../domain/errors.ts';
import type { SandboxResult } from '../../../prove/sandbox/sandbox.ts';
import type { Readiness } from '../../deployment/platform.ts';
import { startInstance } from './instance.ts';
import type { Connect, Instance, RunParts } from './instance.ts';
import type { RevisionRecord } from './place-state.ts';
import type { RevisionLog } from './revision-log.ts';
import { endedStart, notThere } from './start-failure.ts';
import type { Failed } from './start-failure.ts';
import type { Usage } from './usage.ts';

/** A revision that is kept running. */
export interface RevisionRun {
  readiness(): Readiness;
  /** Where it is, or was last; null: it was never started. */
  connect(): Connect | null;
  pids(): ReturnType<Instance['pids']>;
  /** When it is ready or failed. */
  settled(): Promise<Exclude<Readiness, { kind: 'pending' }>>;
  stop(graceMs: number): Promise<void>;
}

/** After a life so long a crash is the first one again. */
const STABLE_MS = 30_000;
/** So many crashes one after the other are told as a failure; it is started again all the same. */
const TOLD_CRASHES = 3;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 30_000];
const LAST_LINES = 40;
const LATE_GRACE_MS = 500;

/**
 * Starts a revision and starts it again when it ends. One that has never been ready is not tried again: its first failure is what a
 * rollout waits to hear. `changed` is called when its readiness or its place has changed.
 */
export function runRevision(
  record: RevisionRecord,
  parts: RunParts,
  own: { readonly log: RevisionLog; readonly usage: Usage },
  changed: () => void,
): RevisionRun {
  let readiness: Readiness = { kind: 'pending' };
  let [instance, connect]: [Instance | null, Connect | null] = [null, null];
  let [wasReady, crashes] = [record.first?.kind === 'ready', 0];
  const stopping = new AbortController();
  const waiting: ((settled: Exclude<Readiness, { kind: 'pending' }>) => void)[] = [];

  const become = (next: Readiness): void => {
    readiness = next;
    if (next.kind !== 'pending') for (const tell of waiting.splice(0)) tell(next);
    changed();
  };
  const logs = (): readonly string[] => {
    const secrets = parts.secretsOf(record);
    return own.log.lines(LAST_LINES, typeof secrets === 'string' ? {} : secrets);
  };

  /** One start, until it has ended; why it ended or was not ready. */
  const live = async (): Promise<Failed> => {
    const started = await startedOrNot(record, parts, own);
    if ('kind' in started) return started;
    instance = started;
    connect = started.connect;
    changed();
    if (stopping.signal.aborted) await started.stop(LATE_GRACE_MS);
    const first = await Promise.race([started.ready, started.ended.then(ended)]);
    if (first === null && started.isOver()) return ended(await started.ended).failure;
    if (first === null) {
      wasReady = true;
      if (crashes < TOLD_CRASHES) become({ kind: 'ready' });
      return whenOver(started);
    }
    if ('failure' in first) return first.failure;
    await started.stop(LATE_GRACE_MS);
    return first;
  };
  const ended = (result: SandboxResult): { readonly failure: Failed } => ({
    failure: endedStart(result, logs()),
  });
  const whenOver = async (started: Instance): Promise<Failed> => {
    const stable = setTimeout(STABLE_MS, 'stable', { ref: false });
    if ((await Promise.race([started.ended, stable])) === 'stable') {
      crashes = 0;
      if (readiness.kind !== 'ready') become({ kind: 'ready' });
    }
    return endedStart(await started.ended, logs());
  };

  const keepAlive = async (): Promise<void> => {
    for (;;) {
      const failure = await live();
      instance = null;
      if (stopping.signal.aborted) return;
      crashes++;
      if (!wasReady) return become(failure);
      become(crashes < TOLD_CRASHES ? { kind: 'pending' } : keepsCrashing(failure, crashes));
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** (crashes - 1), LONGEST_PAUSE_MS), stopping.signal);
      if (stopping.signal.aborted) return;
    }
  };
  const over = keepAlive();
  return {
    readiness: () => readiness,
    connect: () => connect,
    pids: () => instance?.pids() ?? { service: null, relay: null },
    settled: () =>
      readiness.kind === 'pending' ? new Promise((tell) => waiting.push(tell)) : Promise.resolve(readiness),
    stop: async (graceMs) => {
      stopping.abort();
      for (const tell of waiting.splice(0))
        tell(notThere('it was stopped', 'route traffic to it again', 'unknown'));
      await instance?.stop(graceMs);
      await over;
    },
  };
}

/** A start that the machine refuses is a failure of this revision, not of what runs the others. */
async function startedOrNot(
  record: RevisionRecord,
  parts: RunParts,
  { log, usage }: { readonly log: RevisionLog; readonly usage: Usage },
): Promise<Instance | Failed> {
  try {
    return await startInstance(record, parts, log, usage);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof UserFacingError ? error.hint : null;
    return notThere(
      `it could not be started: ${why}`,
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
