import type { IndexOptions } from '../../../domain/project.ts';
import { NO_INDEX_OPTIONS } from '../manifest-reader.ts';
import type { LocatedTable, LocatedValue } from './located-toml.ts';
import { stringAt, valueAt } from './toml-lookup.ts';

interface PoetryIndex {
  /** Null: the public index, which Poetry knows by name. */
  readonly url: string | null;
  readonly priority: string;
}

/**
 * The indexes of `[[tool.poetry.source]]` (Poetry, "Repositories"): the default or first primary one takes the place of the
 * public index, then come the other primary and the supplemental ones. An explicit one is not asked but for packages that name it.
 */
export function poetryIndexes(document: LocatedTable): IndexOptions {
  const value = valueAt(document, 'tool', 'poetry', 'source');
  const all = (value?.kind === 'array' ? value.items : []).flatMap(indexOf);
  const having = (...priorities: readonly string[]): readonly PoetryIndex[] =>
    all.filter(({ priority }) => priorities.includes(priority));
  const primary = [...having('default'), ...having('primary')];
  const withPublic = primary.some(({ url }) => url === null);
  const urls = primary.flatMap(({ url }) => url ?? []);
  const more = having('secondary', 'supplemental').flatMap(({ url }) => url ?? []);
  return {
    ...NO_INDEX_OPTIONS,
    indexUrl: withPublic ? null : (urls[0] ?? null),
    extraIndexUrls: [...(withPublic ? urls : urls.slice(1)), ...more],
  };
}

/** Before Poetry 1.5 `default` and `secondary` were switches. */
function indexOf(source: LocatedValue): readonly PoetryIndex[] {
  const isOn = (key: string): boolean => {
    const value = valueAt(source, key);
    return value?.kind === 'other' && value.value === true;
  };
  const url = stringAt(source, 'url')?.value ?? null;
  if (url === null && stringAt(source, 'name')?.value.toLowerCase() !== 'pypi') return [];
  const switched = isOn('default') ? 'default' : isOn('secondary') ? 'secondary' : 'primary';
  return [{ url, priority: stringAt(source, 'priority')?.value.toLowerCase() ?? switched }];
}
