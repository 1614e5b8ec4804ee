import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { ARCHIVE_LIMITS, archiveProblem, leadsOut, shownName } from './archive.ts';
import type { ArchiveLimits, ArchiveProblem } from './archive.ts';
import { tellsSize, unsized } from './tar-header.ts';

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer One> ? One : never;

/** A snapshot of a service's files may hold models and data. */
const LIMITS: ArchiveLimits = {
  ...ARCHIVE_LIMITS,
  maxMemberBytes: 4 * 1024 ** 3,
  maxTotalBytes: 16 * 1024 ** 3,
};

/**
 * Unpacks a tar, plain or by gzip, into a folder that is there and empty: files, folders and symbolic links that stay inside, with who may
 * execute them and no other rights. Names that lead out or go through a link refuse the archive; hard links and devices do too.
 */
export async function unpackTar(
  bytes: Uint8Array,
  folder: string,
  limits: ArchiveLimits = LIMITS,
): Promise<ArchiveProblem | null> {
  const tar = extract();
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const source = Readable.from([bytes]);
  const taking = takeAll(tar, folder, limits);
  const feeding = isGzip ? pipeline(source, createGunzip(), tar) : pipeline(source, tar);
  const [taken, fed] = await Promise.allSettled([taking, feeding]);
  if (taken.status === 'fulfilled' && taken.value !== null) return taken.value;
  const fault = [taken, fed].find((one) => one.status === 'rejected');
  if (fault === undefined) return null;
  const error = fault.reason as NodeJS.ErrnoException;
  // What the file system says is not the archive's fault, but for a name that it cannot hold.
  if (error.code === 'ENAMETOOLONG')
    return archiveProblem('the archive holds a name that is longer than files here may have');
  if (typeof error.syscall === 'string') throw error;
  return archiveProblem(`the archive cannot be read: ${shownName(error.message)}`);
}

async function takeAll(
  tar: AsyncIterable<Entry>,
  folder: string,
  limits: ArchiveLimits,
): Promise<ArchiveProblem | null> {
  const seen = new Map<string, 'folder' | 'other'>([['', 'folder']]);
  let [count, total] = [0, 0];
  for await (const entry of tar) {
    const name = posix.normalize(entry.header.name.replace(/^(\.?\/+)+/, '')).replace(/\/+$/, '');
    const size = entry.header.size ?? 0;
    total += size;
    if (++count > limits.maxEntries)
      return archiveProblem(`the archive has more than ${limits.maxEntries} entries`);
    if (leadsOut(entry.header.name) || leadsOut(name))
      return archiveProblem(`the archive holds a name that leads out of it: ${shownName(name)}`);
    if (!tellsSize(entry.header)) return archiveProblem(unsized(name));
    if (size > limits.maxMemberBytes || total > limits.maxTotalBytes)
      return archiveProblem(`the archive holds too much, with ${shownName(name)}`);
    const problem = name === '.' || name === '' ? null : await takeOne(entry, name, folder, seen);
    if (problem !== null) return problem;
    entry.resume();
  }
  return null;
}

async function takeOne(
  entry: Entry,
  name: string,
  folder: string,
  seen: Map<string, 'folder' | 'other'>,
): Promise<ArchiveProblem | null> {
  const { type, mode, linkname } = entry.header;
  const parent = posix.dirname(name) === '.' ? '' : posix.dirname(name);
  if (!(await makeFolder(parent, folder, seen)) || seen.get(name) === 'other')
    return archiveProblem(
      `the archive holds a name twice, or one below what is no folder: ${shownName(name)}`,
    );
  const path = join(folder, name);
  if (type === 'directory') {
    await makeFolder(name, folder, seen);
    return null;
  }
  if (seen.has(name))
    return archiveProblem(`the archive holds a file in the place of a folder: ${shownName(name)}`);
  seen.set(name, 'other');
  if (type === 'symlink') return takeLink(name, linkname ?? '', path);
  if (type !== 'file' && type !== 'contiguous-file')
    return archiveProblem(
      `the archive holds what is neither file nor folder nor symbolic link: ${shownName(name)}`,
    );
  await writeFile(path, entry as AsyncIterable<Buffer>, {
    flag: 'wx',
    mode: ((mode ?? 0) & 0o100) === 0 ? 0o644 : 0o755,
  });
  return null;
}

async function takeLink(name: string, target: string, path: string): Promise<ArchiveProblem | null> {
  const leads = posix.join(posix.dirname(name), target);
  if (target === '' || posix.isAbsolute(target) || leadsOut(leads))
    return archiveProblem(`the archive holds a link that leads out of it: ${shownName(name)}`);
  await symlink(target, path);
  return null;
}

/** Folders are made one by one, so that none of them is a link. */
async function makeFolder(
  name: string,
  folder: string,
  seen: Map<string, 'folder' | 'other'>,
): Promise<boolean> {
  const known = seen.get(name);
  if (known !== undefined) return known === 'folder';
  const parent = dirname(name) === '.' ? '' : dirname(name);
  if (!(await makeFolder(parent, folder, seen))) return false;
  await mkdir(join(folder, name), { mode: 0o755 });
  seen.set(name, 'folder');
  return true;
}
