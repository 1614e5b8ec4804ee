import { join } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { Files } from '../../io/files.ts';
import type { InstalledDistribution } from '../environment/environment.ts';
import type { ModuleFile } from './module-files.ts';
import { moduleFile } from './module-files.ts';
import { isIdentifier } from './module-name.ts';

/** Why a name that a distribution brings is not imported for itself. */
export type SkipReason =
  | 'private'
  | 'tests or examples'
  | 'type stubs'
  | 'data only'
  | 'built for another interpreter'
  | 'not in RECORD'
  | 'one of many in a namespace';

export interface ImportNames {
  /** Dotted names, in the order of RECORD. */
  readonly modules: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly why: SkipReason }[];
}

/** Beside the modules that a distribution is for; a distribution that has nothing else is imported by them. */
const BESIDE = new Set([
  'test',
  'tests',
  'testing',
  'doc',
  'docs',
  'example',
  'examples',
  'benchmark',
  'benchmarks',
  'conftest',
  'setup',
]);
/** Packages of one namespace that are imported for one distribution. */
const MOST_OF_A_NAMESPACE = 8;
const MOST_BYTES = 64 * 1024;

/**
 * The names that a distribution is imported by. RECORD decides (PEP 376); `top_level.txt` speaks where RECORD has no module (an editable
 * install brings a `.pth` alone) and `namespace_packages.txt` (setuptools) tells packages that are namespaces although they have an
 * `__init__`. In a namespace (PEP 420) the first packages below it are taken.
 */
export async function importNames(
  distribution: InstalledDistribution,
  runtimeVersion: string,
  files: Files,
): Promise<ImportNames> {
  const told = await linesOf(files, join(distribution.info, 'top_level.txt'));
  const namespaces = new Set(await linesOf(files, join(distribution.info, 'namespace_packages.txt')));
  const tops = topsOf(distribution.files, runtimeVersion);
  const judged = [...tops].map(([name, top]) => ({ name, ...judgeTop(name, top, namespaces) }));
  const missing = told.filter((name) => !tops.has(name) && isIdentifier(name));
  const chosen = chosenOf(judged);
  if (chosen.length === 0 && !judged.some(({ modules }) => modules.length > 0)) {
    return {
      modules: distribution.files.some(isPathFile) || distribution.files.length === 0 ? missing : [],
      skipped: skippedOf(judged, []),
    };
  }
  const unproven = missing.map((name) => ({ name, why: 'not in RECORD' as const }));
  return {
    modules: chosen.flatMap(({ modules }) => modules),
    skipped: [...skippedOf(judged, chosen), ...unproven],
  };
}

interface Top {
  readonly modules: ModuleFile[];
  stubs: boolean;
}

interface Judged {
  readonly name: string;
  readonly modules: readonly string[];
  readonly left: ImportNames['skipped'];
  readonly why: SkipReason | null;
}

function topsOf(paths: readonly string[], runtimeVersion: string): ReadonlyMap<string, Top> {
  const tops = new Map<string, Top>();
  for (const path of paths) {
    const name = /^([^/.]+)(?:[/.]|$)/.exec(path)?.[1];
    // `.dist-info`, `.data`, `.pth` and the like are no names; a stubs package (PEP 561) is told as one.
    if (name === undefined || name === '__pycache__' || isMetadata(path)) continue;
    const file = moduleFile(path, runtimeVersion);
    if (file === null && !path.includes('/')) continue;
    let top = tops.get(name);
    if (top === undefined) tops.set(name, (top = { modules: [], stubs: false }));
    if (file !== null) top.modules.push(file);
    if (path.endsWith('.pyi')) top.stubs = true;
  }
  return tops;
}

function isMetadata(path: string): boolean {
  return /^[^/]*\.(?:dist-info|egg-info|data|libs)\//.test(path);
}

function isPathFile(path: string): boolean {
  return /^[^/]+\.pth$/.test(path);
}

function judgeTop(name: string, top: Top, namespaces: ReadonlySet<string>): Omit<Judged, 'name'> {
  const none = { modules: [], left: [] };
  if (name.endsWith('-stubs')) return { ...none, why: 'type stubs' };
  if (top.modules.length === 0) return { ...none, why: top.stubs ? 'type stubs' : 'data only' };
  const fit = top.modules.filter(({ foreign }) => !foreign);
  if (fit.length === 0) return { ...none, why: 'built for another interpreter' };
  const { modules, left } = importable(name, fit, namespaces);
  if (BESIDE.has(name)) return { modules, left, why: 'tests or examples' };
  return { modules, left, why: name.startsWith('_') ? 'private' : null };
}

/** The module itself, or what is first importable below a namespace: packages, else single modules. */
function importable(
  name: string,
  files: readonly ModuleFile[],
  namespaces: ReadonlySet<string>,
): Pick<Judged, 'modules' | 'left'> {
  const regular = files.some(({ module }) => module === name) && !namespaces.has(name);
  if (regular) return { modules: [name], left: [] };
  const packages = new Set<string>();
  const single = new Set<string>();
  const known = new Set(files.filter(({ kind }) => kind === 'package').map(({ module }) => module));
  for (const { module, kind } of files) {
    const first = parents(module).find((one) => known.has(one) && !namespaces.has(one));
    if (first !== undefined) packages.add(first);
    else if (kind === 'module') single.add(module);
  }
  const found = [...(packages.size > 0 ? packages : single)].filter(isPublic);
  const most = packages.size > 0 ? MOST_OF_A_NAMESPACE : 1;
  return {
    modules: found.slice(0, most),
    left: found.slice(most).map((one) => ({ name: one, why: 'one of many in a namespace' as const })),
  };
}

/** The module's own name and those of its parents, the outermost first. */
function parents(module: string): readonly string[] {
  const parts = module.split('.');
  return parts.map((_, n) => parts.slice(0, n + 1).join('.'));
}

function isPublic(module: string): boolean {
  return !module.split('.').some((part) => part.startsWith('_') || BESIDE.has(part));
}

/** What is public; of a distribution that has nothing public what is private (`_argon2_cffi_bindings`), else what it has. */
function chosenOf(judged: readonly Judged[]): readonly Judged[] {
  const open = judged.filter(({ why }) => why === null);
  if (open.some(({ modules }) => modules.length > 0)) return open;
  const rest = judged.filter(({ name, modules }) => !name.startsWith('__') && modules.length > 0);
  const hidden = rest.filter(({ why }) => why === 'private');
  return hidden.length > 0 ? hidden : rest;
}

function skippedOf(judged: readonly Judged[], chosen: readonly Judged[]): ImportNames['skipped'] {
  return judged.flatMap((one) => [
    ...(chosen.includes(one) || one.why === null ? [] : [{ name: one.name, why: one.why }]),
    ...(chosen.includes(one) ? one.left : []),
  ]);
}

async function linesOf(files: Files, path: string): Promise<readonly string[]> {
  const bytes = await files.read(path, MOST_BYTES).catch((error: unknown) => {
    // One that is no file, or larger than any real one, says nothing: RECORD decides.
    if (error instanceof UserFacingError && error.code === 'invalid-file') return null;
    throw error;
  });
  return Buffer.from(bytes ?? [])
    .toString()
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
