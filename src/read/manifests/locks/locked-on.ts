import type { LockEntry, LockFile } from '../../../domain/lock-file.ts';
import type { Requirement } from '../../../domain/requirement.ts';
import type { Target } from '../../../domain/target.ts';
import type { Rules } from '../manifest-reader.ts';
import { LockWalk } from './lock-walk.ts';
import type { LockedEntry } from './lock-walk.ts';

export type { LockedEntry } from './lock-walk.ts';

/** What somebody installs of a lock beside the project's own dependencies. */
export interface LockSelection {
  readonly development: boolean;
  /** The project's own extras; absent: all, but for a pylock, of which none are asked for (PEP 751). */
  readonly extras?: 'all' | 'none';
}

/** So often names with several versions are decided one by one; what is left then is decided at once. */
const MOST_ROUNDS = 100;

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
  if (lock.roots !== null) return walked(lock, target, rules, selection);
  const extras = (selection.extras ?? (lock.tool === 'pylock' ? 'none' : 'all')) === 'all' ? lock.extras : [];
  const walk = new LockWalk(lock, target, rules, extras);
  for (const [index, entry] of lock.entries.entries()) {
    const group = flatGroup(entry, target, rules, selection.development, extras);
    if (group !== null) walk.take(index, group);
  }
  walk.askAround();
  return walk.reached();
}

/**
 * Of several versions of a name one is installed on a target: what all who ask for it admit, whether or not the
 * development groups are wanted, for a lock is solved with all of them.
 */
function walked(
  lock: LockFile,
  target: Target,
  rules: Rules,
  selection: LockSelection,
): readonly LockedEntry[] {
  const leftOut = new Set<number>();
  for (let round = 0; ; round++) {
    const whole = { ...selection, development: true };
    const walk = walkFromRoots(
      lock,
      new LockWalk(lock, target, rules, ownExtras(lock, whole), leftOut),
      whole,
    );
    const surplus = [...walk.surplus()];
    for (const index of (round < MOST_ROUNDS ? surplus.slice(0, 1) : surplus).flat()) leftOut.add(index);
    if (surplus.length > 0) continue;
    if (selection.development) return walk.reached();
    const own = ownExtras(lock, selection);
    return walkFromRoots(lock, new LockWalk(lock, target, rules, own, leftOut), selection).reached();
  }
}

/** Of the names that uv gives to extras and groups that exclude each other, those that are wanted: all that may be there. */
function ownExtras(lock: LockFile, selection: LockSelection): readonly string[] {
  return lock.extras.filter(
    (name) =>
      (selection.development || !name.startsWith('group-')) &&
      (selection.extras !== 'none' || !name.startsWith('extra-')),
  );
}

function walkFromRoots(lock: LockFile, walk: LockWalk, selection: LockSelection): LockWalk {
  const wanted = (lock.roots ?? []).filter(({ extra }) => extra === null || selection.extras !== 'none');
  walk.from(
    wanted.filter(({ group }) => group === 'production'),
    'production',
  );
  if (!selection.development) return walk;
  const noted = walk.developmentOf(wanted);
  walk.from([...wanted.filter(({ group }) => group === 'development'), ...noted], 'development');
  return walk;
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
