import { resolve } from 'node:path';
import { paintFor, plain } from '../index.ts';
import type { ScreenOptions, World } from '../index.ts';

const WIDEST = 100;
const PLAIN_WIDTH = 80;

/** How standard output is drawn on: its width, and colour only on a terminal that wants it (NO_COLOR, FORCE_COLOR). */
export function screenOptions(verbose: boolean): ScreenOptions {
  const { stdout, env } = process;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const colour = (env['NO_COLOR'] ?? '') === '' && (forced || (stdout.isTTY && env['TERM'] !== 'dumb'));
  return {
    paint: paintFor(colour),
    width: stdout.isTTY ? Math.min(stdout.columns, WIDEST) : PLAIN_WIDTH,
    verbose,
  };
}

/** Writes all of it before the process may end, also to a slow pipe; a reader that went away is no error. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

/** To a file, whole or not at all, or to standard output. */
export async function deliver(text: string, file: string | null, world: World): Promise<void> {
  if (file === null) await print(text);
  else await world.files.writeAtomic(resolve(file), new TextEncoder().encode(text));
}

/** A patch carries foreign text: on a terminal it is made harmless, into a pipe it goes byte by byte. */
export function patch(diff: string): string {
  return process.stdout.isTTY ? plain(diff) : diff;
}
