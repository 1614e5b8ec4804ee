import type { LockEdge, LockEntry, LockFile } from '../../../domain/lock-file.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Requirement } from '../../../domain/requirement.ts';
import type { Target } from '../../../domain/target.ts';
import type { Rules } from '../manifest-reader.ts';

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

/** A way through the entries of a lock on one target. `left out`: positions of entries that are not to be reached. */
export class LockWalk {
  readonly #lock: LockFile;
  readonly #target: Target;
  readonly #rules: Rules;
  /** Asked beside those of the edge: conditions may speak of the project's own extras wherever they stand. */
  readonly #ownExtras: readonly string[];
  readonly #byName = new Map<PackageName, number[]>();
  readonly #reached = new Map<number, Requirement['group']>();
  /** Of what is reached, where there are any. */
  readonly #extras = new Map<number, Set<string>>();
  readonly #askers = new Map<number, Set<PackageName>>();
  readonly #rootNames: ReadonlySet<PackageName>;
  /** Which entries each edge that was followed may mean, of names that the lock has several versions of. */
  readonly #choices = new Map<PackageName, (readonly number[])[]>();

  constructor(
    lock: LockFile,
    target: Target,
    rules: Rules,
    ownExtras: readonly string[],
    leftOut: ReadonlySet<number> = new Set(),
  ) {
    [this.#lock, this.#target, this.#rules] = [lock, target, rules];
    this.#ownExtras = ownExtras.length === 0 ? [] : ['', ...ownExtras];
    for (const [index, { name }] of lock.entries.entries()) {
      if (leftOut.has(index)) continue;
      const known = this.#byName.get(name);
      if (known) known.push(index);
      else this.#byName.set(name, [index]);
    }
    this.#rootNames = new Set((lock.roots ?? []).map(({ name }) => name));
  }

  /** False: it was taken before. */
  take(index: number, group: Requirement['group']): boolean {
    if (this.#reached.has(index)) return false;
    this.#reached.set(index, group);
    return true;
  }

  /** Everything that is asked for from these edges on: each entry once, and once more for each of its extras. */
  from(edges: readonly LockEdge[], group: Requirement['group']): void {
    const waiting: (readonly [number, string | null])[] = [];
    const ask = (edge: LockEdge, asker: PackageName | null, extras: readonly string[]): void => {
      if (!this.#holds(edge.condition, extras)) return;
      for (const index of this.#chosen(edge)) {
        if (this.take(index, group)) waiting.push([index, null]);
        if (asker !== null && asker !== edge.name) addTo(this.#askers, index, asker);
        for (const extra of edge.extras) if (addTo(this.#extras, index, extra)) waiting.push([index, extra]);
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
        for (const other of this.#meant(edge)) if (this.#reached.has(other)) addTo(this.#askers, other, name);
      }
    }
  }

  /**
   * Entries that give way to another version of the same name, the newest that everybody who asks for it admits: names
   * in the order in which they were first asked for. Versions that nobody can share all stay.
   */
  *surplus(): Iterable<readonly number[]> {
    for (const choices of this.#choices.values()) {
      const reached = new Set(choices.flat());
      if (reached.size < 2) continue;
      const shared = [...reached].filter((index) => choices.every((choice) => choice.includes(index)));
      const versionOf = (index: number): LockEntry['version'] => this.#lock.entries[index]!.version;
      const newest = shared.reduce<number | null>((best, index) => {
        const [a, b] = [versionOf(index), best === null ? null : versionOf(best)];
        return b === null || (a !== null && this.#rules.compareVersions(a, b) > 0) ? index : best;
      }, null);
      if (newest !== null) yield [...reached].filter((index) => index !== newest);
    }
  }

  reached(): readonly LockedEntry[] {
    const merged = new Map<string, LockedEntry>();
    for (const index of [...this.#reached.keys()].sort((a, b) => a - b)) {
      const group = this.#reached.get(index)!;
      const entry = this.#lock.entries[index]!;
      const key = `${entry.name} ${entry.version?.text ?? entry.reference}`;
      const known = merged.get(key);
      if (known && (known.group === 'production' || group === 'development')) continue;
      const [extras, requiredBy] = [sorted(this.#extras.get(index)), sorted(this.#askers.get(index))];
      merged.set(key, { entry, group, extras, requiredBy });
    }
    return [...merged.values()].sort((a, b) =>
      a.entry.name < b.entry.name ? -1 : a.entry.name > b.entry.name ? 1 : 0,
    );
  }

  #isRoot(entry: LockEntry): boolean {
    return entry.source === 'local' && this.#rootNames.has(entry.name);
  }

  #holds(condition: LockEdge['condition'], extras: readonly string[]): boolean {
    if (condition === null) return true;
    return this.#rules.applies(condition, this.#target, [...extras, ...this.#ownExtras]) !== 'no';
  }

  #chosen(edge: LockEdge): readonly number[] {
    const meant = this.#meant(edge);
    if ((this.#byName.get(edge.name)?.length ?? 0) > 1) {
      const known = this.#choices.get(edge.name);
      if (known) known.push(meant);
      else this.#choices.set(edge.name, [meant]);
    }
    return meant;
  }

  /** The entries that an edge may lead to: of its name, at its versions, in their part of a forked lock. */
  #meant({ name, versions }: LockEdge): readonly number[] {
    return (this.#byName.get(name) ?? []).filter((index) => {
      const { version, condition } = this.#lock.entries[index]!;
      const isVersion =
        versions === null || version === null || versions.some(({ text }) => text === version.text);
      return isVersion && this.#holds(condition, []);
    });
  }
}

/** Adds to the set of an entry; false: it was there. */
function addTo<T>(sets: Map<number, Set<T>>, index: number, one: T): boolean {
  const known = sets.get(index);
  if (known?.has(one) === true) return false;
  if (known === undefined) sets.set(index, new Set([one]));
  else known.add(one);
  return true;
}

const NONE: readonly never[] = [];

function sorted<T>(set: ReadonlySet<T> | undefined): readonly T[] {
  return set === undefined ? NONE : [...set].sort();
}

/** An edge that no list of an extra holds is followed once, and again for an extra where its condition speaks of extras. */
function asksFor(edge: LockEdge, extra: string | null): boolean {
  return extra === null || /\bextra\b/.test(edge.condition?.text ?? '');
}
