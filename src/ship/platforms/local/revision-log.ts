import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isAbsent } from '../../../io/file-problems.ts';
import { masked } from '../../../io/masked.ts';

/** What a revision prints, in two files of a bounded size: the one before is forgotten when the present one is full. */
export interface RevisionLog {
  write(chunk: Uint8Array): void;
  /** The last lines, masked; read from the files, so also of runs before. */
  lines(most: number, secrets: Readonly<Record<string, string>>): readonly string[];
  close(): void;
}

const MOST_BYTES = 4 << 20;
/** What is read for the last lines. */
const READ_BYTES = 256 << 10;
const MOST_LINE = 2000;

export function openRevisionLog(path: string, mostBytes = MOST_BYTES): RevisionLog {
  let file = openSync(path, 'a', 0o600);
  let size = fstatSync(file).size;
  let closed = false;
  return {
    write: (chunk) => {
      // The last words of one that is gone are nobody's.
      if (closed) return;
      if (size + chunk.length > mostBytes) {
        closeSync(file);
        renameSync(path, olderOf(path));
        file = openSync(path, 'a', 0o600);
        size = 0;
      }
      // One chunk is what a pipe gives at once (64 KiB).
      writeSync(file, chunk);
      size += chunk.length;
    },
    lines: (most, secrets) => lastLines(path, most, secrets),
    close: () => {
      if (!closed) closeSync(file);
      closed = true;
    },
  };
}

export async function removeLog(path: string): Promise<void> {
  for (const one of [path, olderOf(path)]) await rm(one, { force: true });
}

function lastLines(path: string, most: number, secrets: Readonly<Record<string, string>>): readonly string[] {
  const bytes = Buffer.concat([bytesOf(olderOf(path)), bytesOf(path)]).subarray(-READ_BYTES);
  const text = masked(bytes.toString('utf8'), { ...process.env, ...asSecrets(secrets) });
  return text
    .trimEnd()
    .split('\n')
    .slice(-most)
    .map((line) => line.slice(0, MOST_LINE));
}

/** Under names that say what they are, whatever the service calls them. */
function asSecrets(secrets: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`${name}_SECRET`, value]));
}

function olderOf(path: string): string {
  return `${path}.1`;
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isAbsent(error)) return Buffer.alloc(0);
    throw error;
  }
}
