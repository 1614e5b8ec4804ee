import type { Wanted } from './blame.ts';
import { absoluteName } from './module-files.ts';
import type { AttributeUse, ImportStatement, Surface } from './surface.ts';

/** Statements and expressions of a file that ask for something, and that fail where it is not there. */
export function askingPlaces(
  surface: Surface,
  path: string,
  wanted: Wanted,
): readonly (ImportStatement | AttributeUse)[] {
  if (wanted.by === 'attribute')
    return surface.attributes.filter(({ chain }) =>
      meanings(surface, path, chain).includes(`${wanted.module}.${wanted.symbol}`),
    );
  return surface.imports.filter(({ level, module, name }) => {
    const target = absoluteName(path, level, module);
    if (target === null) return false;
    if (wanted.symbol !== null) return target === wanted.module && name === wanted.symbol;
    return target === wanted.module || target.startsWith(`${wanted.module}.`);
  });
}

/** Whether a version's file asks for it in such a scope in the way that is not handled where it fails. */
export function asksFor(surface: Surface, path: string, wanted: Wanted, scope: string): boolean {
  return askingPlaces(surface, path, wanted).some(
    (place) => place.scope === scope && place.guard !== 'caught',
  );
}

/** What a dotted chain can mean by what imports bind its first name to: absolute dotted names. */
function meanings(surface: Surface, path: string, chain: string): readonly string[] {
  const dot = chain.indexOf('.');
  const [first, rest] = [chain.slice(0, dot), chain.slice(dot)];
  return (surface.aliases.get(first) ?? []).flatMap(([level, module, name]) => {
    const target = absoluteName(path, level, module);
    if (target === null) return [];
    return [`${name === null ? target : `${target}.${name}`}${rest}`];
  });
}
