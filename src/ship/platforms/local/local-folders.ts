import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserFacingError } from '../../../domain/errors.ts';
import { cannotWrite } from '../../../io/file-problems.ts';
import type { World } from '../../../io/world.ts';

/** Where the platform keeps what it has, and where its sockets are. */
export interface LocalFolders {
  readonly base: string;
  /** One file of state for each service in each stage. */
  readonly services: string;
  /** What is deployed, each in a folder of its own. */
  readonly artifacts: string;
  /** What was built under which key. */
  readonly builds: string;
  readonly logs: string;
  /** Mode 0700: whoever reaches a socket in it commands the services. */
  readonly sockets: string;
  readonly socket: string;
  readonly lock: string;
  readonly supervisorLog: string;
}

/** A socket's path has 107 bytes (unix(7)); what else stands in the folder needs about thirty. */
const LONGEST = 75;

export function localFolders(world: World): LocalFolders {
  const data = world.machine?.dataFolder;
  if (data === undefined) throw new Error('services run on a machine, and this world has none');
  const base = join(data, 'local');
  const near = join(base, 'run');
  const name = createHash('sha256').update(base).digest('hex').slice(0, 16);
  const sockets = Buffer.byteLength(near) <= LONGEST ? near : join(tmpdir(), `fettle-local-${name}`);
  return {
    base,
    services: join(base, 'services'),
    artifacts: join(base, 'artifacts'),
    builds: join(base, 'builds'),
    logs: join(base, 'logs'),
    sockets,
    socket: join(sockets, 'supervisor.sock'),
    lock: join(base, 'supervisor.lock'),
    supervisorLog: join(base, 'supervisor.log'),
  };
}

/** Makes them, for this user alone. A folder for sockets that is somebody else's is refused. */
export async function makeFolders(folders: LocalFolders): Promise<void> {
  for (const path of [folders.services, folders.artifacts, folders.builds, folders.logs, folders.sockets])
    await privateFolder(path);
  await chmod(folders.base, 0o700);
}

async function privateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === process.getuid?.()) return chmod(path, 0o700);
  throw new UserFacingError('cannot-write', `${path} is not a folder of this user`, {
    hint: 'remove it, or name another folder in FETTLE_DATA_DIR',
  });
}
