import { cp, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

const IGNORE_FILES = ['.containerignore', '.dockerignore'];
/** Folders of fettle's own that a copy of the project does not need. */
const OWN = new Set(['.fettle']);

/**
 * A copy of a build context with some files as they are after edits. Links are copied as links. What `.dockerignore` names plainly at
 * the top is left out (the builder leaves out the rest by itself): a virtual environment may be larger than the project.
 */
export async function copyContext(
  context: string,
  replaced: ReadonlyMap<string, Uint8Array>,
  to: string,
): Promise<void> {
  const left = new Set([...OWN, ...(await plainlyIgnored(context))]);
  await mkdir(to, { recursive: true });
  for (const name of await readdir(context)) {
    if (left.has(name)) continue;
    await cp(join(context, name), join(to, name), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: isOrdinary,
    });
  }
  for (const [path, bytes] of replaced) {
    const place = join(to, path);
    if (relative(to, place).startsWith('..'))
      throw new Error(`an edited file stands outside of the build context: ${path}`);
    await mkdir(dirname(place), { recursive: true });
    // A link's target may stand outside of the copy: the copy gets a file of its own there.
    await rm(place, { force: true });
    await writeFile(place, bytes);
  }
}

/** Sockets, pipes and devices have no place in an image and cannot be copied. */
async function isOrdinary(path: string): Promise<boolean> {
  const found = await lstat(path);
  return found.isFile() || found.isDirectory() || found.isSymbolicLink();
}

/** Names at the top that are ignored whole; none where the file takes something back (`!`). */
async function plainlyIgnored(context: string): Promise<readonly string[]> {
  for (const name of IGNORE_FILES) {
    const text = await textOf(join(context, name));
    if (text === null) continue;
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    if (lines.some((line) => line.startsWith('!'))) return [];
    return lines
      .map((line) => line.replace(/^\/|\/$/g, ''))
      .filter((line) => /^[\w.-]+$/.test(line) && !/^\.+$/.test(line));
  }
  return [];
}

/** The ignore file that belongs to this Dockerfile alone (`Dockerfile.dockerignore`), which stands beside it. */
export async function ignoreFileOf(
  dockerfile: string,
): Promise<{ readonly name: string; readonly text: string } | null> {
  const text = await textOf(`${dockerfile}.dockerignore`);
  return text === null ? null : { name: `${basename(dockerfile)}.dockerignore`, text };
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
