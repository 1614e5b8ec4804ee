import type { LockEdge, LockEntry, LockFile } from '../../../domain/lock-file.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Requirement } from '../../../domain/requirement.ts';
import type { Target } from '../../../domain/target.ts';
import type { Rules } from '../manifest-reader.ts';

/** What somebody installs of a lock beside the project's own dependencies. */
export interface LockSelection {
  readonly development: boolean;
  /** The project's own extras; absent: all, but for a pylock, of which none are asked for (PEP 751). */
  readonly extras?: 'all' | 'none';
}

/** An entry that is installed, with who asks for it. */
export interface LockedEntry {
  readonly entry: LockEntry;
  /** `development`: only those who work on the project have it. */
  readonly group: Requirement['group'];
  /** Its extras that somebody asks for. Flat locks do not tell. */
  readonly extras: readonly string[];
  /** Names of the packages that ask for it, without the local projects at the root. */
  readonly requiredBy: readonly PackageName[];
}

/**
 * The entries of a lock that its tool installs on a target, by name. What a target leaves undecided counts. A lock
 * with roots is walked from them; of a flat one, everything whose condition holds is installed.
 */
export function lockedOn(
  lock: LockFile,
  target: Target,
  rules: Rules,
  selection: LockSelection,
): readonly LockedEntry[] {
  const extras = (selection.extras ?? (lock.tool === 'pylock' ? 'none' : 'all')) === 'all' ? lock.extras : [];
  const walk = new LockWalk(lock, target, rules);
  if (lock.roots !== null) {
    const wanted = lock.roots.filter(({ extra }) => extra === null || selection.extras !== 'none');
    walk.from(
      wanted.filter(({ group }) => group === 'production'),
      'production',
    );
    if (selection.development) {
      const noted = walk.developmentOf(wanted);
      walk.from([...wanted.filter(({ group }) => group === 'development'), ...noted], 'development');
    }
    return walk.reached();
  }
  for (const [index, entry] of lock.entries.entries()) {
    const group = flatGroup(entry, target, rules, selection.development, extras);
    if (group !== null) walk.take(index, group);
  }
  walk.askAround();
  return walk.reached();
}

/** The group for which an entry of a flat lock is installed, or null. */
function flatGroup(
  entry: LockEntry,
  target: Target,
  rules: Rules,
  development: boolean,
  extras: readonly string[],
): Requirement['group'] | null {
  const holds = (condition: LockEntry['condition']): boolean =>
    rules.applies(condition, target, extras) !== 'no';
  if (entry.group === 'production' && holds(entry.condition)) return 'production';
  if (!development) return null;
  if (entry.group === 'development' && holds(entry.condition)) return 'development';
  return entry.inDevelopment && holds(entry.inDevelopment.condition) ? 'development' : null;
}

interface Reached {
  group: Requirement['group'];
  readonly extras: Set<string>;
  readonly askers: Set<PackageName>;
}

class LockWalk {
  readonly #lock: LockFile;
  readonly #target: Target;
  readonly #rules: Rules;
  readonly #byName = new Map<PackageName, number[]>();
  readonly #reached = new Map<number, Reached>();
  readonly #rootNames: ReadonlySet<PackageName>;

  constructor(lock: LockFile, target: Target, rules: Rules) {
    [this.#lock, this.#target, this.#rules] = [lock, target, rules];
    for (const [index, { name }] of lock.entries.entries()) {
      const known = this.#byName.get(name);
      if (known) known.push(index);
      else this.#byName.set(name, [index]);
    }
    this.#rootNames = new Set((lock.roots ?? []).map(({ name }) => name));
  }

  take(index: number, group: Requirement['group']): Reached {
    const known = this.#reached.get(index);
    if (known !== undefined) return known;
    const made = { group, extras: new Set<string>(), askers: new Set<PackageName>() };
    this.#reached.set(index, made);
    return made;
  }

  /** Everything that is asked for from these edges on: each entry once, and once more for each of its extras. */
  from(edges: readonly LockEdge[], group: Requirement['group']): void {
    const waiting: (readonly [number, string | null])[] = [];
    const ask = (edge: LockEdge, asker: PackageName | null, extras: readonly string[]): void => {
      if (!this.#holds(edge.condition, extras)) return;
      for (const index of this.#meant(edge)) {
        const isNew = !this.#reached.has(index);
        const reached = this.take(index, group);
        if (asker !== null && asker !== edge.name) reached.askers.add(asker);
        if (isNew) waiting.push([index, null]);
        for (const extra of edge.extras) {
          if (reached.extras.has(extra)) continue;
          reached.extras.add(extra);
          waiting.push([index, extra]);
        }
      }
    };
    for (const edge of edges) ask(edge, null, []);
    for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
      const [index, extra] = step;
      const entry = this.#lock.entries[index]!;
      const asker = this.#isRoot(entry) ? null : entry.name;
      for (const edge of entry.asks ?? [])
        if (
          edge.group === 'production' &&
          (edge.extra === null ? asksFor(edge, extra) : edge.extra === extra)
        )
          ask(edge, asker, extra === null ? [] : [extra]);
    }
  }

  /** What the local projects at the root ask for on behalf of those who work on them. */
  developmentOf(roots: readonly LockEdge[]): readonly LockEdge[] {
    const indexes = new Set(roots.flatMap((root) => (root.group === 'production' ? this.#meant(root) : [])));
    return [...indexes]
      .map((index) => this.#lock.entries[index]!)
      .filter(({ source }) => source === 'local')
      .flatMap(({ asks }) => (asks ?? []).filter(({ group }) => group === 'development'));
  }

  /** Notes who asks for whom among what is installed, where the lock tells it. */
  askAround(): void {
    for (const index of this.#reached.keys()) {
      const { name, asks } = this.#lock.entries[index]!;
      for (const edge of asks ?? []) {
        if (edge.name === name || !this.#holds(edge.condition, [])) continue;
        for (const other of this.#meant(edge)) this.#reached.get(other)?.askers.add(name);
      }
    }
  }

  reached(): readonly LockedEntry[] {
    const merged = new Map<string, LockedEntry>();
    for (const [index, { group, extras, askers }] of [...this.#reached].sort(([a], [b]) => a - b)) {
      const entry = this.#lock.entries[index]!;
      const key = `${entry.name} ${entry.version?.text ?? entry.reference}`;
      const known = merged.get(key);
      if (known?.group === 'production') continue;
      if (known && group === 'development') continue;
      merged.set(key, { entry, group, extras: [...extras].sort(), requiredBy: [...askers].sort() });
    }
    return [...merged.values()].sort((a, b) =>
      a.entry.name < b.entry.name ? -1 : a.entry.name > b.entry.name ? 1 : 0,
    );
  }

  #isRoot(entry: LockEntry): boolean {
    return entry.source === 'local' && this.#rootNames.has(entry.name);
  }

  #holds(condition: LockEdge['condition'], extras: readonly string[]): boolean {
    return this.#rules.applies(condition, this.#target, extras) !== 'no';
  }

  /** The entries that an edge leads to: of its name, at its version where it has one, in their part of a forked lock. */
  #meant(edge: LockEdge): readonly number[] {
    return (this.#byName.get(edge.name) ?? []).filter((index) => {
      const { version, condition } = this.#lock.entries[index]!;
      const isVersion = edge.version === null || version === null || version.text === edge.version.text;
      return isVersion && this.#holds(condition, []);
    });
  }
}

/** An edge that no list of an extra holds is followed once, and again for an extra where its condition speaks of extras. */
function asksFor(edge: LockEdge, extra: string | null): boolean {
  return extra === null || /\bextra\b/.test(edge.condition?.text ?? '');
}
