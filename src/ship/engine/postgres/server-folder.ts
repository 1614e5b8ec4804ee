import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserFacingError } from '../../../domain/errors.ts';
import { cannotWrite } from '../../../io/file-problems.ts';
import type { ServerAccount } from './server-account.ts';
import { canReach, giveTo } from './server-account.ts';

/** Where the embedded server keeps what it has. */
export interface ServerFolder {
  readonly path: string;
  /** PostgreSQL's own data folder. */
  readonly cluster: string;
  /** Holds the socket; only the server's account can look into it. */
  readonly sockets: string;
  readonly passwordFile: string;
  readonly log: string;
  readonly lock: string;
}

/** A socket's path has to fit into 108 bytes with its end (unix(7)); some systems have 104. */
const LONGEST_SOCKET = 103;
const SOCKET_NAME = '/.s.PGSQL.5432';

/**
 * `<folder>/postgres`; where the server's account cannot get there, for root's home is closed to others, a folder below /var/lib with a
 * digest of it in the name. A socket whose path would be too long is put into the machine's temporary folder. Errors: UserFacingError.
 */
export async function openServerFolder(folder: string, account: ServerAccount): Promise<ServerFolder> {
  const wanted = resolve(folder, 'postgres');
  try {
    await mkdir(wanted, { recursive: true, mode: account === null ? 0o700 : 0o755 });
    const chosen = (await canReach(wanted, account)) ? wanted : join('/var/lib/fettle', digestOf(wanted));
    await mkdir(chosen, { recursive: true, mode: 0o755 });
    // The server is known by its folder as the system calls it.
    const path = await realpath(chosen);
    const near = join(path, 'socket');
    const sockets =
      Buffer.byteLength(near + SOCKET_NAME) <= LONGEST_SOCKET
        ? near
        : join(tmpdir(), `fettle-${digestOf(wanted)}`);
    await mkdir(sockets, { recursive: true, mode: 0o700 });
    await ownAlone(sockets, account);
    return {
      path,
      sockets,
      cluster: join(path, 'data'),
      passwordFile: join(path, 'password'),
      log: join(path, 'server.log'),
      lock: join(path, 'lock'),
    };
  } catch (error) {
    if (error instanceof UserFacingError) throw error;
    throw cannotWrite(wanted, error);
  }
}

/** In the temporary folder anybody may have made it before. */
async function ownAlone(folder: string, account: ServerAccount): Promise<void> {
  const entry = await lstat(folder);
  const ours = [process.getuid?.() ?? entry.uid, account?.uid];
  if (!entry.isDirectory() || !ours.includes(entry.uid))
    throw new UserFacingError(
      'engine-unavailable',
      `${folder}, where the socket of the engine’s database is to be, belongs to somebody else.`,
      {
        hint: 'Remove it, or set FETTLE_DATA_DIR to a folder with a shorter path.',
      },
    );
  await chmod(folder, 0o700);
  await giveTo(folder, account);
}

function digestOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
