import { constants, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cannotWrite } from './file-problems.ts';

/** A file that only grows. */
export interface AppendFile {
  readonly path: string;
  size(): Promise<number>;
  /** Bytes from an offset to the end. */
  readFrom(offset: number): Promise<Uint8Array>;
  /** On disk when it returns. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opened for its owner alone, and made where it is missing. A symbolic link is refused. Errors: UserFacingError `cannot-write`. */
export async function openAppendFile(path: string): Promise<AppendFile> {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    const size = async (): Promise<number> => (await file.stat()).size;
    return {
      ...{ path, size, close: () => file.close() },
      readFrom: async (offset) => {
        const bytes = new Uint8Array(Math.max(0, (await size()) - offset));
        let had = 0;
        while (had < bytes.length) {
          const { bytesRead } = await file.read(bytes, had, bytes.length - had, offset + had);
          if (bytesRead === 0) break;
          had += bytesRead;
        }
        return bytes.subarray(0, had);
      },
      append: (bytes) => appended(path, () => file.appendFile(bytes).then(() => file.datasync())),
    };
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

async function appended(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}
