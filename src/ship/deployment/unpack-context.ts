import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { archiveProblem, leadsOut, shownName } from '../../io/archive.ts';
import type { ArchiveProblem } from '../../io/archive.ts';

const MOST_ENTRIES = 500_000;
const MOST_BYTES = 8 * 1024 ** 3;

/**
 * Lays a snapshot's archive (tar, plain or by gzip) out in an empty folder. Links are made as they are and never gone through: a name that
 * leads out, or through a link, is a problem. Null: all of it is there.
 */
export async function unpackContext(bytes: Uint8Array, folder: string): Promise<ArchiveProblem | null> {
  const tar = extract();
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const taking = takeAll(tar, folder);
  const feeding = isZipped
    ? pipeline(Readable.from([bytes]), createGunzip(), tar)
    : pipeline(Readable.from([bytes]), tar);
  const [taken, fed] = await Promise.allSettled([taking, feeding]);
  const fault = [taken, fed].find((one) => one.status === 'rejected');
  if (fault === undefined) return null;
  if (fault.reason instanceof Refused) return archiveProblem(fault.reason.message);
  const code = (fault.reason as NodeJS.ErrnoException | null)?.code;
  // What the disk says is not the archive's fault.
  if (code !== undefined && /^E[A-Z]+$/.test(code)) throw fault.reason;
  return archiveProblem(`the snapshot cannot be read: ${shownName(String(fault.reason))}`);
}

class Refused extends Error {
  override readonly name = 'Refused';
}

async function takeAll(tar: ReturnType<typeof extract>, folder: string): Promise<void> {
  const links = new Set<string>();
  let [entries, total] = [0, 0];
  for await (const entry of tar) {
    const { type, linkname, mode = 0o644, size = 0 } = entry.header;
    const name = entry.header.name.replace(/^(\.?\/+)+/, '').replace(/\/+$/, '');
    total += size;
    if (++entries > MOST_ENTRIES || total > MOST_BYTES) throw new Refused('the snapshot is too large');
    if (leadsOut(name) || throughLink(name, links))
      throw new Refused(`the snapshot holds a name that leads out of it: ${shownName(name)}`);
    const path = join(folder, name);
    if (type === 'directory') await mkdir(path, { recursive: true });
    else await mkdir(dirname(path), { recursive: true });
    if (type === 'symlink') {
      links.add(name);
      await symlink(linkname ?? '', path);
    }
    if (type !== 'file' && type !== 'contiguous-file') entry.resume();
    else {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      await writeFile(path, Buffer.concat(parts), { mode: mode & 0o777, flag: 'wx' });
    }
  }
}

function throughLink(name: string, links: ReadonlySet<string>): boolean {
  const parts = name.split('/');
  return parts.some((_, at) => links.has(parts.slice(0, at + 1).join('/')));
}
