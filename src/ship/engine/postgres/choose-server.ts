import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Environment } from '../../../io/environment-secrets.ts';
import { npmServer } from './npm-server.ts';
import type { ServerAccount } from './server-account.ts';
import type { ServerFolder } from './server-folder.ts';
import type { ServerPrograms } from './server-programs.ts';
import { installedServers } from './server-programs.ts';

const OLDEST = 13;

/** Which server is taken: one that the machine has, or npm's. Tests name the kind. */
export type ServerKind = 'installed' | 'npm';

/**
 * The newest server of the machine, else npm's. Data that a version has written only the same one can read (PostgreSQL's
 * documentation, 19.6): where there are some, it is theirs. Errors: UserFacingError.
 */
export async function chooseServer(
  folder: ServerFolder,
  account: ServerAccount,
  environment: Environment,
  kinds: readonly ServerKind[] = ['installed', 'npm'],
): Promise<ServerPrograms> {
  const written = await writtenBy(folder.cluster);
  const fits = (server: ServerPrograms): boolean =>
    written === null ? server.major >= OLDEST : server.major === written;
  const seen: ServerPrograms[] = [];
  if (kinds.includes('installed')) seen.push(...(await installedServers(environment)));
  const installed = seen.find(fits);
  if (installed !== undefined) return installed;
  const npm = kinds.includes('npm') ? await npmServer(folder.path, account) : null;
  if (npm !== null && fits(npm)) return npm;
  throw written === null ? noServer() : otherServer(folder, written, npm === null ? seen : [...seen, npm]);
}

/** The major version whose data they are; null: there are none yet. */
export async function writtenBy(cluster: string): Promise<number | null> {
  try {
    return Number.parseInt(await readFile(join(cluster, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function noServer(): UserFacingError {
  return new UserFacingError(
    'engine-unavailable',
    `No PostgreSQL (${OLDEST} or newer) was found on this machine, and npm did not install the one that comes with fettle.`,
    {
      hint: 'Install one ("apt install postgresql", or fettle again without --omit=optional), or name a server with --engine URL.',
    },
  );
}

function otherServer(
  folder: ServerFolder,
  written: number,
  seen: readonly ServerPrograms[],
): UserFacingError {
  const others = seen.map((server) => server.major).join(', ');
  return new UserFacingError(
    'engine-unsuitable',
    `The data in ${folder.cluster} were written by PostgreSQL ${written}; this machine has ${others === '' ? 'none' : others}.`,
    {
      hint: `Install PostgreSQL ${written} again. Or, where no rollout is going on, move the folder away: its history is then gone.`,
    },
  );
}
