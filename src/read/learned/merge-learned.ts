import type { LearnedBreak, LearnedVersions } from '../../domain/learned-break.ts';

/**
 * One break for each id, in the order of ids: of those that share one, the versions of all. What was read of a version in one of them
 * was only taken to be so in another: it was read. The first tells what was seen.
 */
export function mergeLearned(...lists: readonly (readonly LearnedBreak[])[]): readonly LearnedBreak[] {
  const merged = new Map<string, LearnedBreak>();
  for (const one of lists.flat()) {
    const key = keyOf(one);
    const known = merged.get(key);
    merged.set(key, known === undefined ? one : both(known, one));
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, one]) => one);
}

/** An id that two files use for different things names two breaks. */
function keyOf({ id, importer, provider, kind, service }: LearnedBreak): string {
  return JSON.stringify([id, importer?.name ?? null, provider.name, kind, service ?? null]);
}

function both(a: LearnedBreak, b: LearnedBreak): LearnedBreak {
  const { importer } = a;
  return {
    ...a,
    importer:
      importer === null ? null : { ...importer, versions: union(importer.versions, b.importer!.versions) },
    provider: { ...a.provider, versions: union(a.provider.versions, b.provider.versions) },
  };
}

/** Ascending where one of them holds all; what only the other has comes behind, in its own order. */
function union(a: LearnedVersions, b: LearnedVersions): LearnedVersions {
  const read = [...new Set([...a.read, ...b.read])];
  const isRead = new Set(read);
  return { read, between: [...new Set([...a.between, ...b.between])].filter((text) => !isRead.has(text)) };
}
