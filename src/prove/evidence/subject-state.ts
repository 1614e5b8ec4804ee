import { dirname, join } from 'node:path';
import { digestOf } from '../../change/source-bytes.ts';
import { insideRoot } from '../../change/state-folder.ts';
import { UserFacingError } from '../../domain/errors.ts';
import type { Files } from '../../io/files.ts';
import type { Subject } from './subject.ts';

/** A subject beside what stands on disk now. `outside`: its name leads out of the project, and was not followed. `unreadable`: no regular file, too large, or not permitted. */
export interface SubjectState extends Subject {
  readonly state: 'same' | 'changed' | 'missing' | 'outside' | 'unreadable' | 'not-on-disk';
}

const MOST_BYTES = 256 * 1024 * 1024;

/** Looks at a file below `root`; locks and images are nothing that a disk can be asked about. */
export async function subjectState(subject: Subject, root: string, files: Files): Promise<SubjectState> {
  if (subject.kind !== 'file' && subject.kind !== 'records') return { ...subject, state: 'not-on-disk' };
  const path = await placeOf(subject.name, root, files);
  if (path === 'outside') return { ...subject, state: 'outside' };
  const bytes = path === null ? null : await readable(path, MOST_BYTES, files);
  if (bytes === null) return { ...subject, state: 'missing' };
  if (bytes === 'unreadable') return { ...subject, state: 'unreadable' };
  return { ...subject, state: digestOf(bytes) === subject.sha256 ? 'same' : 'changed' };
}

/** The bytes of a file that may have become anything since it was named; null: it is not there. */
export async function readable(
  path: string,
  mostBytes: number,
  files: Files,
): Promise<Uint8Array | 'unreadable' | null> {
  try {
    return await files.read(path, mostBytes);
  } catch (error) {
    if (error instanceof UserFacingError) return 'unreadable';
    throw error;
  }
}

/** The absolute path; null where not even its folder is there. */
async function placeOf(name: string, root: string, files: Files): Promise<string | null> {
  if (name === '' || name.includes('\0') || name.includes('\\')) return 'outside';
  try {
    return await insideRoot(root, name, files);
  } catch (error) {
    if (!(error instanceof UserFacingError) || error.code !== 'cannot-write') throw error;
    const climbs = name.startsWith('/') || name.split('/').includes('..');
    return !climbs && (await files.realPath(dirname(join(root, name)))) === null ? null : 'outside';
  }
}
