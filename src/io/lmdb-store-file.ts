import { open } from 'node:fs/promises';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
/** `P_META`: what a meta page's header says that it is. */
const META_PAGE = 0x08;
/** Offsets within a meta page: `MDB_page`, then `MDB_meta` (liblmdb, mdb.c), on machines with 8-byte pointers. */
const META = { number: 0, flags: 18, magic: 24, version: 28, pageSize: 48, lastPage: 144, end: 168 } as const;

/**
 * Whether LMDB may open a store. It maps the file into memory and follows what stands there, so that a file that is
 * shorter than its own pages, or no store at all, would end the process (SIGBUS, SIGSEGV) instead of failing. `'torn'`
 * also for one beyond `maxBytes`.
 */
export async function inspectStore(path: string, maxBytes: number): Promise<'absent' | 'sound' | 'torn'> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return 'absent';
  try {
    const { size } = await file.stat();
    if (size === 0) return 'absent';
    if (size > maxBytes) return 'torn';
    const first = await metaPage(file, 0);
    const second = first === null ? null : await metaPage(file, first.pageSize);
    if (first === null || second === null || first.pageSize !== second.pageSize) return 'torn';
    const lastPage = Math.max(first.lastPage, second.lastPage);
    return (lastPage + 1) * first.pageSize <= size ? 'sound' : 'torn';
  } finally {
    await file.close();
  }
}

async function metaPage(
  file: Awaited<ReturnType<typeof open>>,
  at: number,
): Promise<{ readonly pageSize: number; readonly lastPage: number } | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(META.end), 0, META.end, at);
  if (bytesRead < META.end) return null;
  const pageSize = buffer.readUInt32LE(META.pageSize);
  const sound =
    buffer.readBigUInt64LE(META.number) === BigInt(at / (pageSize || 1)) &&
    buffer.readUInt16LE(META.flags) === META_PAGE &&
    buffer.readUInt32LE(META.magic) === MAGIC &&
    (buffer.readUInt32LE(META.version) & 0xffff) === DATA_VERSION &&
    pageSize >= 512 &&
    pageSize <= 65_536;
  return sound ? { pageSize, lastPage: Number(buffer.readBigUInt64LE(META.lastPage)) } : null;
}
