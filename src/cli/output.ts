import { resolve } from 'node:path';
import { paintFor, patchOf, plain, refuseOverwriting, unifiedDiff } from '../index.ts';
import type { PlannedWrite, Project, ScreenOptions, World } from '../index.ts';
import type { JobFlags } from './flags.ts';

const WIDEST = 100;
const PLAIN_WIDTH = 80;
/** In UTF-8, of one UTF-16 unit. */
const MOST_BYTES = 3;

/** How standard output is drawn on: its width, and colour only on a terminal that wants it (NO_COLOR, FORCE_COLOR); a file (`-o`) is plain. */
export function screenOptions(verbose: boolean, file: string | null = null): ScreenOptions {
  const { stdout, env } = process;
  if (file !== null) return { paint: paintFor(false), width: PLAIN_WIDTH, verbose };
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const colour = (env['NO_COLOR'] ?? '') === '' && (forced || (stdout.isTTY && env['TERM'] !== 'dumb'));
  return {
    paint: paintFor(colour),
    width: stdout.isTTY ? Math.min(stdout.columns, WIDEST) : PLAIN_WIDTH,
    verbose,
  };
}

/** Writes all of it before the process may end, also to a slow pipe; a reader that went away is no error. */
export function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

/** One after the other, each written before the next is made: all become bytes in the same room. */
async function printPieces(pieces: Iterable<string>): Promise<void> {
  let room = Buffer.alloc(0);
  for (const piece of pieces) {
    const most = piece.length * MOST_BYTES;
    if (room.length < most) room = Buffer.allocUnsafe(most);
    await print(room.subarray(0, room.write(piece)));
  }
}

/** What a job read, so that its answer does not take the place of it. */
export interface Inputs {
  readonly project: Pick<Project, 'root' | 'files'>;
  /** The bundle, the advisories and what others learned, where they are files. */
  readonly others: readonly string[];
}

/** The inputs of a job on a project with these flags. */
export function inputsOf(project: Inputs['project'], flags: JobFlags): Inputs {
  const { bundle, advisories = [], learned = [] } = flags;
  return { project, others: [...(bundle === undefined ? [] : [bundle]), ...advisories, ...learned] };
}

/** To a file, whole or not at all and never over what was read, or to standard output; pieces of text one after the other. */
export async function deliver(
  answer: string | Uint8Array | Generator<string>,
  file: string | null,
  { project, others }: Inputs,
  world: World,
): Promise<void> {
  const isWhole = typeof answer === 'string' || answer instanceof Uint8Array;
  if (file === null) return isWhole ? print(answer) : printPieces(answer);
  const parts = isWhole ? [answer] : answer;
  await refuseOverwriting(file, project, others, world.files);
  await world.files.writeAtomic(resolve(file), Buffer.concat(Array.from(parts, (part) => Buffer.from(part))));
}

/** A patch carries foreign text: on a terminal it is made harmless, into a pipe it goes byte by byte. */
export function patch({ files }: PlannedWrite, file: string | null = null): string | Uint8Array {
  return file === null && process.stdout.isTTY ? plain(unifiedDiff(files)) : patchOf(files);
}
