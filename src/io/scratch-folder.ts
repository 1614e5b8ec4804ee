import { chmod, cp, lstat, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannotWrite } from './file-problems.ts';

/** A folder for one run of foreign code, whatever is done in it. */
export interface ScratchFolder {
  readonly path: string;
  /** A folder in it that holds what `from` holds; links are copied as links. */
  copyIn(from: string, name: string): Promise<string>;
  makeFolder(name: string): Promise<string>;
  remove(): Promise<void>;
}

const NAME = /^fettle-run-(\d{1,10})-/;

/** Opens one in the machine's temporary folder, and removes those that killed processes of this program left there. */
export async function openScratchFolder(): Promise<ScratchFolder> {
  const base = tmpdir();
  await removeLeftOvers(base);
  // mkdtemp makes it with mode 0700 (mkdtemp(3)).
  const path = await realpath(await mkdtemp(join(base, `fettle-run-${process.pid}-`))).catch(
    (error: unknown) => {
      throw cannotWrite(base, error);
    },
  );
  return {
    path,
    makeFolder: async (name) => {
      await mkdir(join(path, name), { recursive: true });
      return join(path, name);
    },
    copyIn: async (from, name) => {
      await cp(from, join(path, name), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      return join(path, name);
    },
    remove: () => removeStubborn(path),
  };
}

async function removeLeftOvers(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    const { uid } = await lstat(join(base, name));
    if (uid === process.getuid?.()) await removeStubborn(join(base, name));
  }
}

/** Folders that nobody may look into are opened first. Links are not followed. */
async function removeStubborn(path: string): Promise<void> {
  await openFolders(path);
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

async function openFolders(path: string): Promise<void> {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
}
