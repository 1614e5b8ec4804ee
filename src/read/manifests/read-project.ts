import { posix } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { Manifest, Project, Service, SourceFile } from '../../domain/project.ts';
import type { World } from '../../io/world.ts';
import { chooseTargets } from './choose-targets.ts';
import { findServices, namedService } from './find-services.ts';
import type { FoundManifest, FoundService, ServiceMember } from './find-services.ts';
import { locateRoot } from './locate-root.ts';
import { manifestKind } from './manifest-kinds.ts';
import type { ManifestContent, ManifestKind, ReadingContext, Rules, TargetHint } from './manifest-reader.ts';
import { ProjectFiles } from './project-files.ts';
import { readManifest, readManifests } from './read-manifests.ts';
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
  /** Development lines are left out. */
  readonly noDev?: boolean;
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
    tree,
    open: (path) => files.open(path),
    peek: (path) => files.peek(path),
  };
  const dockerfiles = tree.paths.filter((path) => manifestKind(path) === 'dockerfile');
  const requirements = tree.paths.filter((path) => manifestKind(path) === 'requirements');
  const wanted = paths.length > 0 ? paths : requirements;
  const manifests = await readManifests([...wanted, ...dockerfiles], files, context);
  const notSupported = await unsupportedFiles(context);
  const found = paths.length > 0 ? [namedService(paths, manifests)] : findServices(manifests);
  if (found.length === 0) throw nothingFound(folder, notSupported);
  const chosen = selected(found, options.service);
  const read = async (all: readonly FoundService[]): Promise<readonly Service[]> => {
    const services: Service[] = [];
    for (const service of all)
      services.push(
        withoutDevelopment(await readService(service, manifests, files, context, options), options),
      );
    return services;
  };
  const services = await read(chosen);
  const beside = await read(sharingWith(chosen, found));
  return {
    root: folder,
    services,
    ...(beside.length === 0 ? {} : { beside }),
    files: await filesOf([...services, ...beside], files),
    notSupported: paths.length > 0 ? [] : notSupported.filter(({ path }) => concerns(path, options.service)),
  };
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
): Promise<Service> {
  const hints = service.dockerfiles.flatMap((path) => manifests.get(path)?.content.targetHint ?? []);
  const isTold =
    options.targets.python.length > 0 || (hints.length > 0 && hints.every((hint) => hint.runtime));
  const others = isTold ? [] : await runtimeFiles(service.folder, files, context);
  const members = service.members.flatMap((member) => {
    const manifest = manifests.get(member.path);
    return manifest ? [manifestOf(manifest.path, manifest.kind, manifest.content, member)] : [];
  });
  const saysMore = others.filter(({ content }) => content.unreadable.length > 0);
  const told = others.flatMap(({ content }): readonly TargetHint[] =>
    content.targetHint ? [content.targetHint] : [],
  );
  return {
    name: service.name,
    manifests: [
      ...members,
      ...saysMore.map(({ path, kind, content }) =>
        manifestOf(path, kind, content, { path, role: 'requirement', group: 'production' }),
      ),
    ],
    targets: chooseTargets(options.targets, hints, told, context.rules),
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
    role: requirement.role === 'override' ? requirement.role : member.role,
    group: member.group === 'development' ? member.group : requirement.group,
  }));
  const { unreadable, indexOptions, generatedBy } = content;
  return { path, kind, requirements, unreadable, indexOptions, generatedBy };
}

async function filesOf(
  services: readonly Service[],
  files: ProjectFiles,
): Promise<ReadonlyMap<string, SourceFile>> {
  const read = new Map<string, SourceFile>();
  for (const { path } of services.flatMap((service) => service.manifests)) {
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
    `${folder} has no requirements*.txt, no requirements*.in and no Dockerfile that installs with pip`,
    {
      hint:
        seen.length > 0
          ? `found, but not read yet: ${seen.join(', ')}${more}; name a requirements file, or export one`
          : 'name the folder of a service, or the requirements file itself',
    },
  );
}
