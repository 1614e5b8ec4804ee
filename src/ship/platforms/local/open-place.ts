import { join } from 'node:path';
import type { RunParts } from './instance.ts';
import { keyText, writeState } from './place-state.ts';
import type { PlaceState, RevisionRecord } from './place-state.ts';
import type { TrafficProxy } from './proxy/proxy.ts';
import { openRevisionLog, removeLog } from './revision-log.ts';
import type { RevisionLog } from './revision-log.ts';
import type { RevisionRun } from './revision-run.ts';
import { openUsage } from './usage.ts';
import type { Usage } from './usage.ts';

/** What a revision prints and uses, over all its starts. */
export interface Held {
  readonly log: RevisionLog;
  readonly usage: Usage;
}

/** All that is open of a service in a stage. */
export interface OpenPlace {
  state: PlaceState;
  readonly proxy: TrafficProxy;
  readonly parts: RunParts;
  /** By revision: those that run. */
  readonly runs: Map<string, RevisionRun>;
  /** By revision: how many wait for it to be ready before they give it traffic. */
  readonly prepared: Map<string, number>;
  readonly held: Map<string, Held>;
  /** Writes of the state's file, one after the other. */
  writing: Promise<void>;
}

export function openPlace(state: PlaceState, proxy: TrafficProxy, parts: RunParts): OpenPlace {
  return {
    ...{ state, proxy, parts, writing: Promise.resolve() },
    ...{ runs: new Map(), prepared: new Map(), held: new Map() },
  };
}

export function recordOf({ state }: OpenPlace, name: string): RevisionRecord | undefined {
  return state.revisions.find((one) => one.name === name);
}

/** Writes the state as it is when its turn comes. */
export function keepState(place: OpenPlace): Promise<void> {
  const { folders, world } = place.parts;
  const next = place.writing.then(() => writeState(folders.services, place.state, world.files));
  place.writing = next.catch(() => undefined);
  return next;
}

export function heldOf(place: OpenPlace, name: string): Held {
  const { held, parts } = place;
  const own = held.get(name) ?? {
    log: openRevisionLog(logPath(place, name), parts.world.environment),
    usage: openUsage(),
  };
  held.set(name, own);
  return own;
}

/** Nothing is kept of what a revision printed and used. */
export async function forgetHeld(place: OpenPlace, name: string): Promise<void> {
  place.held.get(name)?.log.close();
  place.held.delete(name);
  await removeLog(logPath(place, name));
}

function logPath({ parts, state }: OpenPlace, name: string): string {
  return join(parts.folders.logs, `${keyText(state)}.${name}.log`);
}
