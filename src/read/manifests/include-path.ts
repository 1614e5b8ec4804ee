import { posix } from 'node:path';
import type { ReadingContext } from './manifest-reader.ts';

/** Why an included file is not read. */
export interface NotIncluded {
  readonly message: string;
  readonly hint: string;
}

/** The project's path of a file that another names, relative to `folder`; or why it is not read. */
export async function includedPath(
  written: string,
  folder: string,
  context: ReadingContext,
): Promise<string | NotIncluded> {
  if (/^[a-z][a-z0-9+.-]+:/i.test(written))
    return {
      message: 'a file behind a URL is not read, so what it asks for is unknown',
      hint: 'keep a copy of it in the repository and include that',
    };
  const path = posix.normalize(posix.join(folder, written));
  if (posix.isAbsolute(written) || path === '..' || path.startsWith('../'))
    return {
      message: 'this file is outside of the project and is not read, so what it asks for is unknown',
      hint: 'run fettle on the folder that holds both files',
    };
  if (context.tree.hasFile(path) || (await context.open(path)) !== null) return path;
  return { message: `there is no file ${path}`, hint: 'restore the file, or remove this line' };
}
