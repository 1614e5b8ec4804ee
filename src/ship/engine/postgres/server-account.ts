import { chown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserFacingError } from '../../../domain/errors.ts';

/** Whom the server runs as; null: as this process. */
export type ServerAccount = { readonly name: string; readonly uid: number; readonly gid: number } | null;

/** PostgreSQL refuses to run as root (its documentation, 19.1): then as its own account, else as the one that owns nothing. */
export async function serverAccount(): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return null;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [name, , uid, gid] = lines.find(([known]) => known === wanted) ?? [];
    if (name !== undefined && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new UserFacingError(
    'engine-unavailable',
    'PostgreSQL refuses to run as root, and this machine has neither the user "postgres" nor "nobody".',
    {
      hint: 'Run fettle as another user, make one named "postgres", or name a PostgreSQL with FETTLE_ENGINE.',
    },
  );
}

/** Whether the account may go into a folder: every one above it is open to it too. */
export async function canReach(folder: string, account: ServerAccount): Promise<boolean> {
  if (account === null) return true;
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await ofNearest(path);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** Makes a folder, and all in it, the account's own. */
export async function giveTo(path: string, account: ServerAccount): Promise<void> {
  if (account === null) return;
  const entry = await lstat(path);
  if (entry.isSymbolicLink()) return;
  await chown(path, account.uid, account.gid);
  if (entry.isDirectory()) for (const name of await readdir(path)) await giveTo(join(path, name), account);
}

/** What is not there yet will be made open. */
async function ofNearest(
  path: string,
): Promise<{ readonly mode: number; readonly uid: number; readonly gid: number }> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { mode: 0o755, uid: 0, gid: 0 };
    throw error;
  }
}
