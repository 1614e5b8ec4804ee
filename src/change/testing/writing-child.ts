import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { Files } from '../../io/files.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { systemClock } from '../../io/system-clock.ts';
import { recover } from '../recover.ts';
import { bytesOf, digestOf } from '../source-bytes.ts';
import { undo } from '../undo.ts';
import { writeFiles } from '../write-files.ts';

/** What a child process does; it ends by itself or dies at a step. */
export interface Order {
  readonly what: 'write' | 'undo' | 'recover';
  readonly root: string;
  /** Path and text of each file to write, the text that many times. */
  readonly files: readonly { readonly path: string; readonly text: string; readonly times?: number }[];
  /** Dies of SIGKILL at this step, counted from 0: half through each writing of a file, and after each change of the disk. */
  readonly dieAt: number | null;
  /** Before the first file of the set is written, says so (`<file>.here`) and waits until the file is there. */
  readonly waitFor: string | null;
}

const order = JSON.parse(process.argv[2]!) as Order;
let step = 0;

function dieHere(): void {
  if (step++ === order.dieAt) process.kill(process.pid, 'SIGKILL');
}

/** Half through it (a draft is left beside the file), then after it. */
async function written(path: string, write: () => Promise<void>): Promise<void> {
  if (step === order.dieAt)
    writeFileSync(join(dirname(path), `.${basename(path)}.01234567-89ab-4def-8123-456789abcdef.tmp`), 'half');
  dieHere();
  await changed(write);
}

async function changed<T>(change: () => Promise<T>): Promise<T> {
  const result = await change();
  dieHere();
  return result;
}

async function waitHere(path: string): Promise<void> {
  if (order.waitFor === null || path.includes('.fettle')) return;
  writeFileSync(`${order.waitFor}.here`, '');
  while (!existsSync(order.waitFor)) await new Promise((resolve) => setTimeout(resolve, 5));
}

const mortal: Files = {
  ...nodeFiles,
  writeAtomic: async (path, bytes) => {
    await waitHere(path);
    await written(path, () => nodeFiles.writeAtomic(path, bytes));
  },
  remove: (path) => changed(() => nodeFiles.remove(path)),
  makeDirectory: (path) => changed(() => nodeFiles.makeDirectory(path)),
  lock: (path) => changed(() => nodeFiles.lock(path)),
};
const world = { files: mortal, clock: systemClock };

async function work(): Promise<void> {
  if (order.what === 'undo') await undo(order.root, world);
  else if (order.what === 'recover') await recover(order.root, world);
  else {
    const files = order.files.map(async ({ path, text, times }) => {
      const before = await readFile(join(order.root, path));
      return { path, bytes: bytesOf(text.repeat(times ?? 1)), digest: digestOf(before) };
    });
    await writeFiles(order.root, await Promise.all(files), world);
  }
}

try {
  await work();
  process.stdout.write('done');
} catch (error) {
  if (!(error instanceof UserFacingError)) throw error;
  process.stdout.write(error.code);
}
