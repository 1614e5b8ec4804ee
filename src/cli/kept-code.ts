import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** CRC-32 of what follows, and how long the table of files is. */
const HEAD_BYTES = 8;
/** What no run has written for so long is of a build that has gone, or is soon made again. */
const OLD_MS = 30 * 24 * 3_600_000;

export interface CodePlace {
  readonly folder: string;
  readonly name: string;
}

/** V8's code of some files, and how many bytes of bytecode the run had compiled that it was taken of. */
export interface KeptCode {
  readonly compiled: number;
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Table {
  readonly compiled: number;
  /** Name and length of each, in the order in which they follow. */
  readonly files: readonly (readonly [string, number])[];
}

/**
 * What was kept; null where there is none, it is torn, or somebody else could have written it: it runs with the rights of whoever starts
 * the command.
 */
export function keptCode({ folder, name }: CodePlace): KeptCode | null {
  const bytes = ownBytes(join(folder, name));
  if (bytes === null || bytes.length < HEAD_BYTES) return null;
  if (bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return null;
  let at = HEAD_BYTES + bytes.readUInt32LE(4);
  const table = JSON.parse(bytes.toString('utf8', HEAD_BYTES, at)) as Table;
  const files = new Map(
    table.files.map(([file, length]) => [file, bytes.subarray(at, (at += length))] as const),
  );
  return { compiled: table.compiled, files };
}

/** Keeps it, whole or not at all. Where nothing can be written the next start is slower, and nothing else is lost. */
export function keepCode({ folder, name }: CodePlace, { compiled, files }: KeptCode): void {
  const draft = join(folder, `.${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeOld(folder);
    writeFileSync(draft, packed({ compiled, files }), { mode: 0o600, flag: 'wx' });
    renameSync(draft, join(folder, name));
  } catch {
    if (existsSync(draft)) rmSync(draft, { force: true });
  }
}

function packed({ compiled, files }: KeptCode): Buffer {
  const lengths = [...files].map(([file, { length }]) => [file, length] as const);
  const table = Buffer.from(JSON.stringify({ compiled, files: lengths } satisfies Table));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(table.length, 4);
  const bytes = Buffer.concat([head, table, ...files.values()]);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** The bytes of a file that is the user's own and that nobody else may write. */
function ownBytes(path: string): Buffer | null {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { uid, mode } = fstatSync(file);
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? readFileSync(file) : null;
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

function removeOld(folder: string): void {
  const oldest = Date.now() - OLD_MS;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < oldest) rmSync(path, { force: true });
  }
}
