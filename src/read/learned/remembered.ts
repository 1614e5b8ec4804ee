import type { LearnedBreak } from '../../domain/learned-break.ts';
import { UserFacingError } from '../../domain/errors.ts';
import type { Cache } from '../../io/cache.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { learnedText } from './learned-text.ts';
import { mergeLearned } from './merge-learned.ts';
import { readLearned } from './read-learned.ts';

/**
 * What was learned of packages, kept for the next run of whoever asks the same index: a name is another package on another one. What
 * a service's own sources import is its own affair and is not kept.
 */
export function rememberLearned(
  cache: Cache,
  origins: readonly string[],
  breaks: readonly LearnedBreak[],
  names: Pick<Ecosystem, 'name'>,
): void {
  const ofPackages = breaks.filter(({ importer }) => importer !== null);
  if (ofPackages.length === 0) return;
  for (const key of keysOf(origins)) {
    const all = mergeLearned(recalled(cache, key, names), ofPackages);
    cache.put('learned', key, new TextEncoder().encode(learnedText(all)));
  }
}

export function recallLearned(
  cache: Cache,
  origins: readonly string[],
  names: Pick<Ecosystem, 'name'>,
): readonly LearnedBreak[] {
  return mergeLearned(...keysOf(origins).map((key) => recalled(cache, key, names)));
}

/** The addresses' origins: no path, no credentials. */
function keysOf(addresses: readonly string[]): readonly string[] {
  const origins = addresses.map((url) => (URL.canParse(url) ? new URL(url).origin : url));
  return [...new Set(origins)].sort();
}

/** What another version of fettle wrote is learned anew. */
function recalled(cache: Cache, key: string, names: Pick<Ecosystem, 'name'>): readonly LearnedBreak[] {
  const bytes = cache.get('learned', key);
  if (bytes === null) return [];
  try {
    return readLearned(bytes, 'the cache', names);
  } catch (error) {
    if (error instanceof UserFacingError) return [];
    throw error;
  }
}
