import { posix } from 'node:path';
import type { Requirement } from '../../domain/requirement.ts';
import type { ManifestContent, ManifestKind } from './manifest-reader.ts';
import { PROJECT_FILES } from './project-folder.ts';
import { isForDevelopment, isRequirementsFile } from './requirements-file/recognise.ts';

/** A file that asks for packages, as it was read. */
export interface FoundManifest {
  readonly path: string;
  readonly kind: ManifestKind;
  readonly content: ManifestContent;
}

/** One file's part in a service. */
export interface ServiceMember {
  readonly path: string;
  readonly role: Requirement['role'];
  readonly group: Requirement['group'];
}

/** What is installed together, and the Dockerfiles that say on what. */
export interface FoundService {
  readonly name: string;
  readonly folder: string;
  /** The files that are asked for themselves, not by -r. */
  readonly roots: readonly string[];
  readonly members: readonly ServiceMember[];
  readonly dockerfiles: readonly string[];
  /** The lock that it consists of, where there is no manifest. */
  readonly lock?: string;
}

type Manifests = ReadonlyMap<string, FoundManifest>;

/** A service while it is put together. */
interface Unit {
  readonly folder: string;
  readonly roots: string[];
  readonly dockerfiles: string[];
}

/**
 * Puts files together to services. A production requirements file that no other includes is one, and so is a project (its
 * pyproject.toml, setup.cfg and setup.py) or a Pipfile; files that one Dockerfile installs belong together, and so do a
 * generated file and its source; development files join the service of their folder. Nothing says that two other production
 * files of a folder are installed together, so each is a service of its own.
 */
export function findServices(manifests: Manifests): readonly FoundService[] {
  const files = [...manifests.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const dockerfiles = files.filter((file) => file.kind === 'dockerfile');
  const roots = rootsOf(manifests, files, dockerfiles);
  const units = unitsOf(
    roots.filter((path) => !isForDevelopment(path)),
    manifests,
  );
  for (const dockerfile of dockerfiles) attachDockerfile(dockerfile, units, manifests);
  for (const path of roots.filter(isForDevelopment)) attachDevelopment(path, units);
  return named(units).map(({ name, unit }) => ({
    name,
    folder: unit.folder,
    roots: unit.roots,
    members: membersOf(unit, manifests),
    dockerfiles: unit.dockerfiles,
  }));
}

/** The folder that a requirements file speaks for: "requirements/prod.txt" is about the folder above. */
export function serviceFolder(path: string): string {
  const folder = posix.dirname(path);
  const match = /^(.*?)(^|\/)requirements(\/|$)/i.exec(folder);
  return match ? match[1] || '.' : folder;
}

/** Files that nothing includes, those that a Dockerfile installs, and one of each circle that nothing else leads to. */
function rootsOf(
  manifests: Manifests,
  files: readonly FoundManifest[],
  dockerfiles: readonly FoundManifest[],
): readonly string[] {
  const asking = files.filter((file) => file.kind !== 'dockerfile' && asksForPackages(file));
  // A development file that builds on requirements.txt does not make that one a file of development.
  const included = new Set(
    asking.flatMap((file) =>
      file.content.includes
        .map(({ path }) => path)
        .filter((path) => !isSameProject(path, file.path))
        .filter((path) => !(isForDevelopment(file.path) && !isForDevelopment(path) && MAIN_FILES.test(path))),
    ),
  );
  const installed = new Set(
    dockerfiles.flatMap((file) =>
      file.content.includes.filter(({ role }) => role === 'requirement').map(({ path }) => path),
    ),
  );
  const constrains = new Set(dockerfiles.flatMap((file) => file.content.includes.map(({ path }) => path)));
  const named = asking
    .filter(
      ({ path, kind }) =>
        installed.has(path) ||
        (kind === 'requirements' ? isRequirementsFile(path) && !constrains.has(path) : true),
    )
    .map(({ path }) => path);
  const roots = named.filter((path) => installed.has(path) || !included.has(path));
  const reached = new Set(roots.flatMap((path) => [...reachedFrom(path, manifests)]));
  for (const path of named) {
    if (reached.has(path)) continue;
    roots.push(path);
    for (const next of reachedFrom(path, manifests)) reached.add(next);
  }
  return roots;
}

/** A pyproject.toml often holds the settings of tools alone; requirements files are there to ask for something. */
function asksForPackages({ kind, content }: FoundManifest): boolean {
  return (
    kind === 'requirements' ||
    content.requirements.length + content.includes.length + content.unreadable.length > 0
  );
}

/** Whether two files describe one project: its pyproject.toml, setup.cfg and setup.py. */
function isSameProject(path: string, other: string): boolean {
  const isProject = (file: string): boolean => PROJECT_FILES.includes(posix.basename(file));
  return isProject(path) && isProject(other) && posix.dirname(path) === posix.dirname(other);
}

function reachedFrom(root: string, manifests: Manifests): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [root];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(manifests.get(path)?.content.includes.map((include) => include.path) ?? []));
  }
  return reached;
}

/** One unit a root; a generated file joins its source's. */
function unitsOf(roots: readonly string[], manifests: Manifests): Unit[] {
  const units: Unit[] = [];
  const unitWith = (path: string): Unit | undefined => units.find((unit) => unit.roots.includes(path));
  for (const path of [...roots].sort((a, b) => Number(a.endsWith('.txt')) - Number(b.endsWith('.txt')))) {
    const source = manifests.get(path)?.content.generatedBy?.source ?? null;
    const sibling = path.replace(/\.(txt|lock)$/, '.in');
    const joined =
      units.find((unit) => unit.roots.some((root) => isSameProject(root, path))) ??
      (source === null ? undefined : unitWith(source)) ??
      unitWith(sibling);
    if (joined) joined.roots.unshift(path);
    else units.push({ folder: serviceFolder(path), roots: [path], dockerfiles: [] });
  }
  const sorted = units.sort((a, b) => (a.roots[0]! < b.roots[0]! ? -1 : 1));
  return withoutSpeechless(withSources(sorted, manifests), manifests);
}

/** What a file is generated from is nothing that is installed: it belongs to each unit that includes the file. */
function withSources(units: readonly Unit[], manifests: Manifests): readonly Unit[] {
  const sources = new Map(units.map((unit) => [unit, sourcesBehind(unit, manifests)]));
  const all = new Set([...sources.values()].flatMap((some) => [...some]));
  const kept = [...units];
  for (const unit of units.filter(({ roots }) => roots.every((root) => all.has(root)))) {
    const including = kept.filter(
      (one) => one !== unit && unit.roots.every((root) => sources.get(one)!.has(root)),
    );
    if (including.length === 0) continue;
    for (const other of including) other.roots.push(...unit.roots);
    kept.splice(kept.indexOf(unit), 1);
  }
  return kept;
}

/** What the files of a unit, and those that they include, are generated from. */
function sourcesBehind({ roots }: Unit, manifests: Manifests): ReadonlySet<string> {
  const reached = roots.flatMap((root) => [...reachedFrom(root, manifests)]);
  const made = reached.map((path) => manifests.get(path)?.content.generatedBy?.source ?? null);
  return new Set(made.filter((source) => source !== null));
}

/** A file of which nothing could be read is no service beside the others of its folder: it is told as one of their files. */
function withoutSpeechless(units: readonly Unit[], manifests: Manifests): Unit[] {
  const speaks = ({ roots }: Unit): boolean =>
    roots.some((path) => {
      const content = manifests.get(path)?.content;
      return content !== undefined && content.requirements.length + content.includes.length > 0;
    });
  const kept = [...units];
  for (const unit of units) {
    if (speaks(unit) || unit.roots.every(isRequirementsFile)) continue;
    const other = mainUnit(kept.filter((one) => one !== unit && one.folder === unit.folder));
    if (other === undefined) continue;
    other.roots.push(...unit.roots);
    kept.splice(kept.indexOf(unit), 1);
  }
  return kept;
}

/** Joins the units whose files a Dockerfile installs; one that installs by name alone, under constraints or not, is its folder's, or a unit itself. */
function attachDockerfile(dockerfile: FoundManifest, units: Unit[], manifests: Manifests): void {
  const { path, content } = dockerfile;
  const installed = new Set(content.includes.flatMap((include) => [...reachedFrom(include.path, manifests)]));
  const tied = units.filter((unit) => unit.roots.some((root) => installed.has(root)));
  if (isForDevelopment(path)) {
    for (const unit of tied) if (unit.dockerfiles.length === 0) unit.dockerfiles.push(path);
    if (!isUnread(content)) return;
  }
  const [first, ...rest] = tied;
  if (first) {
    first.dockerfiles.push(path);
    for (const unit of rest) {
      first.roots.push(...unit.roots);
      first.dockerfiles.push(...unit.dockerfiles.filter((other) => !first.dockerfiles.includes(other)));
      units.splice(units.indexOf(unit), 1);
    }
    return;
  }
  if (content.includes.some(({ role }) => role === 'requirement')) return;
  const folder = posix.dirname(path);
  const own = mainUnit(units.filter((unit) => unit.folder === folder));
  if (own && (own.dockerfiles.length === 0 || isUnread(content))) own.dockerfiles.push(path);
  else if (
    isUnread(content) ||
    content.unreadInstalls === true ||
    content.requirements.some((requirement) => requirement.group === 'production')
  )
    units.push({ folder, roots: [], dockerfiles: [path] });
}

/** Of a Dockerfile that cannot be read at all nobody knows what it installs, nor on what: it is told with its folder's service. */
function isUnread({ targetHint, unreadable }: ManifestContent): boolean {
  return targetHint === null && unreadable.length > 0;
}

function attachDevelopment(path: string, units: Unit[]): void {
  const folder = serviceFolder(path);
  const own = mainUnit(units.filter((unit) => unit.folder === folder));
  if (own) own.roots.push(path);
  else units.push({ folder, roots: [path], dockerfiles: [] });
}

const MAIN_FILES = /(^|\/)(requirements\.(txt|in)|(prod|production|base|main|requirements)\.(txt|in))$/;

/** The unit that a folder's name stands for: the one with requirements.txt, else with a Dockerfile, else the first. */
function mainUnit(units: readonly Unit[]): Unit | undefined {
  return (
    units.find((unit) => unit.roots.some((root) => /(^|\/)requirements\.(txt|in)$/.test(root))) ??
    units.find((unit) => unit.dockerfiles.length > 0) ??
    units.find((unit) => unit.roots.some((root) => MAIN_FILES.test(root))) ??
    units[0]
  );
}

function named(units: readonly Unit[]): readonly { readonly name: string; readonly unit: Unit }[] {
  const sorted = [...units].sort((a, b) => (a.folder < b.folder ? -1 : a.folder > b.folder ? 1 : 0));
  return sorted.map((unit) => {
    const main = mainUnit(sorted.filter((other) => other.folder === unit.folder));
    return { name: unit === main ? unit.folder : (unit.roots[0] ?? unit.dockerfiles[0]!), unit };
  });
}

/** The files that the user named are one service, whatever stands around them; a Dockerfile that installs them tells the target. */
export function namedService(paths: readonly string[], manifests: Manifests): FoundService {
  const isDockerfile = (path: string): boolean => manifests.get(path)?.kind === 'dockerfile';
  const roots = paths.filter((path) => !isDockerfile(path));
  const folder = roots[0] === undefined ? posix.dirname(paths[0]!) : serviceFolder(roots[0]);
  const around = findServices(manifests).filter(
    (service) => service.folder === folder || service.members.some((member) => paths.includes(member.path)),
  );
  const unit: Unit = { folder, roots, dockerfiles: paths.filter(isDockerfile) };
  const dockerfiles = unit.dockerfiles.length > 0 ? unit.dockerfiles : around.flatMap((s) => s.dockerfiles);
  return {
    name: folder,
    folder,
    roots,
    members: membersOf(unit, manifests),
    dockerfiles: [...new Set(dockerfiles)],
  };
}

/** Every file of a unit once: roots in order, each before what it includes. Production and -r are stronger. */
function membersOf(unit: Unit, manifests: Manifests): readonly ServiceMember[] {
  const members = new Map<string, ServiceMember>();
  const visit = (path: string, role: ServiceMember['role'], group: ServiceMember['group']): void => {
    const before = members.get(path);
    const merged: ServiceMember = {
      path,
      role: before?.role === 'requirement' ? 'requirement' : role,
      group: before?.group === 'production' ? 'production' : group,
    };
    if (before?.role === merged.role && before.group === merged.group) return;
    members.set(path, merged);
    for (const include of manifests.get(path)?.content.includes ?? [])
      visit(include.path, include.role, include.group ?? group);
  };
  for (const root of unit.roots)
    visit(root, 'requirement', isForDevelopment(root) ? 'development' : 'production');
  for (const path of unit.dockerfiles)
    visit(path, 'requirement', isForDevelopment(path) ? 'development' : 'production');
  return [...members.values()];
}
