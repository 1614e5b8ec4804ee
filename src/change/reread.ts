import { join } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { Project, Unreadable } from '../domain/project.ts';
import type { Files } from '../io/files.ts';
import { overlaidFiles } from '../io/overlaid-files.ts';
import type { PlannedWrite, RefusedChange } from './apply-plan.ts';
import { refuse } from './refuse.ts';
import { fileBytes } from './source-bytes.ts';

/** The files as they would be once the edits are written; nothing is written. */
export function filesAsWritten(project: Project, write: PlannedWrite, files: Files): Files {
  const changed = write.files.map(
    (file) => [join(project.root, file.path), fileBytes(file, file.after)] as const,
  );
  return overlaidFiles(files, new Map(changed));
}

/**
 * The write without the services whose files as they will be are no longer understood: an edit that breaks its file is a bug that must not
 * reach a disk. `read` reads the project as it will be.
 */
export async function withoutBrokenFiles(
  project: Project,
  write: PlannedWrite,
  read: (write: PlannedWrite) => Promise<Project>,
): Promise<PlannedWrite> {
  if (write.files.length === 0) return write;
  const broken = await brokenIn(project, write, () => read(write));
  return broken.length === 0 ? write : withoutBrokenFiles(project, refuse(project, write, broken), read);
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
      .flatMap(({ at, message }) => {
        const { file, line } = at.span;
        const why = `it could not be read any more once it is edited (line ${line}: ${message})`;
        return writersOf(write, [file]).map((service) => ({ service, change: null, subject: file, why }));
      });
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    const why = `the edited files could not be read any more: ${error.message}`;
    const subject = [...written].join(', ');
    return writersOf(write, [...written]).map((service) => ({ service, change: null, subject, why }));
  }
}

function writersOf({ touched }: PlannedWrite, paths: readonly string[]): readonly string[] {
  return [...touched].filter(([, own]) => own.some((path) => paths.includes(path))).map(([name]) => name);
}

function unreadableIn({ services }: Project): readonly Unreadable[] {
  return services.flatMap(({ manifests }) => manifests.flatMap(({ unreadable }) => unreadable));
}

/** Lines move when others come in above them: what is wrong stays the same. */
function keyOf({ at, message }: Unreadable): string {
  return JSON.stringify([at.span.file, at.sourceLine.trim(), message]);
}
