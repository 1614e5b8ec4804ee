import type { RevisionInterval } from '../../../domain/analysis.ts';
import type { Readiness, ServiceState } from '../../deployment/platform.ts';
import type { RunParts } from './instance.ts';
import { forgetHeld, keepState, openPlace, recordOf } from './open-place.ts';
import type { OpenPlace } from './open-place.ts';
import { direct, follow, startRun } from './place-runs.ts';
import { removeState } from './place-state.ts';
import type { PlaceState } from './place-state.ts';
import { intervalsOf, linesOf, viewOf } from './place-view.ts';
import type { TrafficProxy } from './proxy/proxy.ts';
import type { RevisionRun } from './revision-run.ts';

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

/** Starts whatever has traffic or a tag. */
export function servePlace(begin: PlaceState, proxy: TrafficProxy, parts: RunParts): ServedPlace {
  const place = openPlace(begin, proxy, parts);
  follow(place);
  return {
    state: () => place.state,
    become: (next) => become(place, next),
    view: () => viewOf(place),
    prepare: (name, timeMs) => prepare(place, name, timeMs),
    release: (names) => release(place, names),
    metrics: (revision, from, to) => intervalsOf(place, revision, from, to),
    logs: (revision, most) => linesOf(place, revision, most),
    pids: () => Object.fromEntries([...place.runs].map(([name, run]) => [name, run.pids()])),
    close: (graceMs) => close(place, graceMs),
    forget: () => forget(place),
  };
}

async function become(place: OpenPlace, next: PlaceState): Promise<void> {
  const before = place.state;
  const gone = before.revisions.filter(({ name }) => !next.revisions.some((one) => one.name === name));
  // A start may have come to its end while the next state was made.
  const revisions = next.revisions.map((one) => ({
    ...one,
    first: recordOf(place, one.name)?.first ?? one.first,
  }));
  place.state = { ...next, revisions };
  try {
    await keepState(place);
  } catch (error) {
    place.state = before;
    throw error;
  }
  follow(place);
  for (const { name } of gone) await forgetHeld(place, name);
}

async function prepare(place: OpenPlace, name: string, timeMs: number): Promise<Readiness> {
  const { prepared, parts } = place;
  prepared.set(name, (prepared.get(name) ?? 0) + 1);
  const run = startRun(place, name);
  if (run === null) return recordOf(place, name)?.first ?? { kind: 'pending' };
  direct(place);
  const late = parts.world.clock.sleep(timeMs).then((): Readiness => ({ kind: 'pending' }));
  return Promise.race([run.settled(), late]);
}

function release(place: OpenPlace, names: readonly string[]): void {
  for (const name of names) {
    const count = (place.prepared.get(name) ?? 1) - 1;
    if (count === 0) place.prepared.delete(name);
    else place.prepared.set(name, count);
  }
  follow(place);
}

async function close(place: OpenPlace, graceMs: number): Promise<void> {
  const { runs, proxy, held } = place;
  const ending = [...runs.values()];
  await proxy.close(graceMs);
  await Promise.all(ending.map((run) => run.stop(graceMs)));
  await place.writing;
  for (const { log } of held.values()) log.close();
}

async function forget(place: OpenPlace): Promise<void> {
  const { folders, world } = place.parts;
  await removeState(folders.services, place.state, world.files);
  for (const { name } of place.state.revisions) await forgetHeld(place, name);
}
