import type { World } from '../../../io/world.ts';
import type { LocalFolders } from './local-folders.ts';

/** The two programs that keep services running (see `supervisor-main.ts`). */
export type Role = 'serve' | 'watch';

/** Secrets that one tells its successor, as JSON: in the environment, which only this user can read. */
export const SECRETS_VARIABLE = 'FETTLE_LOCAL_SECRETS';

export interface DaemonStart {
  /** Absolute path of the built `supervisor-main`. */
  readonly script: string;
  readonly role: Role;
  readonly dataFolder: string;
  readonly idleMs: number;
  /** How many of the ones before it died young, one after the other. */
  readonly restarts: number;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Null: it could not be started. */
export function startDaemon(start: DaemonStart, folders: LocalFolders, world: World): Promise<number | null> {
  const { script, role, dataFolder, idleMs, restarts, secrets } = start;
  const inherited = Object.entries(world.environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return world.processes.daemon({
    command: [process.execPath, script, role, dataFolder, String(idleMs), String(restarts)],
    cwd: '/',
    environment: { ...Object.fromEntries(inherited), [SECRETS_VARIABLE]: JSON.stringify(secrets) },
    logPath: folders.supervisorLog,
  });
}
