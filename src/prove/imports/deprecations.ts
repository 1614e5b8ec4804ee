import type { PackageName } from '../../domain/package-name.ts';
import type { Environment } from '../environment/environment.ts';
import type { Deprecation, ImportOutcome } from './import-check.ts';
import { moduleProviders } from './module-providers.ts';

/** A warning of deprecation as the report tells it: of whose code it speaks, and in which imports it was seen. */
export interface SeenDeprecation {
  /** Whose file uses what goes away; null: a file of no distribution (the standard library, generated code). */
  readonly distribution: { readonly name: PackageName; readonly version: string } | null;
  readonly category: string;
  readonly message: string;
  /** The first place: below site-packages where it stands there, else as Python told it. */
  readonly file: string;
  readonly line: number;
  /** How many places of the distribution give it. */
  readonly places: number;
  /** Modules whose import gave it. */
  readonly modules: readonly string[];
}

interface Group {
  readonly first: Deprecation;
  readonly places: Set<string>;
  readonly modules: Set<string>;
}

/** Deprecations of all imports, those of one distribution with the same words as one; what most imports give comes first. */
export function seenDeprecations(
  outcomes: readonly ImportOutcome[],
  environment: Environment,
): readonly SeenDeprecation[] {
  const providers = moduleProviders(environment);
  const groups = new Map<string, Group>();
  for (const { asked, deprecations } of outcomes) {
    for (const one of deprecations) {
      const owner = providers.ofFile(one.file)?.name ?? one.file;
      const key = JSON.stringify([owner, one.category, one.message]);
      const group: Group = groups.get(key) ?? { first: one, places: new Set(), modules: new Set() };
      groups.set(key, group);
      group.places.add(`${one.file}:${one.line}`);
      group.modules.add(asked.module);
    }
  }
  const told = [...groups.values()].map((group) => toldOf(group, environment));
  return told.sort((a, b) => b.modules.length - a.modules.length);
}

function toldOf({ first, places, modules }: Group, environment: Environment): SeenDeprecation {
  const owner = moduleProviders(environment).ofFile(first.file);
  const below = `${environment.sitePackages}/`;
  return {
    distribution: owner === null ? null : { name: owner.name, version: owner.version },
    category: first.category,
    message: first.message,
    file: first.file.startsWith(below) ? first.file.slice(below.length) : first.file,
    line: first.line,
    places: places.size,
    modules: [...modules],
  };
}
