import { posix } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { Project, Service, SourceFile } from '../../domain/project.ts';
import type { World } from '../../io/world.ts';
import { CiPythons } from './ci-pythons/ci-pythons.ts';
import { findServices, namedService } from './find-services.ts';
import type { FoundManifest, FoundService } from './find-services.ts';
import { lockKind } from './locks/lock-readers.ts';
import { BuiltImages } from './image-builds/built-for.ts';
import { readImageBuilds } from './image-builds/read-image-builds.ts';
import { locateRoot } from './locate-root.ts';
import { manifestKind } from './manifest-kinds.ts';
import type { ReadingContext, Rules } from './manifest-reader.ts';
import { ProjectFiles } from './project-files.ts';
import { newerRuntime } from './runtime-places/newer-runtime.ts';
import { checkRaised } from './runtime-places/nothing-raised.ts';
import { mayAsk, notText, readManifests } from './read-manifests.ts';
import type { ReadOptions } from './read-options.ts';
import { readServices } from './read-service.ts';
import { locksOf } from './service-locks.ts';
import { walkTree } from './repository-tree.ts';
import { testDataFolder } from './test-data.ts';
import { unsupportedFiles } from './unsupported-files.ts';

/**
 * Reads a repository: its services, the files that each installs, every line of them, and what they run on. Files are
 * read, nothing is run. Throws `no-manifest` where nothing is found, and
 * `usage` for a service or flag that does not exist.
 */
export async function readProject(
  root: string,
  world: World,
  ecosystem: Rules,
  options: ReadOptions,
): Promise<Project> {
  const { folder, paths } = await locateRoot(world.files, root, options.paths);
  const tree = await walkTree(world.files, folder);
  const files = new ProjectFiles(world.files, folder);
  const context: ReadingContext = {
    rules: ecosystem,
    environment: world.environment,
    processes: world.processes,
    tree,
    locksAlone: options.frozen === true && options.noDev !== true,
    open: (path) => files.open(path),
    peek: (path) => files.peek(path),
  };
  const own = paths.length > 0 ? tree.paths : tree.paths.filter((path) => testDataFolder(path) === null);
  const dockerfiles = own.filter((path) => manifestKind(path) === 'dockerfile');
  const wanted = paths.length > 0 ? paths : own.filter(mayAsk);
  const asking = [...wanted.filter((path) => !isLock(path)), ...dockerfiles];
  const manifests = await readManifests(asking, files, context);
  const found = paths.length === 0 ? findServices(manifests) : namedServices(paths, manifests);
  const locks = await locksOf(found, context, own.filter(isLock));
  const alone = (paths.length === 0 ? locks.alone : paths.filter(isLock)).map((path) =>
    aloneService(path, found),
  );
  const notSupported = [
    ...(await unsupportedFiles(context)),
    ...locks.beside.map((path) => ({ path, what: 'second lock of a project: another of its locks is read' })),
  ];
  if (found.length + alone.length === 0) throw nothingFound(folder, notSupported);
  const newer = options.raisePython == null ? null : newerRuntime(options.raisePython, ecosystem);
  // What files say of platforms gives way to `--platform`.
  const isAsked = dockerfiles.length > 0 && options.targets.platform.length === 0;
  const images = new BuiltImages(isAsked ? await readImageBuilds(files, context) : [], context.tree);
  const ci = new CiPythons(files, context, manifests);
  const reading = { manifests, locks: locks.ofService, files, context, options, newer, images, ci };
  const { services: named } = options;
  const chosen = selected([...found, ...alone], options.service).filter(
    ({ name }) => named === undefined || named.includes(name),
  );
  const services = await readServices(chosen, reading);
  const beside = options.frozen === true ? [] : await readServices(sharingWith(chosen, found), reading);
  if (services.length === 0) throw noLock(folder);
  if (newer) checkRaised(services, newer, options.targets.python);
  return {
    root: folder,
    services,
    ...(beside.length === 0 ? {} : { beside }),
    files: await filesOf([...services, ...beside], options.also ?? [], files),
    notSupported:
      paths.length > 0
        ? []
        : notSupported.filter(({ path }) =>
            (named ?? [options.service]).some((service) => concerns(path, service)),
          ),
  };
}

/** The files that were named beside locks are one service. */
function namedServices(
  paths: readonly string[],
  manifests: ReadonlyMap<string, FoundManifest>,
): readonly FoundService[] {
  const asked = paths.filter((path) => !isLock(path));
  return asked.length === 0 ? [] : [namedService(asked, manifests)];
}

function isLock(path: string): boolean {
  return lockKind(path) !== null;
}

/** A lock whose manifest is not in the tree, or was not asked for, is what its service is read from. */
function aloneService(lock: string, found: readonly FoundService[]): FoundService {
  const folder = posix.dirname(lock);
  const name = found.some((service) => service.name === folder) ? lock : folder;
  return { name, folder, roots: [], members: [], dockerfiles: [], lock };
}

function noLock(folder: string): UserFacingError {
  return new UserFacingError(
    'no-manifest',
    `${folder} has no lock that can be read, and --frozen looks at locks only`,
    {
      hint: 'leave out --frozen: the manifests are read then',
    },
  );
}

/** Those of the others that have a file of one of these, or of one that does. */
function sharingWith(
  chosen: readonly FoundService[],
  found: readonly FoundService[],
): readonly FoundService[] {
  const paths = new Set(chosen.flatMap(({ members }) => members.map(({ path }) => path)));
  const sharing: FoundService[] = [];
  for (;;) {
    const next = found.find(
      (one) =>
        !chosen.includes(one) && !sharing.includes(one) && one.members.some(({ path }) => paths.has(path)),
    );
    if (next === undefined) return found.filter((one) => sharing.includes(one));
    sharing.push(next);
    for (const { path } of next.members) paths.add(path);
  }
}

/** Where one service was asked for, the files of others are not missing; where files were named, no other is. */
function concerns(path: string, service: string | null): boolean {
  const folder = service === null ? '.' : posix.normalize(service).replace(/(.)\/$/, '$1');
  return folder === '.' || path.startsWith(`${folder}/`);
}

function selected(found: readonly FoundService[], name: string | null): readonly FoundService[] {
  if (name === null) return found;
  const wanted = posix.normalize(name).replace(/(.)\/$/, '$1');
  const service = found.find((candidate) => candidate.name === wanted);
  if (service) return [service];
  throw new UserFacingError('usage', `there is no service ${JSON.stringify(name)}`, {
    hint: `the services are: ${found.map((candidate) => candidate.name).join(', ')}`,
  });
}

async function filesOf(
  services: readonly Service[],
  also: readonly string[],
  files: ProjectFiles,
): Promise<ReadonlyMap<string, SourceFile>> {
  const read = new Map<string, SourceFile>();
  const paths = services.flatMap(({ manifests, lock, raised }) => [
    ...manifests.map(({ path }) => path),
    ...(lock === undefined ? [] : [lock.path]),
    ...(raised?.places ?? []).map((place) => place.span.file),
  ]);
  for (const path of [...paths, ...also]) {
    const source = await files.open(path).catch(notText);
    if (source !== null && 'file' in source) read.set(path, source.file);
  }
  return read;
}

function nothingFound(folder: string, notSupported: Project['notSupported']): UserFacingError {
  const seen = notSupported.slice(0, 3).map(({ path, what }) => `${path} (${what})`);
  const more = notSupported.length > 3 ? ` and ${notSupported.length - 3} more` : '';
  return new UserFacingError(
    'no-manifest',
    `${folder} has no manifest: no requirements*.txt or .in, pyproject.toml with dependencies, setup.cfg, setup.py, Pipfile, lock or Dockerfile that installs`,
    {
      hint:
        seen.length > 0
          ? `found, but not read yet: ${seen.join(', ')}${more}; name a requirements file, or export one`
          : 'name the folder of a service, or the requirements file itself',
    },
  );
}
