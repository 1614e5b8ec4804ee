import type { Environment } from '../environment/environment.ts';
import type { ImportedModule } from './import-check.ts';
import { isDottedName, isIdentifier } from './module-name.ts';
import { moduleProviders } from './module-providers.ts';
import type { SourceImport, SourceImports } from './read-sources.ts';

/**
 * The modules that a service's sources need of others, each at the first place that asks for it with these names. Left out are relative
 * imports and the service's own modules, what a `try` or TYPE_CHECKING guards, what only tests and build scripts import, and, where it is
 * not installed, what a condition guards whose answer is not known. Imports within functions count: the service starts without them, and
 * fails later.
 */
export function importsOfSources(read: SourceImports, environment: Environment): readonly ImportedModule[] {
  const installed = moduleProviders(environment);
  const own = ownModules(read.files);
  const asked = new Map<string, ImportedModule>();
  for (const one of read.imports) {
    if (one.level > 0 || one.role !== 'service' || !isDottedName(one.module)) continue;
    if (one.guard === 'try' || one.guard === 'type-checking') continue;
    const top = one.module.split('.')[0]!;
    if (own.reaches(one.file, top) || (!installed.hasTop(top) && own.anywhere(top))) continue;
    if (one.guard === 'condition' && !installed.hasTop(top)) continue;
    const names = [...new Set(one.names.filter(isIdentifier))].sort();
    const key = JSON.stringify([one.module, names]);
    const before = asked.get(key);
    if (before === undefined || (isLazy(before) && !one.lazy)) asked.set(key, askOf(one, names));
  }
  return [...asked.values()];
}

function askOf({ module, file, line, lazy }: SourceImport, names: readonly string[]): ImportedModule {
  return { module, from: { kind: 'sources', file, line, names, ...(lazy && { lazy }) } };
}

function isLazy({ from }: ImportedModule): boolean {
  return from.kind === 'sources' && from.lazy === true;
}

interface OwnModules {
  /** Whether an import in the file finds the name among the service's own files: beside it or above it, or in a `src` or `lib` there. */
  reaches(file: string, top: string): boolean;
  /** Whether any folder or file of the service has the name. */
  anywhere(top: string): boolean;
}

/**
 * Which folder is on the path is told by how a service is started, which nothing in its sources tells. A folder with an `__init__.py` is
 * taken not to be: in a package an absolute import does not look beside the file.
 */
function ownModules(files: readonly string[]): OwnModules {
  const places = new Set<string>();
  const packages = new Set<string>();
  for (const file of files) {
    const parts = file.split('/');
    const name = parts.pop()!;
    if (name === '__init__.py') packages.add(parts.join('/'));
    places.add([...parts, name.slice(0, -'.py'.length)].join('/'));
    for (let n = 1; n <= parts.length; n++) places.add(parts.slice(0, n).join('/'));
  }
  const names = new Set([...places].map((place) => place.slice(place.lastIndexOf('/') + 1)));
  const at = (folder: readonly string[], top: string): boolean => places.has([...folder, top].join('/'));
  return {
    anywhere: (top) => names.has(top),
    reaches: (file, top) => {
      const folder = file.split('/').slice(0, -1);
      for (;;) {
        const root = !packages.has(folder.join('/'));
        if (root && [[], ['src'], ['lib']].some((below) => at([...folder, ...below], top))) return true;
        if (folder.pop() === undefined) return false;
      }
    },
  };
}
