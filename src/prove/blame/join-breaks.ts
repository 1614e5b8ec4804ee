import type { LearnedBreak, LearnedVersions } from '../../domain/learned-break.ts';

/**
 * What several rounds learned, as few breaks as say the same. Two of one id become one only where one of their sides is the same: joining
 * both would claim pairs of versions that nobody saw. `compare`: the order of versions by their texts.
 */
export function joinBreaks(
  breaks: readonly LearnedBreak[],
  compare: (a: string, b: string) => number,
): readonly LearnedBreak[] {
  return breaks.reduce<readonly LearnedBreak[]>((known, next) => {
    const at = known.findIndex((one) => isJoinable(one, next));
    if (at < 0) return [...known, next];
    return known.with(at, joined(known[at]!, next, compare));
  }, []);
}

function isJoinable(a: LearnedBreak, b: LearnedBreak): boolean {
  if (a.id !== b.id || a.kind !== b.kind || (a.importer === null) !== (b.importer === null)) return false;
  return sameVersions(a.provider.versions, b.provider.versions) || sameImporter(a, b);
}

function sameImporter(a: LearnedBreak, b: LearnedBreak): boolean {
  if (a.importer === null || b.importer === null) return true;
  return sameVersions(a.importer.versions, b.importer.versions);
}

function sameVersions(a: LearnedVersions, b: LearnedVersions): boolean {
  const [all, other] = [allOf(a), allOf(b)];
  return all.size === other.size && [...all].every((text) => other.has(text));
}

function allOf({ read, between }: LearnedVersions): ReadonlySet<string> {
  return new Set([...read, ...between]);
}

function joined(a: LearnedBreak, b: LearnedBreak, compare: (a: string, b: string) => number): LearnedBreak {
  const both = (one: LearnedVersions, other: LearnedVersions): LearnedVersions => {
    const read = new Set([...one.read, ...other.read]);
    const between = new Set([...one.between, ...other.between].filter((text) => !read.has(text)));
    return { read: [...read].sort(compare), between: [...between].sort(compare) };
  };
  return {
    ...a,
    importer:
      a.importer === null || b.importer === null
        ? a.importer
        : { ...a.importer, versions: both(a.importer.versions, b.importer.versions) },
    provider: { ...a.provider, versions: both(a.provider.versions, b.provider.versions) },
  };
}
