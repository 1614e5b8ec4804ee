/** What a module is in a list of files: a source, compiled code, or a folder with nothing of its own (PEP 420). */
export type ModuleFile =
  | { readonly kind: 'source'; readonly path: string }
  | { readonly kind: 'extension'; readonly path: string }
  | { readonly kind: 'namespace' };

/** Paths below site-packages, asked by module. */
export interface ModuleFiles {
  readonly paths: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  /** Extension modules by dotted name. */
  readonly extensions: ReadonlyMap<string, string>;
}

/** `m.cpython-311-x86_64-linux-gnu.so`, `m.abi3.so`, `m.cp311-win_amd64.pyd`, `m.so` (importlib.machinery.EXTENSION_SUFFIXES). */
const EXTENSION = /^([^.]+)(\.[A-Za-z0-9_-]+)?\.(so|pyd)$/;
/** `name-1.0.data/purelib/` is laid into site-packages (PEP 427, "The .data directory"). */
const DATA = /^[^/]+\.data\/(purelib|platlib)\//;

/** Where a wheel's member is laid, below site-packages. */
export function laidPath(member: string): string {
  return member.replace(DATA, '');
}

/** Of RECORD or of a wheel's directory. */
export function moduleFiles(names: Iterable<string>): ModuleFiles {
  const [paths, folders, extensions] = [new Set<string>(), new Set<string>(), new Map<string, string>()];
  for (const name of names) {
    const path = laidPath(name);
    const parts = path.split('/');
    const last = parts.pop()!;
    const extension = EXTENSION.exec(last)?.[1];
    if (extension !== undefined) extensions.set([...parts, extension].join('.'), path);
    else if (!last.endsWith('.py')) continue;
    paths.add(path);
    for (let depth = 1; depth <= parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  return { paths, folders, extensions };
}

/** A package, a source, compiled code, and a folder last, as Python's own finder has it. Null: it is not there. */
export function findModule(files: ModuleFiles, module: string): ModuleFile | null {
  const path = module.replaceAll('.', '/');
  const extension = files.extensions.get(`${module}.__init__`) ?? files.extensions.get(module);
  if (files.paths.has(`${path}/__init__.py`)) return { kind: 'source', path: `${path}/__init__.py` };
  // Where both are there the one was compiled from the other.
  if (files.paths.has(`${path}.py`)) return { kind: 'source', path: `${path}.py` };
  if (extension !== undefined) return { kind: 'extension', path: extension };
  return files.folders.has(path) ? { kind: 'namespace' } : null;
}

/** The dotted name of a source file, and the package that relative imports in it count from. */
export function moduleOf(path: string): { readonly module: string; readonly inPackage: string } {
  const parts = path.replace(/\.py$/, '').split('/');
  const isPackage = parts.at(-1) === '__init__';
  if (isPackage) parts.pop();
  const module = parts.join('.');
  return { module, inPackage: isPackage ? module : parts.slice(0, -1).join('.') };
}

/** The absolute name of what a file imports; null where it climbs out of its top package. */
export function absoluteName(path: string, level: number, module: string): string | null {
  if (level === 0) return module;
  const parts = moduleOf(path).inPackage.split('.');
  if (level > parts.length || parts[0] === '') return null;
  const base = parts.slice(0, parts.length - level + 1).join('.');
  return module === '' ? base : `${base}.${module}`;
}
