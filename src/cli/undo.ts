import { resolve } from 'node:path';
import { closeWorld, openWorld, undo } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import { Interrupts } from './interrupt.ts';
import { print } from './output.ts';

/** `fettle undo`: the files are again as before the last fix. */
export async function runUndo(directory: string): Promise<ExitCode> {
  const world = await openWorld({
    cacheDir: null,
    environment: process.env,
    offline: true,
    onWarning: () => undefined,
  });
  const interrupts = new Interrupts(process, (message) => process.stderr.write(`note: ${message}\n`));
  try {
    const undoing = undo(resolve(directory), world);
    interrupts.during(undoing);
    const { run, paths } = await undoing;
    await print(`${paths.join(', ')}: as before run ${run}\n`);
    return 0;
  } finally {
    await closeWorld(world);
    interrupts.stop();
  }
}
