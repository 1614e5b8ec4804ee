import type { Version } from '../../domain/version.ts';
import type { StoredRange } from './stored-record.ts';
import type { VersionRules } from './version-rules.ts';

/** From `from` (included; null: before every version) up to `to` (null: without end). */
export interface Interval {
  readonly from: Version | null;
  readonly to: Version | null;
  readonly toIncluded: boolean;
}

/** What a range says: `certain` where it holds versions for affected, `possible` where it may. */
export interface RangeMeaning {
  readonly certain: readonly Interval[];
  readonly possible: readonly Interval[];
}

const EVERYTHING: Interval = { from: null, to: null, toIncluded: false };

/** All events at one version. */
interface Point {
  readonly at: Version;
  introduced: boolean;
  fixed: boolean;
  lastAffected: boolean;
}

interface ReadEvents {
  readonly points: readonly Point[];
  /** `introduced: "0"`, which stands before every version. */
  readonly fromTheStart: boolean;
  readonly hasIntroduction: boolean;
  /** The highest `limit`; null: none, or `*`. */
  readonly limit: Version | null;
  readonly unreadable: { readonly introduced: boolean; readonly end: boolean; readonly limit: boolean };
}

/**
 * A range of events as intervals (OSV schema, "Evaluation"). Events are sorted before they are walked. An
 * introduction and an end at the same version cancel out: who was affected before it stays so. A bound that does
 * not parse may stand anywhere: `certain` is the walk where it does least harm, `possible` where it does most. A
 * range that says nowhere where it begins is possible below its end.
 */
export function meaningOf(range: StoredRange, rules: VersionRules): RangeMeaning {
  if (!range.known) return { certain: [], possible: [EVERYTHING] };
  const { points, fromTheStart, hasIntroduction, limit, unreadable } = readEvents(range, rules);
  const walked = walk(points, fromTheStart || !hasIntroduction);
  const below = (intervals: readonly Interval[]): readonly Interval[] => clip(intervals, limit, rules);
  const possible = unreadable.introduced ? [EVERYTHING] : walked;
  const undecided = unreadable.end || !hasIntroduction || (unreadable.limit && limit === null);
  return { certain: undecided ? [] : below(walked), possible: unreadable.limit ? possible : below(possible) };
}

/** Whether a public version lies in one of the intervals. */
export function holds(intervals: readonly Interval[], version: Version, rules: VersionRules): boolean {
  return intervals.some(({ from, to, toIncluded }) => {
    if (from !== null && rules.compare(version, from) < 0) return false;
    if (to === null) return true;
    const order = rules.compare(version, to);
    return order < 0 || (toIncluded && order === 0);
  });
}

/** Bounds that are no versions, as "event text". */
export function unreadableBounds(range: StoredRange, rules: VersionRules): readonly string[] {
  return range.events
    .filter(([kind, text]) => !isMark(kind, text) && rules.parse(text) === null)
    .map(([kind, text]) => `${kind} ${text.slice(0, 60)}`);
}

/** The two texts that are no versions: the beginning of everything, and no limit at all. */
function isMark(kind: string, text: string): boolean {
  return (kind === 'introduced' && text === '0') || (kind === 'limit' && text === '*');
}

function readEvents(range: StoredRange, rules: VersionRules): ReadEvents {
  const unreadable = { introduced: false, end: false, limit: false };
  const points: Point[] = [];
  const limits: Version[] = [];
  let [fromTheStart, hasIntroduction, isUnlimited] = [false, false, false];
  for (const [kind, text] of range.events) {
    hasIntroduction ||= kind === 'introduced';
    if (isMark(kind, text)) {
      if (kind === 'introduced') fromTheStart = true;
      else isUnlimited = true;
      continue;
    }
    const version = rules.parse(text);
    if (version === null) unreadable[kind === 'introduced' || kind === 'limit' ? kind : 'end'] = true;
    else if (kind === 'limit') limits.push(version);
    else points.push(pointOf(kind, version, rules));
  }
  return {
    points: merged(points, rules),
    fromTheStart,
    hasIntroduction,
    limit: isUnlimited ? null : (rules.sorted(limits).at(-1) ?? null),
    unreadable: { ...unreadable, limit: unreadable.limit && !isUnlimited },
  };
}

function pointOf(
  kind: 'introduced' | 'fixed' | 'last_affected',
  version: Version,
  rules: VersionRules,
): Point {
  const introduced = kind === 'introduced';
  // A version is asked about without its local segment, so an introduction must not stand above its own release.
  const at = introduced ? rules.publicVersion(version) : version;
  return { at, introduced, fixed: kind === 'fixed', lastAffected: kind === 'last_affected' };
}

/** Ascending, one point a version. */
function merged(points: readonly Point[], rules: VersionRules): readonly Point[] {
  if (points.length < 2) return points;
  const result: Point[] = [];
  for (const point of [...points].sort((a, b) => rules.compare(a.at, b.at))) {
    const last = result.at(-1);
    if (last === undefined || rules.compare(last.at, point.at) !== 0) {
      result.push(point);
      continue;
    }
    last.introduced ||= point.introduced;
    last.fixed ||= point.fixed;
    last.lastAffected ||= point.lastAffected;
  }
  return result;
}

function walk(points: readonly Point[], affectedAtFirst: boolean): readonly Interval[] {
  const intervals: Interval[] = [];
  let open: { readonly from: Version | null } | null = affectedAtFirst ? { from: null } : null;
  for (const { at, introduced, fixed, lastAffected } of points) {
    const ends = fixed || lastAffected;
    if (introduced && ends) {
      if (open === null && !fixed) intervals.push({ from: at, to: at, toIncluded: true });
    } else if (introduced) {
      open ??= { from: at };
    } else if (open !== null) {
      intervals.push({ from: open.from, to: at, toIncluded: !fixed });
      open = null;
    }
  }
  if (open !== null) intervals.push({ from: open.from, to: null, toIncluded: false });
  return intervals;
}

function clip(
  intervals: readonly Interval[],
  limit: Version | null,
  rules: VersionRules,
): readonly Interval[] {
  if (limit === null) return intervals;
  return intervals
    .filter(({ from }) => from === null || rules.compare(from, limit) < 0)
    .map((interval) =>
      interval.to !== null && rules.compare(interval.to, limit) < 0
        ? interval
        : { from: interval.from, to: limit, toIncluded: false },
    );
}
