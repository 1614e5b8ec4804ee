import type { Finding } from '../../domain/finding.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Change, LockedSet, LockMove, Plan } from '../../domain/plan.ts';
import type { Version } from '../../domain/version.ts';
import type { LockHold } from '../resolution/lock-hold.ts';
import { advisoriesText, stillAffected } from './changes.ts';
import type { Settled } from './make-plan.ts';

/** What the plan makes of the service's lock; null where there is none that could be read. */
export function plannedLock(
  settled: Settled,
  locks: readonly LockedSet[],
  changes: readonly Change[],
): Plan['lock'] {
  const { hold } = settled.scan.examined.resolution;
  if (hold === null) return null;
  const { path, tool } = hold.lock;
  const stale = settled.scan.found.some(({ finding }) => finding.kind === 'stale-lock');
  const moves = movesOf(hold, locks).map((move): LockMove => {
    const repaired = repairedBy(settled, move.name, changes);
    const because = whyItCannotStay(settled, move) ?? becauseOf(move, repaired, locks);
    return { ...move, repairs: repaired.map(({ id }) => id), because };
  });
  const { raised } = settled.scan.examined.service;
  const edited = changes.length > 0 || raised !== undefined;
  return { path, tool, moves, rewritten: moves.length > 0 || edited || stale };
}

type Move = Pick<LockMove, 'name' | 'from' | 'to'>;

/** Packages that the lock has and the planned sets have not, or at another version, each move once over all targets. */
function movesOf({ onTargets }: LockHold, locks: readonly LockedSet[]): readonly Move[] {
  const moves = new Map<string, Move>();
  for (const [target, held] of onTargets.entries()) {
    const planned = new Map(locks[target]?.packages.map(({ name, version }) => [name, version]));
    for (const name of new Set([...held.keys(), ...planned.keys()])) {
      const [from, to] = [held.get(name)?.version ?? null, planned.get(name) ?? null];
      if (from?.text !== to?.text) moves.set(`${name} ${from?.text} ${to?.text}`, { name, from, to });
    }
  }
  return [...moves.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

type Vulnerable = Extract<Finding, { kind: 'vulnerable' }>;

/** Vulnerabilities that are gone with the move and that no change of a line claims. */
function repairedBy(settled: Settled, name: PackageName, changes: readonly Change[]): readonly Vulnerable[] {
  const claimed = new Set(changes.flatMap(({ repairs }) => repairs));
  return settled.scan.found.flatMap(({ finding }) =>
    finding.kind === 'vulnerable' &&
    finding.problem &&
    finding.name === name &&
    !claimed.has(finding.id) &&
    !stillAffected(settled, finding)
      ? [finding]
      : [],
  );
}

/** What is wrong with the locked version itself, but for advisories. */
function whyItCannotStay({ scan }: Settled, { name, from }: Move): string | null {
  for (const { finding } of scan.found) {
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
