import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserFacingError } from './domain/errors.ts';
import type { Files } from './io/files.ts';

/** A place that a caller named: which root it is in, and its real path. */
export interface PlaceInRoot {
  readonly root: string;
  readonly real: string;
}

type AskClient = () => Promise<readonly string[] | null>;

/** The folders that the server may look at: those that it was started with, else the client's, else the one that it runs in. */
export class McpRoots {
  readonly #files: Files;
  readonly #given: readonly string[];
  #ask: AskClient = () => Promise.resolve(null);
  #known: Promise<readonly string[]> | null = null;

  constructor(given: readonly string[], files: Files) {
    this.#given = given;
    this.#files = files;
  }

  /** The client may be asked, and what it said before no longer counts. */
  askClient(ask: AskClient): void {
    this.#ask = ask;
    this.#known = null;
  }

  /** Real paths. Throws `no-manifest` where one of them is not there. */
  all(): Promise<readonly string[]> {
    this.#known ??= this.#read();
    // What failed is tried again.
    this.#known.catch(() => (this.#known = null));
    return this.#known;
  }

  /** Throws `not-allowed` for what lies outside of all roots, after all links; null: the first root. */
  async inside(path: string | null): Promise<PlaceInRoot> {
    const roots = await this.all();
    const first = roots[0]!;
    const absolute = resolve(first, path ?? '.');
    const real = (await this.#files.realPath(absolute)) ?? (await this.#realParent(absolute));
    const root = real === null ? undefined : roots.find((one) => isBelow(real, one));
    if (real !== null && root !== undefined) return { root, real };
    // The same words for what is there and what is not: nobody is to learn which.
    throw new UserFacingError(
      'not-allowed',
      'the path is outside of the folders that this server may look at',
      {
        hint: `it may look at ${roots.join(', ')}; its user names others when it is started: fettle mcp ROOT`,
      },
    );
  }

  async #realParent(absolute: string): Promise<string | null> {
    const parent = await this.#files.realPath(dirname(absolute));
    return parent === null ? null : join(parent, relative(dirname(absolute), absolute));
  }

  async #read(): Promise<readonly string[]> {
    const named = this.#given.length > 0 ? this.#given : await this.#ofClient();
    const real: string[] = [];
    for (const one of named) {
      const place = await this.#files.realPath(resolve(one));
      if (place === null || (await this.#files.list(place)) === null)
        throw new UserFacingError('no-manifest', `there is no folder ${one}`, {
          hint: 'name the folders that the server may look at: fettle mcp ROOT',
        });
      real.push(place);
    }
    return real;
  }

  async #ofClient(): Promise<readonly string[]> {
    const uris = (await this.#ask()) ?? [];
    const folders = uris.filter((uri) => uri.startsWith('file://')).map(folderOf);
    return folders.length > 0 ? folders : ['.'];
  }
}

/** Throws `usage` for an address that is of another machine, or that no path is written as. */
function folderOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof URIError)) throw error;
    throw new UserFacingError('usage', `the client names a folder that is none: ${uri.slice(0, 200)}`, {
      ...{ cause: error, hint: 'its roots have to be file:///… of this machine' },
    });
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
