import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** What is put into an archive. Paths are relative, with `/`. */
export type PackedEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly bytes: Uint8Array;
      readonly isExecutable: boolean;
    }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** Fixed, so that the same files give the same bytes. Wheels are zip files, which have no times before 1980. */
const TIME = new Date('1980-01-02T00:00:00Z');

/** A tar archive (POSIX pax) of the entries in their order, of owner 0 and with one time for all. */
export async function packTar(entries: AsyncIterable<PackedEntry>): Promise<Uint8Array> {
  const tar = pack();
  const taken = buffer(tar);
  const feed = async (): Promise<void> => {
    for await (const entry of entries) {
      const header = { name: entry.path, mtime: TIME, uid: 0, gid: 0, uname: '', gname: '' };
      if (entry.kind === 'file')
        tar.entry({ ...header, mode: entry.isExecutable ? 0o755 : 0o644 }, Buffer.from(entry.bytes));
      else if (entry.kind === 'directory') tar.entry({ ...header, type: 'directory', mode: 0o755 });
      else tar.entry({ ...header, type: 'symlink', linkname: entry.target, mode: 0o777 });
    }
    tar.finalize();
  };
  const feeding = feed().catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  const [fed, bytes] = await Promise.allSettled([feeding, taken]);
  if (fed.status === 'rejected') throw fed.reason;
  if (bytes.status === 'rejected') throw bytes.reason;
  return bytes.value;
}
