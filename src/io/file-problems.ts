import { UserFacingError } from '../domain/errors.ts';

/** What an errno means for somebody who wanted to write, and what to do about it. */
const WRITING: ReadonlyMap<string, readonly [problem: string, hint: string]> = new Map([
  ['ENOSPC', ['the disk is full', 'free some space and run it again; nothing was changed']],
  ['EDQUOT', ['your disk quota is used up', 'free some space and run it again; nothing was changed']],
  ['EFBIG', ['the file would be larger than is allowed here', 'raise the limit on file sizes (ulimit -f)']],
  ['EROFS', ['the file system is read-only', 'mount it writable, or work on a copy']],
  ['EACCES', ['no permission', 'check the owner and the mode of the file and its folder']],
  ['EPERM', ['not permitted', 'run as the owner of the file; it may also be marked immutable']],
  ['ENOENT', ['its folder does not exist', 'make the folder first']],
  ['ENOTDIR', ['a part of its path is no folder', 'check the path']],
  ['EISDIR', ['it is a folder', 'name a file']],
  ['EEXIST', ['a file stands there', 'remove it, or choose another place']],
  ['ELOOP', ['its symbolic links go in a circle', 'mend the links']],
  ['ENAMETOOLONG', ['its name is too long', 'choose a shorter one']],
  ['EXDEV', ['it is mounted by itself', 'work on the folder that holds it']],
  ['EBUSY', ['it is in use (a mount point?)', 'work on the folder that holds it']],
  ['EMFILE', ['too many files are open', 'raise the limit (ulimit -n)']],
]);

const READING: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'no permission'],
  ['EPERM', 'not permitted'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'its symbolic links go in a circle'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EIO', 'the disk reports an error'],
  ['EMFILE', 'too many files are open'],
]);

/** The error for a path that could not be written; what is no file system error stays what it is. */
export function cannotWrite(path: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  const [problem, hint] = WRITING.get(code) ?? [code, 'check the file and its folder'];
  return new UserFacingError('cannot-write', `${path} cannot be written: ${problem}`, { hint, cause: error });
}

/** The error for a path that could not be read; what is no file system error stays what it is. */
export function cannotRead(path: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  const problem = READING.get(code) ?? code;
  return new UserFacingError('invalid-file', `${path} cannot be read: ${problem}`, { cause: error });
}

/** Nothing stands at the path. */
export function isAbsent(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function errnoOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? code : null;
}
