import type { LearnedBreak, LearnedVersions } from '../../domain/learned-break.ts';

/**
 * As few breaks as say the same, in the order of ids. Two of one id become one only where one of their sides is the same: joining both
 * would claim pairs of versions that nobody saw. What was read of a version in one of them was only taken to be so in another: it was
 * read. The first tells what was seen; those of one id that stay apart are numbered, for an id names one break.
 */
export function mergeLearned(...lists: readonly (readonly LearnedBreak[])[]): readonly LearnedBreak[] {
  const merged = lists.flat().reduce<readonly LearnedBreak[]>(withBreak, []);
  const byKey = new Map<string, readonly LearnedBreak[]>();
  for (const one of merged) byKey.set(keyOf(one), [...(byKey.get(keyOf(one)) ?? []), one]);
  return [...byKey]
    .sort(([a], [b]) => compareTexts(a, b))
    .flatMap(([, ofKey]) => ofKey.map((one, at) => ({ ...one, id: numbered(one.id, at) })));
}

/** "flask:jinja2:escape", and of the same "flask:jinja2:escape#2". */
function numbered(id: string, at: number): string {
  return at === 0 ? unnumbered(id) : `${unnumbered(id)}#${at + 1}`;
}

function unnumbered(id: string): string {
  return id.replace(/#\d+$/, '');
}

function withBreak(known: readonly LearnedBreak[], next: LearnedBreak): readonly LearnedBreak[] {
  const at = known.findIndex((one) => isJoinable(one, next));
  if (at < 0) return [...known, next];
  // The joined one may have become like another one on one side.
  return withBreak(known.toSpliced(at, 1), joined(known[at]!, next));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An id that two files use for different things names two breaks. */
function keyOf({ id, importer, provider, kind, service }: LearnedBreak): string {
  return JSON.stringify([unnumbered(id), importer?.name ?? null, provider.name, kind, service ?? null]);
}

function isJoinable(a: LearnedBreak, b: LearnedBreak): boolean {
  if (keyOf(a) !== keyOf(b)) return false;
  if (a.importer === null || b.importer === null) return true;
  return (
    sameVersions(a.provider.versions, b.provider.versions) ||
    sameVersions(a.importer.versions, b.importer.versions)
  );
}

function sameVersions(a: LearnedVersions, b: LearnedVersions): boolean {
  const [all, other] = [allOf(a), allOf(b)];
  return all.size === other.size && [...all].every((text) => other.has(text));
}

function allOf({ read, between }: LearnedVersions): ReadonlySet<string> {
  return new Set([...read, ...between]);
}

function joined(a: LearnedBreak, b: LearnedBreak): LearnedBreak {
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
