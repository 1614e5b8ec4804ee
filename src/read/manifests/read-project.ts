import { posix } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { LockFile } from '../../domain/lock-file.ts';
import type { Manifest, Project, Service, SourceFile } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import type { World } from '../../io/world.ts';
import { chooseTargets } from './choose-targets.ts';
import { findServices, namedService } from './find-services.ts';
import type { FoundManifest, FoundService, ServiceMember } from './find-services.ts';
import { lockAsRequirements } from './locks/lock-as-requirements.ts';
import { LOCK_READERS, lockKind, readLock } from './locks/lock-readers.ts';
import { locateRoot } from './locate-root.ts';
import { manifestKind } from './manifest-kinds.ts';
import { NO_INDEX_OPTIONS } from './manifest-reader.ts';
import type { ManifestContent, ManifestKind, ReadingContext, Rules } from './manifest-reader.ts';
import { ProjectFiles } from './project-files.ts';
import { newerRuntime } from './runtime-places/newer-runtime.ts';
import type { NewerRuntime } from './runtime-places/newer-runtime.ts';
import { checkRaised } from './runtime-places/nothing-raised.ts';
import { raiseService } from './runtime-places/raise-service.ts';
import type { ServiceHint } from './runtime-places/raise-service.ts';
import { mayAsk, readManifest, readManifests } from './read-manifests.ts';
import { locksOf } from './service-locks.ts';
import { walkTree } from './repository-tree.ts';
import { unsupportedFiles } from './unsupported-files.ts';

/** What the user says about what is read. */
export interface ReadOptions {
  /** Files to read, absolute or relative to the root; empty: what the tree has. */
  readonly paths: readonly string[];
  /** `--python` and `--platform`: they override what was read. */
  readonly targets: { readonly python: readonly string[]; readonly platform: readonly string[] };
  /** Only the service of that name. */
  readonly service: string | null;
  /** Locks in the place of the manifests that they were made from, and nothing else. */
  readonly frozen?: boolean;
  /** `--raise-python`: services on an older one are read as they will be on it, with the places that have to move. */
  readonly raisePython?: string | null;
  /** Files that are read beside those of the services: what was written is looked at again. */
  readonly also?: readonly string[];
}

/** Asked in this order for a runtime that no Dockerfile tells, each in the service's folder and then in those above. */
const RUNTIME_FILES: readonly (readonly [string, ManifestKind])[] = [
  ['pyproject.toml', 'pyproject'],
  ['.python-version', 'python-version'],
  ['runtime.txt', 'runtime'],
];

/**
 * Reads a repository: its services, the files that each installs, every line of them, and what they run on. Files are
 * read, nothing is run. Throws `no-manifest` where nothing is found, `invalid-file` for a file that is not text, and
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
    open: (path) => files.open(path),
    peek: (path) => files.peek(path),
  };
  const dockerfiles = tree.paths.filter((path) => manifestKind(path) === 'dockerfile');
  const wanted = paths.length > 0 ? paths : tree.paths.filter(mayAsk);
  const manifests = await readManifests(
    [...wanted.filter((path) => !isLock(path)), ...dockerfiles],
    files,
    context,
  );
  const asked = paths.filter((path) => !isLock(path));
  const found =
    paths.length === 0 ? findServices(manifests) : asked.length === 0 ? [] : [namedService(asked, manifests)];
  const locks = await locksOf(found, context, (path) => isLock(path));
  const alone = (paths.length === 0 ? locks.alone : paths.filter(isLock)).map((path) =>
    aloneService(path, found),
  );
  const notSupported = [
    ...(await unsupportedFiles(context)),
    ...locks.beside.map((path) => ({ path, what: 'second lock of a project: another of its locks is read' })),
  ];
  if (found.length + alone.length === 0) throw nothingFound(folder, notSupported);
  const newer = options.raisePython == null ? null : newerRuntime(options.raisePython, ecosystem);
  const services: Service[] = [];
  for (const service of selected([...found, ...alone], options.service)) {
    const lockPath = service.lock ?? locks.ofService.get(service);
    const read = await readService(service, manifests, files, context, options, newer);
    const built = buildServices(read, manifests);
    const lock = lockPath === undefined ? null : await lockAt(lockPath, files, context);
    if (lock !== null && (options.frozen === true || service.lock !== undefined))
      services.push({ ...read, manifests: [lockManifest(lock, read.targets, context)] });
    else if (options.frozen !== true) services.push(lock === null ? read : { ...read, lock }, ...built);
  }
  if (services.length === 0) throw noLock(folder);
  if (newer) checkRaised(services, newer, options.targets.python);
  return {
    root: folder,
    services,
    files: await filesOf(services, options.also ?? [], files),
    notSupported: paths.length > 0 ? [] : notSupported.filter(({ path }) => concerns(path, options.service)),
  };
}

function isLock(path: string): boolean {
  return lockKind(path) !== null;
}

async function lockAt(path: string, files: ProjectFiles, context: ReadingContext): Promise<LockFile | null> {
  const kind = lockKind(path)!;
  const source = await files.open(path, LOCK_READERS[kind].maxBytes);
  return source && readLock(kind, source, context);
}

/** A lock in the place of the manifests that it was made from: each package that it has on some target is a line of it. */
function lockManifest(lock: LockFile, targets: readonly Target[], { rules }: ReadingContext): Manifest {
  const { requirements } = lockAsRequirements(lock, targets, rules);
  const { path, unreadable } = lock;
  return { path, kind: 'lock', requirements, unreadable, indexOptions: NO_INDEX_OPTIONS, generatedBy: null };
}

/** A lock whose manifest is not in the tree, or was not asked for, is what its service is read from. */
function aloneService(lock: string, found: readonly FoundService[]): FoundService {
  const folder = posix.dirname(lock);
  const name = found.some((service) => service.name === folder) ? lock : folder;
  return { name, folder, members: [], dockerfiles: [], lock };
}

/** What the builds of a service's projects need: each is installed by itself, apart from the service. */
function buildServices(
  { name, targets, manifests: members }: Service,
  manifests: ReadonlyMap<string, FoundManifest>,
): readonly Service[] {
  return members.flatMap((member) => {
    const requirements = manifests.get(member.path)?.content.buildRequirements ?? [];
    if (requirements.length === 0) return [];
    const manifest = { ...member, requirements, unreadable: [], indexOptions: NO_INDEX_OPTIONS };
    return [
      {
        name: `${name === '.' ? '' : `${name} `}[build of ${member.path}]`,
        purpose: 'build' as const,
        manifests: [manifest],
        targets,
      },
    ];
  });
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

async function readService(
  service: FoundService,
  manifests: ReadonlyMap<string, FoundManifest>,
  files: ProjectFiles,
  context: ReadingContext,
  options: ReadOptions,
  newer: NewerRuntime | null,
): Promise<Service> {
  const hints = service.dockerfiles.flatMap((path): readonly ServiceHint[] => {
    const hint = manifests.get(path)?.content.targetHint;
    return hint ? [{ path, kind: 'dockerfile', hint }] : [];
  });
  const isTold =
    options.targets.python.length > 0 || (hints.length > 0 && hints.every(({ hint }) => hint.runtime));
  const others = isTold ? [] : await runtimeFiles(service.folder, files, context);
  const members = service.members.flatMap((member) => {
    const manifest = manifests.get(member.path);
    return manifest ? [manifestOf(manifest.path, manifest.kind, manifest.content, member)] : [];
  });
  const isMember = new Set(service.members.map(({ path }) => path));
  const saysMore = others.filter(({ path, content }) => content.unreadable.length > 0 && !isMember.has(path));
  const told = others.flatMap(({ path, kind, content }): readonly ServiceHint[] =>
    content.targetHint ? [{ path, kind, hint: content.targetHint }] : [],
  );
  const found = { dockerfiles: hints, others: told };
  const raised = newer && (await raiseService(service.folder, found, newer, context));
  const [dockerfiles, versions] = [
    raised?.dockerfiles ?? hints.map(({ hint }) => hint),
    raised?.others ?? told.map(({ hint }) => hint),
  ];
  return {
    name: service.name,
    manifests: [
      ...members,
      ...saysMore.map(({ path, kind, content }) =>
        manifestOf(path, kind, content, { path, role: 'requirement', group: 'production' }),
      ),
    ],
    targets: chooseTargets(options.targets, dockerfiles, versions, context.rules),
    ...(raised ? { raised: raised.raised } : {}),
  };
}

/** The nearest file of each kind that says something about the runtime. */
async function runtimeFiles(
  folder: string,
  files: ProjectFiles,
  context: ReadingContext,
): Promise<
  readonly { readonly path: string; readonly kind: ManifestKind; readonly content: ManifestContent }[]
> {
  const read: { path: string; kind: ManifestKind; content: ManifestContent }[] = [];
  for (const [name, kind] of RUNTIME_FILES)
    for (let at = folder; ; at = posix.dirname(at)) {
      const path = posix.join(at, name);
      const content = context.tree.hasFile(path) ? await readManifest(path, kind, files, context) : null;
      if (content && (content.targetHint || content.unreadable.length > 0)) {
        read.push({ path, kind, content });
        break;
      }
      if (at === '.') break;
    }
  return read;
}

/** A file in the part that it has in a service: its requirements take its role, and at least its group. */
function manifestOf(
  path: string,
  kind: ManifestKind,
  content: ManifestContent,
  member: ServiceMember,
): Manifest {
  const requirements = content.requirements.map((requirement) => ({
    ...requirement,
    role: requirement.role === 'requirement' ? member.role : requirement.role,
    group: member.group === 'development' ? member.group : requirement.group,
  }));
  const { unreadable, indexOptions, generatedBy } = content;
  return { path, kind, requirements, unreadable, indexOptions, generatedBy };
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
    const source = await files.open(path);
    if (source) read.set(path, source.file);
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
