import type { World } from '../../../io/world.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { openProxy } from './open-proxy.ts';
import { keyText } from './place-state.ts';
import type { PlaceState } from './place-state.ts';
import type { TrafficProxy } from './proxy/proxy.ts';

/** Services that are kept and whose port is taken by somebody: each is tried again until it is free. */
export interface WaitingPlaces {
  /** Tries it once more where it waits. Why it still does; null: it does not. */
  tried(key: string): Promise<string | null>;
  states(): readonly PlaceState[];
  close(): void;
}

interface Waiting {
  readonly state: PlaceState;
  why: string;
}

const AGAIN_MS = 500;
/** While somebody waits for the answer. */
const ASKED_TRIES = 5;

/** All of them are tried once before it is there. `opened`: is given those that can be served now. */
export async function openWaitingPlaces(
  states: readonly PlaceState[],
  world: World,
  told: (line: string) => void,
  opened: (state: PlaceState, proxy: TrafficProxy) => void,
): Promise<WaitingPlaces> {
  const waiting = new Map<string, Waiting>(states.map((state) => [keyText(state), { state, why: '' }]));
  const inTurn = oneAtATime();
  let isClosed = false;
  const attempt = async (key: string, tries: number): Promise<void> => {
    const found = waiting.get(key);
    if (found === undefined || isClosed) return;
    const proxy = await openProxy(found.state, tries, world);
    if (typeof proxy !== 'string') {
      waiting.delete(key);
      return opened(found.state, proxy);
    }
    if (proxy !== found.why) told(`${key} is not served: ${proxy}`);
    found.why = proxy;
  };
  const tryAll = (): Promise<unknown> =>
    Promise.all([...waiting.keys()].map((key) => inTurn(key, () => attempt(key, 1))));
  await tryAll();
  const again = setInterval(() => {
    tryAll().catch((error: unknown) => told(`a service is not served: ${String(error)}`));
  }, AGAIN_MS);
  return {
    tried: async (key) => {
      if (waiting.has(key)) await inTurn(key, () => attempt(key, ASKED_TRIES));
      return waiting.get(key)?.why ?? null;
    },
    states: () => [...waiting.values()].map(({ state }) => state),
    close: () => {
      isClosed = true;
      clearInterval(again);
    },
  };
}
