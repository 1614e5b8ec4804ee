import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, of a few hundred kilobytes. */
export interface SmallDisk {
  readonly path: string;
  makeReadOnly(): void;
  remove(): void;
}

/** Why none can be mounted here, or null. */
export const noSmallDisk = isMounted() ? null : 'a small disk cannot be mounted here';

function isMounted(): boolean {
  const disk = mountSmallDisk(100);
  disk?.remove();
  return disk !== null;
}

/** Mounts a small disk in memory; null where that is not permitted (it needs root). */
export function mountSmallDisk(kibibytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'fettle-disk-'));
  const mount = (...args: readonly string[]): boolean => spawnSync('mount', [...args, path]).status === 0;
  if (!mount('-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs')) {
    rmSync(path, { recursive: true });
    return null;
  }
  return {
    path,
    makeReadOnly: () => void mount('-o', 'remount,ro'),
    remove: () => {
      spawnSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
