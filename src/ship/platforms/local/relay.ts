import { existsSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { RunningProcess } from '../../../io/process.ts';
import type { World } from '../../../io/world.ts';

/** What leads to the loopback of a service that has its own. */
export interface Relay {
  /** The unix socket that is connected to. */
  readonly path: string;
  pid(): number | null;
  close(): void;
}

const PAUSE_MS = 100;

/**
 * Runs the relay in the user and network namespaces of a process, in the machine's file system (setns(2) by nsenter(1)), and again
 * whenever it ends, until it is closed. It has no privilege there, as the service has none.
 */
export function startRelay(
  world: World,
  nsenter: string,
  relayScript: string,
  to: { readonly pid: number; readonly port: number; readonly path: string },
): Relay {
  let [closed, running]: [boolean, RunningProcess | null] = [false, null];
  const run = async (): Promise<void> => {
    while (!closed) {
      rmSync(to.path, { force: true });
      running = world.processes.start({
        command: [
          ...([nsenter, '-t', String(to.pid), '--user', '--net', '--preserve-credentials', '--'] as const),
          ...[process.execPath, relayScript, to.path, String(to.port), String(process.pid)],
        ],
        cwd: '/',
        environment: {},
        maxOutputBytes: 4096,
      });
      await running.ended;
      if (!closed) await setTimeout(PAUSE_MS);
    }
  };
  void run();
  return {
    path: to.path,
    pid: () => running?.pid ?? null,
    close: () => {
      closed = true;
      running?.kill('SIGKILL');
      rmSync(to.path, { force: true });
    },
  };
}

/** Whether it takes connections yet. */
export function isThere({ path }: Relay): boolean {
  return existsSync(path);
}
