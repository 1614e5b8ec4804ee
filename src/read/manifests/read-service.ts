import { posix } from 'node:path';
import type { LockFile } from '../../domain/lock-file.ts';
import type { Manifest, Service } from '../../domain/project.ts';
import { chooseTargets } from './choose-targets.ts';
import type { CiPythons } from './ci-pythons/ci-pythons.ts';
import type { FoundManifest, FoundService, ServiceMember } from './find-services.ts';
import { IMAGE_BUILD, imageTargets } from './image-builds/image-targets.ts';
import type { BuiltImages } from './image-builds/built-for.ts';
import { lockManifest } from './locks/lock-manifest.ts';
import { LOCK_READERS, lockKind, readLock } from './locks/lock-readers.ts';
import { NO_INDEX_OPTIONS } from './manifest-reader.ts';
import type { ManifestContent, ManifestKind, ReadingContext } from './manifest-reader.ts';
import type { ProjectFiles } from './project-files.ts';
import { readManifest } from './read-manifests.ts';
import type { ReadOptions } from './read-options.ts';
import type { NewerRuntime } from './runtime-places/newer-runtime.ts';
import { raiseService } from './runtime-places/raise-service.ts';
import type { ServiceHint } from './runtime-places/raise-service.ts';

/** What services are read with. */
export interface ServiceReading {
  readonly manifests: ReadonlyMap<string, FoundManifest>;
  readonly locks: ReadonlyMap<FoundService, string>;
  readonly files: ProjectFiles;
  readonly context: ReadingContext;
  readonly options: ReadOptions;
  readonly newer: NewerRuntime | null;
  /** Files that say for which platforms a Dockerfile is built. */
  readonly images: BuiltImages;
  readonly ci: CiPythons;
}

/** Asked in this order for a runtime that no Dockerfile tells, each in the service's folder and then in those above. */
const RUNTIME_FILES: readonly (readonly [string, ManifestKind])[] = [
  ['pyproject.toml', 'pyproject'],
  ['setup.cfg', 'setup-cfg'],
  ['setup.py', 'setup-py'],
  ['Pipfile', 'pipfile'],
  ['.python-version', 'python-version'],
  ['runtime.txt', 'runtime'],
];

/** Each service with its lock, and after it what building its projects needs. With `frozen`: the locks alone. */
export async function readServices(
  found: readonly FoundService[],
  reading: ServiceReading,
): Promise<readonly Service[]> {
  const services: Service[] = [];
  for (const service of found) services.push(...(await readWithLock(service, reading)));
  return services;
}

async function readWithLock(service: FoundService, reading: ServiceReading): Promise<readonly Service[]> {
  const { locks, files, context, options, manifests } = reading;
  const path = service.lock ?? locks.get(service);
  const own = withoutDevelopment(await readService(service, reading), options);
  // Of a lock that is looked at alone it makes no difference what its manifests ask for by now.
  const isAlone = options.frozen === true || service.lock !== undefined;
  const lock = path === undefined ? null : await lockAt(path, files, context, isAlone);
  if (lock !== null && isAlone) {
    const selection = { development: options.noDev !== true };
    const builds = own.manifests.filter(({ kind }) => kind === IMAGE_BUILD);
    return [{ ...own, manifests: [lockManifest(lock, own.targets, context.rules, selection), ...builds] }];
  }
  if (options.frozen === true) return [];
  return [lock === null ? own : { ...own, lock }, ...buildServices(own, manifests)];
}

async function lockAt(
  path: string,
  files: ProjectFiles,
  context: ReadingContext,
  isAlone: boolean,
): Promise<LockFile | null> {
  const kind = lockKind(path)!;
  const source = await files.open(path, LOCK_READERS[kind].maxBytes);
  return source && (isAlone ? LOCK_READERS[kind].read(source, context) : readLock(kind, source, context));
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

/** The service without its development lines, where they are not to be looked at. */
function withoutDevelopment(service: Service, { noDev }: ReadOptions): Service {
  if (noDev !== true) return service;
  let developmentLeftOut = 0;
  const manifests = service.manifests.map((manifest) => {
    const requirements = manifest.requirements.filter(({ group }) => group === 'production');
    developmentLeftOut += manifest.requirements.length - requirements.length;
    return { ...manifest, requirements };
  });
  return developmentLeftOut === 0 ? service : { ...service, manifests, developmentLeftOut };
}

async function readService(
  service: FoundService,
  { manifests, files, context, options, newer, images, ci }: ServiceReading,
): Promise<Service> {
  const hints = service.dockerfiles.flatMap((path): readonly ServiceHint[] => {
    const hint = manifests.get(path)?.content.targetHint;
    return hint ? [{ path, kind: 'dockerfile', hint }] : [];
  });
  const tellsRuntime =
    options.targets.python.length > 0 || (hints.length > 0 && hints.every(({ hint }) => hint.runtime));
  const others = tellsRuntime ? [] : await runtimeFiles(service.folder, manifests, files, context);
  const members = service.members.flatMap((member) => {
    const manifest = manifests.get(member.path);
    return manifest ? [manifestOf(manifest.path, manifest.kind, manifest.content, member)] : [];
  });
  const isMember = new Set(service.members.map(({ path }) => path));
  // What else is wrong with a file that tells the runtime is told where it is a service itself.
  const saysMore = others.filter(({ path, content }) => content.targetHint === null && !isMember.has(path));
  const told = others.flatMap(({ path, kind, content }): readonly ServiceHint[] =>
    content.targetHint ? [{ path, kind, hint: content.targetHint }] : [],
  );
  const found = { dockerfiles: hints, others: told };
  const raised = newer && (await raiseService(service.folder, found, newer, context));
  const [dockerfiles, versions] = [
    raised?.dockerfiles ?? hints.map(({ hint }) => hint),
    raised?.others ?? told.map(({ hint }) => hint),
  ];
  const isTold = tellsRuntime || versions.some(({ runtime }) => runtime !== null);
  const tried = isTold ? [] : await ci.of(service);
  const paths = hints.map(({ path }) => path);
  const built = imageTargets(paths, dockerfiles, images);
  return {
    name: service.name,
    manifests: [
      ...members,
      ...saysMore.map(({ path, kind, content }) =>
        manifestOf(path, kind, content, { path, role: 'requirement', group: 'production' }),
      ),
      ...built.manifests,
    ],
    targets: chooseTargets(
      options.targets,
      { dockerfiles: built.hints, others: versions, tried },
      context.rules,
    ),
    ...(raised ? { raised: raised.raised } : {}),
  };
}

/** The nearest file of each kind that says something about the runtime. */
async function runtimeFiles(
  folder: string,
  manifests: ServiceReading['manifests'],
  files: ProjectFiles,
  context: ReadingContext,
): Promise<
  readonly { readonly path: string; readonly kind: ManifestKind; readonly content: ManifestContent }[]
> {
  const read: { path: string; kind: ManifestKind; content: ManifestContent }[] = [];
  for (const [name, kind] of RUNTIME_FILES)
    for (let at = folder; ; at = posix.dirname(at)) {
      const path = posix.join(at, name);
      const before = manifests.get(path);
      const content =
        before?.kind === kind
          ? before.content
          : context.tree.hasFile(path)
            ? await readManifest(path, kind, files, context)
            : null;
      if (content && (content.targetHint || saysNothingElse(content))) {
        read.push({ path, kind, content });
        break;
      }
      if (at === '.') break;
    }
  return read;
}

/** Of a file that cannot be read at all nobody knows what runtime it asks for. */
function saysNothingElse({ requirements, includes, unreadable }: ManifestContent): boolean {
  return unreadable.length > 0 && requirements.length + includes.length === 0;
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
  const { unreadable, indexOptions, generatedBy, includes } = content;
  const holds = kind === 'requirements' ? includes.filter(({ role }) => role === 'requirement') : [];
  return {
    ...{ path, kind, requirements, unreadable, indexOptions, generatedBy },
    ...(holds.length === 0 ? {} : { holds: holds.map((include) => include.path) }),
  };
}
