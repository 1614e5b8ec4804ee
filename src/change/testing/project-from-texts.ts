import type { PackageName } from '../../domain/package-name.ts';
import type { Change, LockedSet } from '../../domain/plan.ts';
import type { Project } from '../../domain/project.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import type { DirectoryEntry, Files } from '../../io/files.ts';
import type { World } from '../../io/world.ts';
import { pypiRules } from '../../read/ecosystems/pypi/rules.ts';
import { readProject } from '../../read/manifests/read-project.ts';
import { bytesOf } from '../source-bytes.ts';

const NO_FLAGS = { paths: [], targets: { python: ['3.11'], platform: [] }, service: null };

/** A project as `readProject` reads it from a folder with these texts; where its encoding is not UTF-8, with these bytes. */
export function projectFromTexts(
  texts: Readonly<Record<string, string | Uint8Array>>,
  environment: World['environment'] = {},
  processes?: World['processes'],
): Promise<Project> {
  const path = processes === undefined ? {} : { PATH: process.env['PATH'] };
  const world = {
    files: filesOf(texts),
    environment: { ...path, ...environment },
    processes,
  } as unknown as World;
  return readProject(ROOT, world, pypiRules, NO_FLAGS);
}

const ROOT = '/project';

function filesOf(
  texts: Readonly<Record<string, string | Uint8Array>>,
): Pick<Files, 'read' | 'list' | 'realPath'> {
  const bytes = new Map(
    Object.entries(texts).map(([path, text]) => [
      `${ROOT}/${path}`,
      typeof text === 'string' ? bytesOf(text) : text,
    ]),
  );
  const below = (folder: string): readonly string[] =>
    [...bytes.keys()].filter((path) => path.startsWith(folder === '/' ? folder : `${folder}/`));
  return {
    read: (path) => Promise.resolve(bytes.get(path) ?? null),
    realPath: (path) => Promise.resolve(bytes.has(path) || below(path).length > 0 ? path : null),
    list: (folder) => {
      const heads = below(folder).map((path) =>
        path.slice(folder === '/' ? 1 : folder.length + 1).split('/'),
      );
      const entries = heads.map((parts): [string, DirectoryEntry] => [
        parts[0]!,
        { name: parts[0]!, kind: parts.length > 1 ? 'directory' : 'file' },
      ]);
      return Promise.resolve(entries.length === 0 ? null : [...new Map(entries).values()]);
    },
  };
}

export const TARGET_311: Target = {
  runtime: { implementation: 'cpython', version: '3.11' },
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  readFrom: ['assumed'],
};

export function nameOf(text: string): PackageName {
  const name = pypiRules.name(text);
  if (typeof name !== 'string') throw new Error(name.message);
  return name;
}

export function versionOf(text: string): Version {
  const version = pypiRules.parseVersion(text);
  if ('kind' in version) throw new Error(version.message);
  return version;
}

/** The line of a project that names a package; in the file that is named, where several do. */
export function lineOf(project: Project, name: string, file: string | null = null): Requirement {
  const all = project.services
    .flatMap((service) => service.manifests)
    .flatMap((manifest) => manifest.requirements);
  const found = all.find(
    (one) => one.dependency.name === nameOf(name) && (file === null || one.span.file === file),
  );
  if (!found) throw new Error(`no line of ${name}`);
  return found;
}

/** The change of a line to a version, in the line's own style; `null`: the line goes. */
export function changeTo(line: Requirement, version: string | null): Change {
  const { specifier } = line.dependency;
  const to = version === null ? null : versionOf(version);
  return {
    ...BECAUSE,
    requirement: line,
    name: line.dependency.name,
    from: { specifier: specifier.text, version: null },
    to: to && { specifier: pypiRules.rewriteSpecifier(specifier, [to]).text, version: to },
  };
}

/** The change that adds a line. */
export function addition(name: string, specifier: string, version: string): Change {
  return {
    ...BECAUSE,
    requirement: null,
    name: nameOf(name),
    from: null,
    to: { specifier, version: versionOf(version) },
  };
}

const BECAUSE = { size: 'minor', repairs: [], because: 'it must move', whyNotLower: null } as const;

/** A set given as "name version <- parent parent". */
export function lockOf(target: Target, ...packages: readonly string[]): LockedSet {
  return {
    target,
    packages: packages.map((text) => {
      const [what, parents = ''] = text.split(' <- ');
      const [name, version] = what!.split(' ');
      const requiredBy = parents.split(' ').filter(Boolean).map(nameOf);
      return { name: nameOf(name!), version: versionOf(version!), extras: [], requiredBy };
    }),
  };
}
