import { join, posix } from 'node:path';
import { digestOf } from '../../change/source-bytes.ts';
import { STATE_FOLDER } from '../../change/state-folder.ts';
import { UserFacingError } from '../../domain/errors.ts';
import { treeEntries } from '../../io/folder-tree.ts';
import type { TreeEntry } from '../../io/folder-tree.ts';
import { packTar } from '../../io/pack-tar.ts';
import type { PackedEntry } from '../../io/pack-tar.ts';
import type { World } from '../../io/world.ts';
import { ignoreFileOf } from '../../prove/images/build-context.ts';
import { ignoredPaths } from './ignored-paths.ts';
import type { IgnoredPaths } from './ignored-paths.ts';

/** A build context as it is at one moment. */
export interface Snapshot {
  /** "sha256:…" of the archive: the same files give the same one on every machine. */
  readonly digest: string;
  /** A tar archive. */
  readonly bytes: Uint8Array;
  readonly files: number;
  /** What somebody should know of what is in it, or is not. */
  readonly warnings: readonly string[];
}

export interface SnapshotRequest {
  /** Absolute path. */
  readonly context: string;
  /** Relative to the context; null: there is none. */
  readonly dockerfile: string | null;
  /** Default 256 MiB. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 256 * 1024 * 1024;
const MOST_ENTRIES = 100_000;
const IGNORE_FILES = ['.containerignore', '.dockerignore'];
/** The repository's own history and fettle's runs are no part of a service; what Python caches depends on when it ran. */
const NEVER = new Set(['.git', STATE_FOLDER, '__pycache__']);
/** What stands beside a virtual environment's folders (PEP 405). */
const VIRTUAL_ENVIRONMENT = 'pyvenv.cfg';

/** Files whose names say that they hold secrets, in the manner of the tools that make them. */
const SECRET_FILE =
  /^(?:\.env(?:\.(?!example$|sample$|template$|dist$).+)?|\.netrc|\.pypirc|\.npmrc|id_(?:rsa|dsa|ecdsa|ed25519)|.+\.(?:pem|key|p12|pfx)|credentials\.json|service-?account.*\.json)$/i;

/**
 * The build context as an archive, without what its ignore file leaves out. Links stay links, and those that lead out of it are left out.
 * Throws `too-large` with what is largest in it.
 */
export async function takeSnapshot(request: SnapshotRequest, world: Pick<World, 'files'>): Promise<Snapshot> {
  const walk: Walk = {
    ...{ request, world, most: request.mostBytes ?? MOST_BYTES },
    ignored: await ignoredIn(request, world),
    kept: new Set([...IGNORE_FILES, ...ownFiles(request)]),
    ...{ bytes: 0, files: 0, entries: 0, warnings: [], sizes: new Map() },
  };
  const bytes = await packTar(entriesBelow('', walk));
  const digest = `sha256:${digestOf(bytes)}`;
  return { digest, bytes, files: walk.files, warnings: walk.warnings };
}

interface Walk {
  readonly request: SnapshotRequest;
  readonly world: Pick<World, 'files'>;
  readonly most: number;
  readonly ignored: IgnoredPaths;
  /** What a builder reads itself is in it, whatever is ignored. */
  readonly kept: ReadonlySet<string>;
  readonly warnings: string[];
  /** Bytes of each entry at the top. */
  readonly sizes: Map<string, number>;
  bytes: number;
  files: number;
  entries: number;
}

function ownFiles({ dockerfile }: SnapshotRequest): readonly string[] {
  return dockerfile === null ? [] : [dockerfile, `${dockerfile}.dockerignore`];
}

/** The ignore file of the Dockerfile itself comes first, then that of the folder, as builders have it. */
async function ignoredIn(
  { context, dockerfile }: SnapshotRequest,
  { files }: Pick<World, 'files'>,
): Promise<IgnoredPaths> {
  const own = dockerfile === null ? null : await ignoreFileOf(join(context, dockerfile));
  if (own !== null) return ignoredPaths(own.text);
  for (const name of IGNORE_FILES) {
    const bytes = await files.read(join(context, name));
    if (bytes !== null) return ignoredPaths(new TextDecoder().decode(bytes));
  }
  return ignoredPaths('');
}

async function* entriesBelow(folder: string, walk: Walk): AsyncGenerator<PackedEntry> {
  const entries = await treeEntries(join(walk.request.context, folder));
  if (entries.some(({ name }) => name === VIRTUAL_ENVIRONMENT)) {
    walk.warnings.push(`${folder} is a virtual environment and is left out`);
    return;
  }
  for (const entry of entries) {
    const path = posix.join(folder, entry.name);
    if (NEVER.has(entry.name)) continue;
    const left = walk.ignored.ignores(path) && !walk.kept.has(path);
    if (entry.kind === 'directory') {
      const mayHold = walk.ignored.takesBack || [...walk.kept].some((one) => one.startsWith(`${path}/`));
      if (left && !mayHold) continue;
      if (!left) yield counted(walk, path, { kind: 'directory', path });
      yield* entriesBelow(path, walk);
    } else if (!left) yield* packed(path, entry, walk);
  }
}

async function* packed(path: string, entry: TreeEntry, walk: Walk): AsyncGenerator<PackedEntry> {
  const { request, world, warnings } = walk;
  if (entry.kind === 'other') {
    warnings.push(`${path} is no file, folder or link and is left out`);
    return;
  }
  if (entry.target !== null) {
    if (leadsOut(path, entry.target))
      warnings.push(`${path} leads out of what is deployed (to ${entry.target}) and is left out`);
    else yield counted(walk, path, { kind: 'link', path, target: entry.target });
    return;
  }
  if (SECRET_FILE.test(entry.name))
    warnings.push(`${path} looks like a secret and goes along: name it in .dockerignore if it should not`);
  grow(walk, path, entry.bytes);
  const bytes = await world.files.read(join(request.context, path), walk.most);
  if (bytes === null) throw changed(path);
  yield counted(walk, path, { kind: 'file', path, bytes, isExecutable: entry.isExecutable });
}

function leadsOut(path: string, target: string): boolean {
  if (target.startsWith('/')) return true;
  const place = posix.join(posix.dirname(path), target);
  return place === '..' || place.startsWith('../');
}

function counted(walk: Walk, path: string, entry: PackedEntry): PackedEntry {
  walk.entries += 1;
  if (entry.kind === 'file') walk.files += 1;
  if (walk.entries > MOST_ENTRIES)
    throw tooLarge(`more than ${MOST_ENTRIES} files and folders (the last was ${path})`);
  return entry;
}

function grow(walk: Walk, path: string, bytes: number): void {
  const top = path.split('/')[0]!;
  walk.sizes.set(top, (walk.sizes.get(top) ?? 0) + bytes);
  walk.bytes += bytes;
  if (walk.bytes <= walk.most) return;
  const largest = [...walk.sizes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, size]) => `${name} (${megabytes(size)} until now)`);
  throw tooLarge(`more than ${megabytes(walk.most)}; largest: ${largest.join(', ')}`);
}

function megabytes(bytes: number): string {
  return bytes >= 1024 ** 2 ? `${Math.round(bytes / 1024 ** 2)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;
}

function tooLarge(what: string): UserFacingError {
  return new UserFacingError('too-large', `what is to be deployed has ${what}`, {
    hint: 'name what the service does not need in .dockerignore',
  });
}

function changed(path: string): UserFacingError {
  return new UserFacingError('file-changed', `${path} went away while it was read`, { hint: 'try again' });
}
