import type { Answer, Artifact } from '../../deployment/platform.ts';
import { refused } from './change-place.ts';
import type { RunParts } from './instance.ts';
import { keyText, readStates } from './place-state.ts';
import type { PlaceKey } from './place-state.ts';
import { servePlace } from './served-place.ts';
import type { ServedPlace } from './served-place.ts';
import { openWaitingPlaces } from './waiting-places.ts';

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

/** Serves everything that is kept. What cannot be served stays as it is kept. */
export async function openKeptPlaces(parts: RunParts, told: (line: string) => void): Promise<KeptPlaces> {
  const { states, unread } = await readStates(parts.folders.services, parts.world.files);
  for (const path of unread.values()) told(`${path} cannot be read: its service is not served`);
  const places = new Map<string, ServedPlace>();
  const waiting = await openWaitingPlaces(states, parts.world, told, (state, proxy) => {
    places.set(keyText(state), servePlace(state, proxy, parts));
  });
  return {
    find: async (place) => {
      const key = keyText(place);
      const why = await waiting.tried(key);
      if (why !== null) return { kind: 'unreachable', why: `${key} is not served: ${why}` };
      const path = unread.get(key);
      return path === undefined ? { kind: 'done', value: places.get(key) ?? null } : unreadable(path);
    },
    add: (place) => void places.set(keyText(place.state()), place),
    drop: (key) => void places.delete(keyText(key)),
    served: () => [...places.values()],
    usedArtifacts: () => {
      if (unread.size > 0) return null;
      const kept = [...[...places.values()].map((one) => one.state()), ...waiting.states()];
      return kept.flatMap(({ revisions }) => revisions.map(({ artifact }) => artifact));
    },
    isEmpty: () => places.size + waiting.states().length + unread.size === 0,
    close: async (graceMs) => {
      waiting.close();
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
