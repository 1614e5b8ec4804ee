import { posix } from 'node:path';
import type { FoundService } from './find-services.ts';
import type { ReadingContext } from './manifest-reader.ts';

/** Which lock belongs to which service, and the locks that belong to none. */
export interface LocksFound {
  readonly ofService: ReadonlyMap<FoundService, string>;
  /** Second locks of a service that has one already. */
  readonly beside: readonly string[];
  /** Locks without a manifest that is read. */
  readonly alone: readonly string[];
}

/**
 * A lock belongs to the service that has its manifest in the same folder: a pyproject.toml for uv's and Poetry's, a Pipfile for
 * Pipenv's, and any manifest for `pylock.toml` (PEP 751). Where a project has several, that of the tool comes first whose table its
 * pyproject.toml has.
 */
export async function locksOf(
  services: readonly FoundService[],
  context: ReadingContext,
  lockPaths: readonly string[],
): Promise<LocksFound> {
  const ofService = new Map<FoundService, string>();
  const beside: string[] = [];
  const alone: string[] = [];
  const ranked: { readonly path: string; readonly rank: number }[] = [];
  for (const path of lockPaths) ranked.push({ path, rank: await rankOf(path, context) });
  for (const { path } of ranked.sort((a, b) => a.rank - b.rank)) {
    const owner = ownerOf(path, services);
    if (owner === undefined) alone.push(path);
    else if (ofService.has(owner)) beside.push(path);
    else ofService.set(owner, path);
  }
  return { ofService, beside, alone };
}

function ownerOf(path: string, services: readonly FoundService[]): FoundService | undefined {
  const folder = posix.dirname(path);
  const has = (service: FoundService, name: string): boolean =>
    service.members.some((member) => member.path === posix.join(folder, name));
  const manifest = {
    'uv.lock': 'pyproject.toml',
    'poetry.lock': 'pyproject.toml',
    'Pipfile.lock': 'Pipfile',
  }[posix.basename(path)];
  if (manifest !== undefined) return services.find((service) => has(service, manifest));
  return (
    services.find((service) => has(service, 'pyproject.toml')) ??
    services.find((service) => service.folder === folder)
  );
}

/** Poetry's lock first where the project has Poetry's table, else uv's; a `pylock.toml` beside another is mostly an export of it. */
async function rankOf(path: string, context: ReadingContext): Promise<number> {
  const name = posix.basename(path);
  if (name === 'uv.lock') return 1;
  if (name !== 'poetry.lock') return name === 'Pipfile.lock' ? 2 : 3;
  const pyproject = await context.peek(posix.join(posix.dirname(path), 'pyproject.toml'));
  return pyproject !== null && /^\[tool\.poetry[.\]]/m.test(pyproject) ? 0 : 2;
}
