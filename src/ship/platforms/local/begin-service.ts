import { randomUUID } from 'node:crypto';
import type { Answer } from '../../deployment/platform.ts';
import { refused, withRevision } from './change-place.ts';
import type { RunParts } from './instance.ts';
import { openProxy } from './open-proxy.ts';
import { newEtag } from './place-state.ts';
import type { PlaceState } from './place-state.ts';
import type { CreateAsked } from './requests.ts';
import { servePlace } from './served-place.ts';
import type { ServedPlace } from './served-place.ts';

/** A port that was just given up may be taken for a moment. */
const PORT_TRIES = 8;

/** A service that is not there yet, with its first revision. It is kept before it is answered for. */
export async function beginService(asked: CreateAsked, parts: RunParts): Promise<Answer<ServedPlace>> {
  const { revision, guard, network } = asked;
  const state = firstState(asked);
  const createdAt = parts.world.clock.now().toISOString();
  const changed = withRevision(null, { revision, guard, network, createdAt, begin: () => state });
  if (changed.kind !== 'done') return changed;
  const proxy = await openProxy(state, PORT_TRIES, parts.world);
  if (typeof proxy === 'string') return refused(proxy, 'choose another port for this stage');
  const served = servePlace({ ...state, port: proxy.port }, proxy, parts);
  try {
    await served.become({ ...changed.value, port: proxy.port });
  } catch (error) {
    await served.close(0);
    throw error;
  }
  return { kind: 'done', value: served };
}

function firstState({ place, guard, port, sticky, intervalSeconds }: CreateAsked): PlaceState {
  return {
    ...place,
    ...{ etag: newEtag(), generation: guard.generation, port, sticky, intervalSeconds },
    ...{ stickyKey: randomUUID(), traffic: [], revisions: [], stable: null, previous: null },
  };
}
