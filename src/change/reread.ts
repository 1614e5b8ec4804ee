import { join } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { Project, Unreadable } from '../domain/project.ts';
import type { Files } from '../io/files.ts';
import { overlaidFiles } from '../io/overlaid-files.ts';
import type { PlannedWrite, RefusedChange } from './apply-plan.ts';
import { fileBytes } from './source-bytes.ts';

/** The files as they would be once the edits are written; nothing is written. */
export function filesAsWritten(project: Project, write: PlannedWrite, files: Files): Files {
  const changed = write.files.map(
    (file) => [join(project.root, file.path), fileBytes(file, file.after)] as const,
  );
  return overlaidFiles(files, new Map(changed));
}

/**
 * The write, or its refusal where the files as they will be are no longer understood: an edit that breaks its file is a bug that must not
 * reach a disk. `read` reads the project as it will be.
 */
export async function withoutBrokenFiles(
  project: Project,
  write: PlannedWrite,
  read: () => Promise<Project>,
): Promise<PlannedWrite> {
  if (write.files.length === 0) return write;
  const broken = await brokenIn(project, write, read);
  if (broken.length === 0) return write;
  return { ...write, files: [], listed: [], refused: broken };
}

async function brokenIn(
  project: Project,
  write: PlannedWrite,
  read: () => Promise<Project>,
): Promise<readonly RefusedChange[]> {
  const written = new Set(write.files.map(({ path }) => path));
  const before = new Set(unreadableIn(project).map(keyOf));
  try {
    return unreadableIn(await read())
      .filter((one) => written.has(one.at.span.file) && !before.has(keyOf(one)))
      .map(({ at, message }) => ({
        change: null,
        subject: at.span.file,
        why: `it could not be read any more once it is edited (line ${at.span.line}: ${message})`,
      }));
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    const why = `the edited files could not be read any more: ${error.message}`;
    return [{ change: null, subject: [...written].join(', '), why }];
  }
}

function unreadableIn({ services }: Project): readonly Unreadable[] {
  return services.flatMap(({ manifests }) => manifests.flatMap(({ unreadable }) => unreadable));
}

/** Lines move when others come in above them: what is wrong stays the same. */
function keyOf({ at, message }: Unreadable): string {
  return JSON.stringify([at.span.file, at.sourceLine.trim(), message]);
}
