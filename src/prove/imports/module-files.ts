import { isIdentifier } from './module-name.ts';

/** What a path of a RECORD is to Python: a module or package `__init__`, by its dotted name. */
export interface ModuleFile {
  readonly module: string;
  readonly kind: 'package' | 'module';
  /** An extension that is built for another interpreter than the one that is asked about. */
  readonly foreign: boolean;
}

/** `.cpython-311-x86_64-linux-gnu.so`, `.abi3.so`, `.so`, `.cp311-win_amd64.pyd`, `.pypy39-pp73-x86_64-linux-gnu.so` (PEP 3149). */
const EXTENSION = /^([^.]+)((?:\.[^.]+)?)\.(?:so|pyd)$/;
const SOURCE = /^([^.]+)\.py$/;

/** The module that a file is; null: it is none that can be imported by its name. `runtimeVersion`: of the interpreter, "3.11.7". */
export function moduleFile(path: string, runtimeVersion: string): ModuleFile | null {
  const segments = path.split('/');
  const file = segments.pop()!;
  const extension = EXTENSION.exec(file);
  const stem = (extension ?? SOURCE.exec(file))?.[1];
  // A library that programs link against (nvidia/cu13/lib/libcheckpoint.so), not an extension: those have a tag, or a name without `lib`.
  if (extension?.[2] === '' && /^lib/.test(extension[1]!)) return null;
  if (stem === undefined || !segments.every(isIdentifier) || !isIdentifier(stem)) return null;
  const foreign = extension !== null && !builtFor(extension[2]!, runtimeVersion);
  if (stem !== '__init__') return { module: [...segments, stem].join('.'), kind: 'module', foreign };
  return segments.length === 0 ? null : { module: segments.join('.'), kind: 'package', foreign };
}

function builtFor(tag: string, runtimeVersion: string): boolean {
  const version = /^\.(?:cpython-|cp)(\d+)/.exec(tag)?.[1];
  if (version === undefined) return !tag.startsWith('.pypy');
  const [major, minor] = runtimeVersion.split('.');
  return version === `${major}${minor}`;
}
