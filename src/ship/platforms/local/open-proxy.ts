import { setTimeout } from 'node:timers/promises';
import type { World } from '../../../io/world.ts';
import type { PlaceState } from './place-state.ts';
import { portHolder } from './port-holder.ts';
import { startProxy } from './proxy/proxy.ts';
import type { TrafficProxy } from './proxy/proxy.ts';

const HOST = '127.0.0.1';
const PAUSE_MS = 200;

/** The proxy of a service, on its port. A text: why that may not be listened on. `tries`: one that was just given up may be taken for a moment. */
export async function openProxy(
  { port, intervalSeconds, stickyKey }: Pick<PlaceState, 'port' | 'intervalSeconds' | 'stickyKey'>,
  tries: number,
  { clock }: Pick<World, 'clock'>,
): Promise<TrafficProxy | string> {
  for (let left = tries - 1; ; left--) {
    try {
      return await startProxy({ host: HOST, port, intervalSeconds, clock, stickyKey });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES') return `port ${port} may not be listened on by this user`;
      if (code !== 'EADDRINUSE') throw error;
      if (left <= 0) return isTaken(port);
      await setTimeout(PAUSE_MS);
    }
  }
}

function isTaken(port: number): string {
  const holder = portHolder(port);
  return `port ${port} is in use${holder === null ? '' : ` by ${holder.name} (process ${holder.pid})`}`;
}
