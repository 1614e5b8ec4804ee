import { absoluteName, findModule } from './module-files.ts';
import type { PythonSources } from './python-sources.ts';
import type { Surface } from './surface.ts';

/** Whether a version gives a name: as it was read, or why that cannot be told. */
export type Given =
  /** `foreign`: it is taken from another distribution, whose word it is in the end. */
  | { readonly answer: 'gives'; readonly foreign: boolean }
  | { readonly answer: 'lacks' }
  /** `hook`: the module's own `__getattr__` may make it (PEP 562). */
  | { readonly answer: 'unknown'; readonly hook: boolean; readonly why: string };

/** How the name is asked for: an import also finds a submodule, an attribute only what is bound. */
export type AskedBy = 'import' | 'attribute';

const MAX_DEPTH = 8;
const FOREIGN: Given = { answer: 'gives', foreign: true };
/** What every module has (the language reference, "Import-related module attributes"). */
const ALWAYS = new Set([
  ...['__name__', '__doc__', '__file__', '__path__', '__package__', '__loader__', '__spec__', '__dict__'],
  ...['__builtins__', '__cached__', '__class__', '__annotations__'],
]);

/** Whether a module is in a version. */
export async function givesModule(sources: PythonSources, module: string): Promise<Given> {
  if (findModule(sources.files, module) !== null) return { answer: 'gives', foreign: false };
  const parts = module.split('.');
  for (let depth = 1; depth < parts.length; depth++) {
    const above = findModule(sources.files, parts.slice(0, depth).join('.'));
    if (above?.kind === 'extension') return unknown(`${parts.slice(0, depth).join('.')} is compiled code`);
    if (above?.kind !== 'source') continue;
    const surface = await sources.surface(above.path);
    if (surface === null) return unknown(`${above.path} cannot be read`);
    if (surface.registers) return unknown(`${above.path} makes modules as it runs`);
  }
  return { answer: 'lacks' };
}

/** Whether a module of a version gives a name. */
export function givesName(sources: PythonSources, module: string, name: string, by: AskedBy): Promise<Given> {
  return inModule(sources, module, name, by, []);
}

async function inModule(
  sources: PythonSources,
  module: string,
  name: string,
  by: AskedBy,
  seen: readonly string[],
): Promise<Given> {
  if (ALWAYS.has(name)) return unknown('it is a name that Python itself makes');
  if (seen.length >= MAX_DEPTH || seen.includes(`${module} ${name}`))
    return unknown('its re-exports go round or too deep');
  const found = findModule(sources.files, module);
  const submodule = findModule(sources.files, `${module}.${name}`) !== null;
  if (submodule && by === 'import') return { answer: 'gives', foreign: false };
  if (found === null) return seen.length === 0 ? givesModule(sources, module) : { answer: 'lacks' };
  if (found.kind === 'extension') return unknown(`${module} is compiled code`);
  if (found.kind === 'namespace') return { answer: 'lacks' };
  const surface = await sources.surface(found.path);
  if (surface === null) return unknown(`${found.path} cannot be read`);
  const next = (level: number, from: string, wanted: string): Promise<Given> | null => {
    const target = absoluteName(found.path, level, from);
    return target === null || !isInside(sources, target)
      ? null
      : inModule(sources, target, wanted, 'import', [...seen, `${module} ${name}`]);
  };
  const bound = await byStatements(surface, name, next);
  if (bound !== null) return bound;
  if (submodule) return importsSubmodule(surface, found.path, `${module}.${name}`);
  const starred = await byStars(surface, sources, found.path, name, next);
  if (starred !== null) return starred;
  if (surface.names.has('__getattr__') && surface.answered?.includes(name) !== false)
    return { answer: 'unknown', hook: true, why: `${module} has a __getattr__ of its own` };
  if (surface.dynamic) return unknown(`${found.path} makes names as it runs`);
  return { answer: 'lacks' };
}

type Next = (level: number, from: string, wanted: string) => Promise<Given> | null;

/** Null: no statement binds it, or only such as take it from where it is not. */
async function byStatements(surface: Surface, name: string, next: Next): Promise<Given | null> {
  let answer: Given | null = null;
  for (const [kind, ...from] of surface.names.get(name) ?? []) {
    if (kind === 'own') return { answer: 'gives', foreign: false };
    if (kind === 'perhaps') {
      answer ??= unknown('it may be taken away again, or made later');
      continue;
    }
    const [level, module, wanted] = from as [number, string, string];
    const given = await (next(level, module, wanted) ?? FOREIGN);
    if (given.answer === 'gives') return given;
    if (given.answer === 'unknown') answer ??= given;
  }
  return answer;
}

/** A submodule is an attribute of its package once anybody imports it; its package's own imports are what can be read. */
function importsSubmodule(surface: Surface, path: string, submodule: string): Given {
  const imported = surface.imports.some(({ level, module, name, scope, guard }) => {
    const target = absoluteName(path, level, module);
    if (scope !== '<module>' || guard === 'caught' || target === null) return false;
    return [target, ...(name === null ? [] : [`${target}.${name}`])].some(
      (one) => one === submodule || one.startsWith(`${submodule}.`),
    );
  });
  return imported
    ? { answer: 'gives', foreign: false }
    : unknown(`${submodule} is there, and whether it is imported depends on others`);
}

async function byStars(
  surface: Surface,
  sources: PythonSources,
  path: string,
  name: string,
  next: Next,
): Promise<Given | null> {
  let answer: Given | null = null;
  for (const [level, module] of surface.stars) {
    const target = absoluteName(path, level, module);
    const given = await (next(level, module, name) ?? unknown('all names of another distribution are in it'));
    if (given.answer === 'lacks') continue;
    const listed = target === null ? false : await exported(sources, target, name);
    if (listed === false) continue;
    if (given.answer === 'gives' && listed === true) return given;
    answer ??= given.answer === 'unknown' ? given : unknown(`which names ${module} exports is not read off`);
  }
  return answer;
}

/** Whether a star takes a name with it (the language reference, "The import statement"). Null: not told. */
async function exported(sources: PythonSources, module: string, name: string): Promise<boolean | null> {
  const found = findModule(sources.files, module);
  const surface = found?.kind === 'source' ? await sources.surface(found.path) : null;
  if (surface === null || surface.all === false) return null;
  return surface.all === null ? !name.startsWith('_') : surface.all.includes(name);
}

/** Whether a module is this distribution's own, or would be: all below its own packages is. */
function isInside(sources: PythonSources, module: string): boolean {
  const [found, top] = [module, module.split('.')[0]!].map((one) => findModule(sources.files, one));
  return (found !== null && found?.kind !== 'namespace') || top?.kind === 'source';
}

function unknown(why: string): Given {
  return { answer: 'unknown', hook: false, why };
}
