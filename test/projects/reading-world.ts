import { posix } from 'node:path';
import type { DirectoryEntry, Files } from '../../src/io/files.ts';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import { noProcesses } from '../../src/io/no-processes.ts';
import { noWorkers } from '../../src/io/workers.ts';
import type { World } from '../../src/io/world.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import type { ReadOptions } from '../../src/read/manifests/read-options.ts';
import { readProject } from '../../src/read/manifests/read-project.ts';
import type { Project, Service } from '../../src/domain/project.ts';
import type { Requirement } from '../../src/domain/requirement.ts';
import { targetText } from '../../src/domain/target.ts';

/** Paths relative to the root and what stands there. `{ link }` is a symbolic link to an absolute path. */
export type Tree = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

export const NO_OPTIONS: ReadOptions = { paths: [], targets: { python: [], platform: [] }, service: null };

const refuse = (what: string) => (): never => {
  throw new Error(`reading a project must not ${what}`);
};

/** A world that can read files and nothing else: anything more than reading fails the test. */
export function readingWorld(files: Files, environment: World['environment'] = {}): World {
  return {
    http: { request: refuse('ask the network'), close: () => Promise.resolve() },
    processes: { ...noProcesses, run: refuse('start a process') },
    files,
    cache: memoryCache(),
    clock: fixedClock('2026-11-23T00:00:00Z'),
    workers: noWorkers,
    environment,
  };
}

/** PATH_MAX of Linux: nothing stands at a longer one. */
const LONGEST_PATH = 4096;

/** A file system in memory with one tree at /repo. */
export function filesOf(tree: Tree): Files {
  const entries = new Map(Object.entries(tree).map(([path, what]) => [posix.join('/repo', path), what]));
  const isFolder = (path: string): boolean =>
    [...entries.keys()].some((key) => key.startsWith(path === '/' ? '/' : `${path}/`));
  const real = (path: string, hops = 0): string | null => {
    if (path.length > LONGEST_PATH) return null;
    let at = '/';
    for (const [n, part] of path.split('/').filter(Boolean).entries()) {
      const next = posix.join(at, part);
      const what = entries.get(next);
      if (what !== undefined && typeof what === 'object' && 'link' in what) {
        const rest = path
          .split('/')
          .filter(Boolean)
          .slice(n + 1);
        return hops > 20 ? null : real(posix.join(what.link, ...rest), hops + 1);
      }
      at = next;
    }
    return entries.has(at) || isFolder(at) ? at : null;
  };
  return {
    read: (path) => {
      const what = entries.get(real(path) ?? '');
      if (what === undefined || (typeof what === 'object' && 'link' in what)) return Promise.resolve(null);
      return Promise.resolve(typeof what === 'string' ? new TextEncoder().encode(what) : what);
    },
    list: (path) => {
      const folder = real(path);
      if (folder === null || !isFolder(folder)) return Promise.resolve(null);
      const found = new Map<string, DirectoryEntry>();
      for (const [key, what] of entries) {
        const relative = posix.relative(folder, key);
        if (relative === '' || relative.startsWith('..')) continue;
        const [name = '', ...rest] = relative.split('/');
        const isLink = typeof what === 'object' && 'link' in what;
        found.set(name, { name, kind: rest.length > 0 ? 'directory' : isLink ? 'link' : 'file' });
      }
      return Promise.resolve([...found.values()]);
    },
    realPath: (path) => Promise.resolve(real(path)),
    writeAtomic: refuse('write'),
    remove: refuse('remove'),
    makeDirectory: refuse('make a folder'),
    lock: refuse('lock'),
  };
}

/** Reads a tree that is given in the test itself. */
export function readTree(
  tree: Tree,
  options: Partial<ReadOptions> = {},
  environment: World['environment'] = {},
  root = '/repo',
): Promise<Project> {
  return readProject(root, readingWorld(filesOf(tree), environment), pypiRules, {
    ...NO_OPTIONS,
    ...options,
  });
}

/** All requirements of a service, over its manifests. */
export function requirementsOf(service: Service): readonly Requirement[] {
  return service.manifests.flatMap((manifest) => manifest.requirements);
}

/** A project in the words of a reviewer: what `want.json` files hold. */
export function summary(project: Project): object {
  return {
    services: project.services.map((service) => ({
      name: service.name,
      targets: service.targets.map((target) => `${targetText(target)} <- ${target.readFrom.join('; ')}`),
      requirements: requirementsOf(service).map((requirement) =>
        [
          `${requirement.id}: ${requirement.dependency.text}`,
          requirement.group === 'development' ? '(development)' : '',
          requirement.role === 'constraint' ? '(constraint)' : '',
          requirement.notEditable === null ? '' : `(not editable: ${requirement.notEditable})`,
        ]
          .filter(Boolean)
          .join(' '),
      ),
      unreadable: service.manifests.flatMap((manifest) =>
        manifest.unreadable.map(
          ({ at, message }) => `${at.span.file}:${at.span.line}:${at.span.column}: ${message}`,
        ),
      ),
    })),
    notSupported: project.notSupported.map(({ path, what }) => `${path}: ${what}`),
  };
}
