import type { Finding } from '../../domain/finding.ts';
import { breaksIn } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Change, LockedSet, LockMove, Plan } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import type { Held, HeldEntry } from '../resolution/lock-hold.ts';
import { lockShare } from '../resolution/lock-share.ts';
import type { ServiceScan } from '../findings/examine.ts';
import { advisoriesText } from './changes.ts';

/** What the plan makes of the service's lock; null where there is none that could be read. */
export function plannedLock(
  scan: ServiceScan,
  locks: readonly LockedSet[],
  changes: readonly Change[],
): Plan['lock'] {
  const { held } = scan.examined.resolution;
  const { lock, raised, manifests } = scan.examined.service;
  if (lock === undefined || held.every((one) => one === null)) return null;
  const { path, tool } = lock;
  const stale = scan.found.some(({ finding }) => finding.kind === 'stale-lock');
  const today = lockShare(manifests, scan.examined.today.locks);
  const moves = movesOf(held, today, lockShare(manifests, locks)).map((move): LockMove => {
    const repaired = repairedBy(scan, move.name, locks, changes);
    const broken = breaksRepairedBy(scan, move.name, locks, changes);
    const because =
      whyItCannotStay(scan, move) ?? broken[0]?.learned.because ?? becauseOf(move, repaired, locks);
    return { ...move, repairs: [...broken, ...repaired].map(({ id }) => id), because };
  });
  const edited = changes.length > 0 || raised !== undefined;
  return { path, tool, moves, rewritten: moves.length > 0 || edited || stale };
}

type Move = Pick<LockMove, 'name' | 'from' | 'to'>;

/** Packages that the lock has and the planned sets have not, or at another version, each move once over all targets. */
function movesOf(
  held: readonly (Held | null)[],
  today: readonly LockedSet[],
  locks: readonly LockedSet[],
): readonly Move[] {
  const moves = new Map<string, Move>();
  for (const [target, one] of held.entries()) {
    const before = one?.packages ?? new Map<PackageName, HeldEntry>();
    const [asked, planned] = [versionsIn(today[target]), versionsIn(locks[target])];
    for (const [name, to] of planned) {
      if (one?.several.has(name) === true) continue;
      const from = before.get(name)?.version ?? null;
      // It is of extras or groups that the lock is not of.
      if (from === null && asked.get(name)?.text === to.text && one?.lock.tool === 'pylock') continue;
      if (from?.text !== to.text) moves.set(`${name} ${from?.text} ${to.text}`, { name, from, to });
    }
    for (const [name, { version }] of before)
      if (asked.has(name) && !planned.has(name))
        moves.set(`${name} ${version.text}`, { name, from: version, to: null });
  }
  return [...moves.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function versionsIn(lock: LockedSet | undefined): ReadonlyMap<PackageName, Version> {
  return new Map(lock?.packages.map(({ name, version }) => [name, version]));
}

type Vulnerable = Extract<Finding, { kind: 'vulnerable' }>;

type Broken = Extract<Finding, { kind: 'breaks-at-import' }>;

/** Breaks of what moves and of another that are gone with the planned sets and that no change of a line claims. */
function breaksRepairedBy(
  { found }: ServiceScan,
  name: PackageName,
  locks: readonly LockedSet[],
  changes: readonly Change[],
): readonly Broken[] {
  const claimed = new Set(changes.flatMap(({ repairs }) => repairs));
  return found.flatMap(({ finding }) => {
    if (finding.kind !== 'breaks-at-import' || claimed.has(finding.id)) return [];
    const { importer, provider } = finding.learned;
    if (name !== provider.name && name !== importer?.name) return [];
    const breaks = locks.some((lock) =>
      breaksIn(finding.learned, (one) => versionsIn(lock).get(one)?.text ?? null),
    );
    return breaks ? [] : [finding];
  });
}

/** Vulnerabilities that are gone with the move and that no change of a line claims. */
function repairedBy(
  { examined, found }: ServiceScan,
  name: PackageName,
  locks: readonly LockedSet[],
  changes: readonly Change[],
): readonly Vulnerable[] {
  const claimed = new Set(changes.flatMap(({ repairs }) => repairs));
  const planned = locks.flatMap(({ packages }) => packages.filter((one) => one.name === name));
  return found.flatMap(({ finding }) =>
    finding.kind === 'vulnerable' &&
    finding.problem &&
    finding.name === name &&
    !claimed.has(finding.id) &&
    planned.every(({ version }) => examined.advisories.affected(finding.advisory, version) === 'no')
      ? [finding]
      : [],
  );
}

/** What is wrong with the locked version itself, but for advisories. */
function whyItCannotStay({ found }: ServiceScan, { name, from }: Move): string | null {
  for (const { finding } of found) {
    const isAbout = 'version' in finding && finding.name === name && finding.version?.text === from?.text;
    if (isAbout && finding.kind === 'no-distribution') return finding.why;
    if (isAbout && finding.kind === 'yanked') return finding.message;
  }
  return null;
}

function becauseOf(
  { name, from, to }: Move,
  repaired: readonly Vulnerable[],
  locks: readonly LockedSet[],
): string {
  if (repaired.length > 0) return advisoriesText(repaired);
  if (to === null) return 'nothing asks for it any more';
  const askers = askersOf(name, to, locks);
  const by = askers.length === 0 ? 'the lines' : askers.slice(0, 2).join(' and ');
  return from === null ? `comes in: asked for by ${by}` : `moves along: asked for by ${by}`;
}

function askersOf(name: PackageName, version: Version, locks: readonly LockedSet[]): readonly PackageName[] {
  const rows = locks.flatMap(({ packages }) =>
    packages.filter((one) => one.name === name && one.version.text === version.text),
  );
  return [...new Set(rows.flatMap(({ requiredBy }) => requiredBy))].sort();
}
