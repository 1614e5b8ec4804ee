import type { Answer, Artifact } from '../../deployment/platform.ts';
import { refused } from './change-place.ts';
import type { RunParts } from './instance.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { openProxy } from './open-proxy.ts';
import { keyText, readStates } from './place-state.ts';
import type { PlaceKey, PlaceState } from './place-state.ts';
import { servePlace } from './served-place.ts';
import type { ServedPlace } from './served-place.ts';

/** The services of this machine: served, or kept and not served. */
export interface KeptPlaces {
  /** Null: there is no such service. One that is kept and cannot be served is told with its reason, after it was tried again. */
  find(key: PlaceKey): Promise<Answer<ServedPlace | null>>;
  add(place: ServedPlace): void;
  drop(key: PlaceKey): void;
  served(): readonly ServedPlace[];
  /** What is not to be swept away; null: not all of it is known. */
  usedArtifacts(): readonly Artifact[] | null;
  isEmpty(): boolean;
  close(graceMs: number): Promise<void>;
}

/** A service whose port is taken. */
interface Waiting {
  readonly state: PlaceState;
  why: string;
}

/** How often it is looked whether a port is free again. */
const AGAIN_MS = 500;
const TRIES = 5;

/** Serves everything that is kept. What cannot be served stays as it is kept, and is tried again. */
export async function openKeptPlaces(parts: RunParts, told: (line: string) => void): Promise<KeptPlaces> {
  const { states, unread } = await readStates(parts.folders.services, parts.world.files);
  for (const path of unread.values()) told(`${path} cannot be read: its service is not served`);
  const places = new Map<string, ServedPlace>();
  const waiting = new Map<string, Waiting>(states.map((state) => [keyText(state), { state, why: '' }]));
  const inTurn = oneAtATime();
  let isClosing = false;

  const serve = (key: string, tries: number): Promise<void> =>
    inTurn(key, async () => {
      const found = waiting.get(key);
      if (found === undefined || isClosing) return;
      const proxy = await openProxy(found.state, tries, parts.world);
      if (typeof proxy !== 'string') {
        waiting.delete(key);
        places.set(key, servePlace(found.state, proxy, parts));
      } else if (proxy !== found.why) told(`${key} is not served: ${proxy}`);
      if (typeof proxy === 'string') found.why = proxy;
    });
  await Promise.all([...waiting.keys()].map((key) => serve(key, 1)));
  const again = setInterval(() => {
    for (const key of waiting.keys())
      serve(key, 1).catch((error: unknown) => told(`${key} is not served: ${String(error)}`));
  }, AGAIN_MS);

  return {
    find: async (place) => {
      const key = keyText(place);
      if (waiting.has(key)) await serve(key, TRIES);
      const found = waiting.get(key);
      if (found !== undefined) return { kind: 'unreachable', why: `${key} is not served: ${found.why}` };
      const path = unread.get(key);
      return path === undefined ? { kind: 'done', value: places.get(key) ?? null } : unreadable(path);
    },
    add: (place) => void places.set(keyText(place.state()), place),
    drop: (key) => void places.delete(keyText(key)),
    served: () => [...places.values()],
    usedArtifacts: () => {
      if (unread.size > 0) return null;
      const kept = [...places.values()].map((one) => one.state());
      return [...kept, ...[...waiting.values()].map(({ state }) => state)].flatMap(({ revisions }) =>
        revisions.map(({ artifact }) => artifact),
      );
    },
    isEmpty: () => places.size === 0 && waiting.size === 0 && unread.size === 0,
    close: async (graceMs) => {
      isClosing = true;
      clearInterval(again);
      await Promise.all([...places.values()].map((one) => one.close(graceMs)));
    },
  };
}

function unreadable(path: string): Answer<never> {
  return refused(
    `the state of the service, ${path}, cannot be read`,
    'use the version of fettle that wrote it, or move the file away to begin anew',
  );
}
