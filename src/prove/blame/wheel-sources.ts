import { isArchiveProblem, type RangeReader } from '../../io/archive.ts';
import { readZipMembers } from '../../io/archive-zip.ts';
import type { OpenedWheel, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { laidPath, moduleFiles } from './module-files.ts';
import type { PythonSources } from './python-sources.ts';
import type { SurfaceReader } from './surface-reader.ts';

/**
 * The sources of a version as its wheel for the target has them: the zip's directory, and of its members those that are asked for, by range
 * requests. Nothing is unpacked or run. What was read is kept by the wheel's hash. A string says why it cannot be read.
 */
export async function wheelSources(
  { index, world, target }: Pick<BlameNeeds, 'index' | 'world' | 'target'>,
  reader: SurfaceReader,
  published: PublishedPackage,
  position: number,
): Promise<PythonSources | string> {
  if (index.openWheel === undefined) return 'its index gives no files to read';
  const wheel = await index.openWheel(published, position, target);
  if (typeof wheel === 'string') return wheel;
  const archive = lazily(wheel);
  const names = await namesOf(world.cache, wheel.hash, archive);
  if (typeof names === 'string') return names;
  const files = moduleFiles(names);
  return {
    files,
    surface: (path) =>
      files.paths.has(path)
        ? reader.read(wheel.hash === null ? null : `${wheel.hash} ${path}`, () => memberOf(archive, path))
        : Promise.resolve(null),
  };
}

type Archive = () => Promise<RangeReader | string>;

/**
 * Opened where something is not known yet, and let go when memory is wanted: where a server knows no ranges the reader holds the whole
 * wheel, and there are many.
 */
function lazily(wheel: OpenedWheel): Archive {
  let opening: Promise<RangeReader | string> | null = null;
  let kept: WeakRef<RangeReader> | null = null;
  const open = async (): Promise<RangeReader | string> => {
    const opened = await wheel.open();
    if (typeof opened !== 'string') kept = new WeakRef(opened);
    opening = null;
    return opened;
  };
  return () => {
    const there = kept?.deref();
    return there === undefined ? (opening ??= open()) : Promise.resolve(there);
  };
}

async function namesOf(
  cache: BlameNeeds['world']['cache'],
  hash: string | null,
  archive: Archive,
): Promise<readonly string[] | string> {
  const key = hash === null ? null : `${hash} names`;
  const stored = key === null ? null : cache.get('wheels', key);
  if (stored !== null) return new TextDecoder().decode(stored).split('\n');
  const names: string[] = [];
  const failed = await membersOf(archive, (name) => {
    if (/\.(py|so|pyd)$/.test(name) && !name.includes('\n')) names.push(name);
    return false;
  });
  if (typeof failed === 'string') return failed;
  if (key !== null) cache.put('wheels', key, new TextEncoder().encode(names.join('\n')));
  return names;
}

async function memberOf(archive: Archive, path: string): Promise<Uint8Array | null> {
  const members = await membersOf(archive, (name) => laidPath(name) === path);
  if (typeof members === 'string' || members.size !== 1) return null;
  return [...members.values()][0]!;
}

/** A host that gives no answer makes a version unknown, and nothing more: its word is not needed for any other. */
async function membersOf(
  archive: Archive,
  wanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array> | string> {
  const opened = await archive();
  if (typeof opened === 'string') return opened;
  try {
    const members = await readZipMembers(opened, wanted);
    return isArchiveProblem(members) ? members.message : members;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}
