import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { archiveProblem, leadsOut, shownName } from './archive.ts';
import type { ArchiveLimits, ArchiveProblem } from './archive.ts';
import { tellsSize, unsized } from './tar-header.ts';

/** One entry of a tar, in its order. Its name has no leading "./" and no slash at its end. */
export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'hard-link' | 'other';
  readonly size: number;
  /** Of files that were asked for. */
  readonly content: Uint8Array | null;
}

/** Above what an image's layer holds. Sizes are those after decompression. */
export const LAYER_LIMITS: ArchiveLimits = {
  maxEntries: 3_000_000,
  maxMemberBytes: 32 * 1024 * 1024,
  maxTotalBytes: 256 * 1024 ** 3,
};

/**
 * Goes through a tar on disk, plain or by gzip, without unpacking it: `visit` is told every entry, with its bytes where `wanted` takes
 * its name. Null: it was read to its end. Names that lead out, and more than the bounds allow, are a problem.
 */
export async function walkTarFile(
  path: string,
  wanted: (name: string) => boolean,
  visit: (entry: TarEntry) => void,
  limits: ArchiveLimits = LAYER_LIMITS,
): Promise<ArchiveProblem | null> {
  const head = await firstBytes(path, 4);
  if (head.startsWith('(\xb5/\xfd')) return archiveProblem('layers compressed by zstd cannot be read');
  const tar = extract();
  let [problem, count] = [null as ArchiveProblem | null, 0];
  const refuse = (message: string): never => {
    problem = archiveProblem(message);
    throw new Error(message);
  };
  const taking = (async () => {
    for await (const entry of tar) {
      const name = entry.header.name.replace(/^(\.?\/+)+/, '').replace(/\/+$/, '');
      if (++count > limits.maxEntries) refuse(`the archive has more than ${limits.maxEntries} entries`);
      if (leadsOut(name)) refuse(`the archive holds a name that leads out of it: ${shownName(name)}`);
      if (!tellsSize(entry.header)) refuse(unsized(name));
      const [kind, size] = [kindOf(entry.header.type), entry.header.size ?? 0];
      const takes = kind === 'file' && wanted(name);
      if (takes && size > limits.maxMemberBytes)
        refuse(`${shownName(name)} in the archive is too large: ${size} bytes`);
      const chunks: Buffer[] = [];
      if (takes) for await (const chunk of entry) chunks.push(chunk as Buffer);
      // Not waited for: tar-stream never ends the stream of a folder whose header tells a size.
      else entry.resume();
      if (name !== '.' && name !== '')
        visit({
          name,
          kind,
          size: kind === 'file' ? size : 0,
          content: takes ? Buffer.concat(chunks) : null,
        });
    }
  })();
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const bounded = boundedTo(limits.maxTotalBytes);
  const feeding = head.startsWith('\x1f\x8b')
    ? pipeline(source, createGunzip(), bounded, tar)
    : pipeline(source, bounded, tar);
  const [taken, fed] = await Promise.allSettled([taking, feeding]);
  if (problem !== null) return problem;
  const fault = [fed, taken].find((one) => one.status === 'rejected');
  if (fault === undefined) return null;
  const message = fault.reason instanceof Error ? fault.reason.message : 'it ended early';
  return archiveProblem(`the archive cannot be read: ${shownName(message)}`);
}

function kindOf(type: string | null | undefined): TarEntry['kind'] {
  if (type === 'file' || type === 'contiguous-file') return 'file';
  if (type === 'link') return 'hard-link';
  return type === 'directory' ? 'directory' : type === 'symlink' ? 'link' : 'other';
}

async function firstBytes(path: string, count: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}

function boundedTo(bound: number): Transform {
  let left = bound;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(new Error(`it holds more than ${bound.toLocaleString('en-US')} bytes`));
      else done(null, chunk);
    },
  });
}
