import { join } from 'node:path';
import type { RevisionInterval } from '../../../domain/analysis.ts';
import type { Readiness, Revision, ServiceState } from '../../deployment/platform.ts';
import type { RunParts } from './instance.ts';
import { keyText, removeState, writeState } from './place-state.ts';
import type { PlaceState, RevisionRecord } from './place-state.ts';
import type { TrafficProxy, Upstream } from './proxy/proxy.ts';
import { openRevisionLog, removeLog } from './revision-log.ts';
import type { RevisionLog } from './revision-log.ts';
import { runRevision } from './revision-run.ts';
import type { RevisionRun } from './revision-run.ts';
import { openUsage } from './usage.ts';
import type { Usage } from './usage.ts';

/** A service in a stage, as it is served. */
export interface ServedPlace {
  state(): PlaceState;
  /** Writes it, and lets traffic and processes follow. */
  become(next: PlaceState): Promise<void>;
  view(): ServiceState;
  /** Starts a revision where it does not run, and waits until it is ready or has failed; it is let run until `release`. */
  prepare(name: string, timeMs: number): Promise<Readiness>;
  release(names: readonly string[]): void;
  metrics(revision: string, from: Date, to: Date): readonly RevisionInterval[];
  logs(revision: string, most: number): readonly string[];
  /** The processes of each revision that runs. */
  pids(): Readonly<Record<string, ReturnType<RevisionRun['pids']>>>;
  close(graceMs: number): Promise<void>;
  /** Nothing is kept of it. After `close`. */
  forget(): Promise<void>;
}

const DRAIN_MS = 10_000;
const GRACE_MS = 10_000;

interface Held {
  readonly log: RevisionLog;
  readonly usage: Usage;
}

export function servePlace(begin: PlaceState, proxy: TrafficProxy, parts: RunParts): ServedPlace {
  let state = begin;
  const runs = new Map<string, RevisionRun>();
  const held = new Map<string, Held>();
  const prepared = new Map<string, number>();
  /** Writes of the file, one after the other. */
  let writing: Promise<void> = Promise.resolve();
  const { folders, world } = parts;

  const write = (): Promise<void> => {
    const next = writing.then(() => writeState(folders.services, state, world.files));
    writing = next.catch(() => undefined);
    return next;
  };
  const heldOf = (name: string): Held => {
    const own = held.get(name) ?? { log: openRevisionLog(logPath(name)), usage: openUsage() };
    held.set(name, own);
    return own;
  };
  const logPath = (name: string): string => join(folders.logs, `${keyText(state)}.${name}.log`);
  const record = (name: string): RevisionRecord | undefined =>
    state.revisions.find((one) => one.name === name);

  const changed = (name: string): void => {
    direct();
    const [run, own] = [runs.get(name), record(name)];
    const readiness = run?.readiness();
    if (own === undefined || own.first !== null || readiness === undefined || readiness.kind === 'pending')
      return;
    const revisions = state.revisions.map((one) => (one.name === name ? { ...one, first: readiness } : one));
    state = { ...state, revisions };
    // Who asks next is told from memory; after a crash the start is done again.
    void write().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  };
  const start = (name: string): RevisionRun | null => {
    const [running, own] = [runs.get(name), record(name)];
    if (running !== undefined) return running;
    if (own === undefined || own.first?.kind === 'failed') return null;
    const run = runRevision(own, parts, heldOf(name), () => changed(name));
    runs.set(name, run);
    return run;
  };
  const stop = async (name: string, run: RevisionRun): Promise<void> => {
    await proxy.drained(name, DRAIN_MS);
    await run.stop(GRACE_MS);
  };
  const direct = (): void => {
    const upstreams = [...runs].flatMap(([revision, run]): readonly Upstream[] => {
      const connect = run.connect();
      return connect === null ? [] : [{ revision, connect }];
    });
    const shares = state.traffic.filter(({ percent }) => percent > 0);
    const tags = state.traffic.flatMap(({ tag, revision }) =>
      tag === null ? [] : [[tag, revision] as const],
    );
    proxy.change(upstreams, { shares, sticky: state.sticky }, new Map(tags));
  };
  const follow = (): void => {
    const wanted = new Set(
      state.traffic.filter(({ percent, tag }) => percent > 0 || tag !== null).map(({ revision }) => revision),
    );
    for (const name of wanted) start(name);
    const idle = [...runs].filter(([name]) => !wanted.has(name) && !prepared.has(name));
    // First no new request, then those in flight, then the processes.
    for (const [name] of idle) runs.delete(name);
    direct();
    for (const [name, run] of idle) void stop(name, run);
  };
  const readinessOf = (one: RevisionRecord): Readiness =>
    runs.get(one.name)?.readiness() ?? one.first ?? { kind: 'pending' };

  const viewOf = (one: RevisionRecord): Revision => {
    const tag = state.traffic.find(({ revision, tag }) => revision === one.name && tag !== null)?.tag ?? null;
    const { name, artifact, createdAt } = one;
    const url = tag === null ? null : `http://${tag}.localhost:${proxy.port}/`;
    return { name, artifact, createdAt, tag, url, readiness: readinessOf(one) };
  };
  follow();
  return {
    state: () => state,
    become: async (next) => {
      const gone = state.revisions.filter(({ name }) => !next.revisions.some((one) => one.name === name));
      const before = state;
      state = {
        ...next,
        revisions: next.revisions.map((one) => ({ ...one, first: record(one.name)?.first ?? one.first })),
      };
      try {
        await write();
      } catch (error) {
        state = before;
        throw error;
      }
      follow();
      for (const { name } of gone) {
        held.get(name)?.log.close();
        held.delete(name);
        await removeLog(logPath(name));
      }
    },
    view: () => ({
      ...{ etag: state.etag, generation: state.generation, url: `http://127.0.0.1:${proxy.port}/` },
      ...{ traffic: state.traffic, revisions: state.revisions.map(viewOf), isReconciling: false },
      ...{ stable: state.stable, previous: state.previous },
    }),
    prepare: async (name, timeMs) => {
      prepared.set(name, (prepared.get(name) ?? 0) + 1);
      const run = start(name);
      if (run === null) return record(name)?.first ?? { kind: 'pending' };
      direct();
      return Promise.race([
        run.settled(),
        world.clock.sleep(timeMs).then((): Readiness => ({ kind: 'pending' })),
      ]);
    },
    release: (names) => {
      for (const name of names) {
        const count = (prepared.get(name) ?? 1) - 1;
        if (count === 0) prepared.delete(name);
        else prepared.set(name, count);
      }
      follow();
    },
    metrics: (revision, from, to) =>
      proxy.intervals(revision, from, to).map((interval) => ({
        ...interval,
        ...(held.get(revision)?.usage.within(Date.parse(interval.from), Date.parse(interval.to)) ?? {
          memoryBytes: null,
          cpuSeconds: null,
        }),
      })),
    logs: (revision, most) => {
      const own = record(revision);
      if (own === undefined) return [];
      const secrets = parts.secretsOf(own);
      return heldOf(revision).log.lines(most, typeof secrets === 'string' ? {} : secrets);
    },
    pids: () => Object.fromEntries([...runs].map(([name, run]) => [name, run.pids()])),
    close: async (graceMs) => {
      const ending = [...runs.values()];
      await proxy.close(graceMs);
      await Promise.all(ending.map((run) => run.stop(graceMs)));
      await writing;
      for (const { log } of held.values()) log.close();
    },
    forget: async () => {
      await removeState(folders.services, state, world.files);
      for (const { name } of state.revisions) await removeLog(logPath(name));
    },
  };
}
