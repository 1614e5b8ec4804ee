import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cannotWrite } from './file-problems.ts';

/** Places outside of any project. Failures are UserFacingErrors. */
export interface Workplace {
  /** A new folder that only this user can look into; `remove` takes it away with all that is in it. */
  openFolder(): Promise<{ readonly path: string; remove(): Promise<void> }>;
  /** Puts a program at a path: whoever looks there finds all of it, executable, or nothing. */
  installProgram(path: string, bytes: Uint8Array): Promise<void>;
}

/** The machine's temporary folder and file system. */
export const nodeWorkplace: Workplace = {
  openFolder: async () => {
    const wanted = join(tmpdir(), 'fettle-');
    try {
      // mkdtemp makes it with mode 0700 (mkdtemp(3)).
      const path = await realpath(await mkdtemp(wanted));
      return { path, remove: () => removeAll(path) };
    } catch (error) {
      throw cannotWrite(wanted, error);
    }
  },
  installProgram: async (path, bytes) => {
    try {
      await mkdir(dirname(path), { recursive: true });
      await install(path, bytes);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  },
};

async function install(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, 'wx', 0o755);
    try {
      await file.writeFile(bytes);
      // The mode that was asked for is narrowed by the umask.
      await file.chmod(0o755);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function removeAll(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}
