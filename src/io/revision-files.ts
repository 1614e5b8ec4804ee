import { posix } from 'node:path';
import { UserFacingError } from '../domain/errors.ts';
import type { DirectoryEntry, Files } from './files.ts';
import { commitOf, firstLine, git, workTreeOf } from './git.ts';
import type { GitWorld } from './git.ts';
import type { World } from './world.ts';

const MAX_FILE_BYTES = 64 << 20;
/** Linux' own bound on symbolic links that are followed for one path. */
const MAX_LINKS = 40;

type FileWorld = GitWorld & Pick<World, 'files'>;

interface TreeEntry {
  readonly kind: DirectoryEntry['kind'];
  readonly blob: string;
  readonly bytes: number;
}

/**
 * The files of a git repository as they stood in a revision; everything outside its work tree is as `world` has it. Blobs are read
 * when they are asked for, by git alone: nothing is checked out, no filter or hook runs, nothing is written. Throws
 * `usage` where the folder is in no repository, or the repository has no such revision.
 */
export async function revisionFiles(world: FileWorld, folder: string, revision: string): Promise<Files> {
  const root = await workTreeOf(world, folder, 'leave out --baseline');
  const commit = await commitOf(world, root, revision);
  const listing = await git(world, root, ['ls-tree', '-r', '-z', '--long', '--full-tree', commit]);
  if (listing.exitCode !== 0 || listing.truncated)
    throw unusable(`the files of ${JSON.stringify(revision)} cannot be listed (${firstLine(listing)})`);
  return new RevisionFiles(world, root, parseListing(listing.stdout));
}

/** Entries of `ls-tree --long -z`: "mode type object size TAB path NUL". A submodule is left out: its files are elsewhere. */
function parseListing(text: string): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (const line of text.split('\0')) {
    const match = /^(\d{6}) blob ([0-9a-f]{40,64}) +(\d+)\t(.+)$/s.exec(line);
    if (match === null) continue;
    const kind = match[1] === '120000' ? 'link' : 'file';
    const path = Buffer.from(match[4]!, 'latin1').toString();
    entries.set(path, { kind, blob: match[2]!, bytes: Number(match[3]) });
  }
  return entries;
}

class RevisionFiles implements Files {
  readonly #world: FileWorld;
  readonly #root: string;
  readonly #entries: ReadonlyMap<string, TreeEntry>;
  readonly #folders: ReadonlyMap<string, ReadonlyMap<string, DirectoryEntry['kind']>>;

  constructor(world: FileWorld, root: string, entries: ReadonlyMap<string, TreeEntry>) {
    this.#world = world;
    this.#root = root;
    this.#entries = entries;
    this.#folders = foldersOf(entries);
  }

  async read(path: string, maxBytes = MAX_FILE_BYTES): Promise<Uint8Array | null> {
    if (this.#inTree(path) === null) return this.#world.files.read(path, maxBytes);
    const real = await this.realPath(path);
    if (real === null) return null;
    const inside = this.#inTree(real);
    if (inside === null) return this.#world.files.read(real, maxBytes);
    const entry = this.#entries.get(inside);
    if (entry === undefined) throw new UserFacingError('invalid-file', `${path} is not a regular file`);
    if (entry.bytes > maxBytes)
      throw new UserFacingError('invalid-file', `${path} is larger than ${maxBytes} bytes`);
    return this.#blob(entry);
  }

  list(path: string): Promise<readonly DirectoryEntry[] | null> {
    const inside = this.#inTree(path);
    if (inside === null) return this.#world.files.list(path);
    const folder = this.#folders.get(inside);
    if (folder === undefined) return Promise.resolve(null);
    return Promise.resolve([...folder].map(([name, kind]) => ({ name, kind })));
  }

  async realPath(path: string): Promise<string | null> {
    let [at, open, links] = ['/', posix.resolve(path).split('/').filter(Boolean), 0];
    while (open.length > 0) {
      const next = posix.join(at, open.shift()!);
      const inside = this.#inTree(next);
      // Above and beside the work tree the machine's own links count.
      if (inside === null || inside === '') at = next;
      else if (this.#folders.has(inside)) at = next;
      else {
        const entry = this.#entries.get(inside);
        if (entry === undefined || links > MAX_LINKS) return null;
        at = next;
        if (entry.kind !== 'link') continue;
        links++;
        const target = posix.resolve(posix.dirname(next), Buffer.from(await this.#blob(entry)).toString());
        open = [...target.split('/').filter(Boolean), ...open];
        at = '/';
      }
    }
    return this.#inTree(at) === null ? this.#world.files.realPath(at) : at;
  }

  writeAtomic(path: string): Promise<void> {
    return this.#refuse(path);
  }

  remove(path: string): Promise<void> {
    return this.#refuse(path);
  }

  makeDirectory(path: string): Promise<void> {
    return this.#refuse(path);
  }

  async lock(path: string): Promise<never> {
    return this.#refuse(path);
  }

  #refuse(path: string): Promise<never> {
    return Promise.reject(new Error(`nothing is written into a revision: ${path}`));
  }

  /** The path within the work tree ("" for its root), or null for one outside. */
  #inTree(path: string): string | null {
    const relative = posix.relative(this.#root, path);
    return relative === '..' || relative.startsWith('../') ? null : relative;
  }

  async #blob({ blob, bytes }: TreeEntry): Promise<Uint8Array> {
    const answer = await git(this.#world, this.#root, ['cat-file', 'blob', blob]);
    const content = Buffer.from(answer.stdout, 'latin1');
    if (answer.exitCode !== 0 || content.length !== bytes)
      throw unusable(`the object ${blob} cannot be read (${firstLine(answer)})`, 'git fsck tells more');
    return content;
  }
}

/** What each folder holds by name. The root is the repository's own: it has a `.git`, as in a work tree. */
function foldersOf(
  entries: ReadonlyMap<string, TreeEntry>,
): ReadonlyMap<string, ReadonlyMap<string, DirectoryEntry['kind']>> {
  const folders = new Map([['', new Map<string, DirectoryEntry['kind']>([['.git', 'directory']])]]);
  const folderAt = (path: string): Map<string, DirectoryEntry['kind']> => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const made = new Map<string, DirectoryEntry['kind']>();
    folders.set(path, made);
    folderAt(parentOf(path)).set(posix.basename(path), 'directory');
    return made;
  };
  for (const [path, { kind }] of entries) folderAt(parentOf(path)).set(posix.basename(path), kind);
  return folders;
}

function parentOf(path: string): string {
  const parent = posix.dirname(path);
  return parent === '.' ? '' : parent;
}

function unusable(message: string, hint?: string): UserFacingError {
  return new UserFacingError('usage', message, hint === undefined ? {} : { hint });
}
