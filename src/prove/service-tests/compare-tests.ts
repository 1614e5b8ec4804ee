import { isBad, isGood } from './test-run.ts';
import type { TestEnding, TestOutcome, TestRun } from './test-run.ts';

/**
 * What became of one test, from the set before to the set after.
 * - `broken`: passed before and fails now, each seen twice; `suspected`: the same, seen once;
 * - `unsteady`: of that kind at first, and it came out otherwise when it was run once more;
 * - `failing`: fails before and after; `failing-new`: fails now, and before there was no such test;
 * - `failing-unknown`: fails now, and it is not known whether it failed before (nothing ran then, or it was skipped);
 * - `lost`: passed before, and is skipped, or not there, now;
 * - `repaired`: failed before, passes now; `new`: it is there now, and does not fail; `gone`: was there before, and did not pass then;
 * - `unknown`: of after nothing is known;
 * - `fine`: it does not fail now, and did as much before.
 */
export type TestChangeKind =
  | 'broken'
  | 'suspected'
  | 'unsteady'
  | 'failing'
  | 'failing-new'
  | 'failing-unknown'
  | 'lost'
  | 'repaired'
  | 'new'
  | 'gone'
  | 'unknown'
  | 'fine';

export interface TestChange {
  readonly id: string;
  readonly kind: TestChangeKind;
  /** Null: there was no such test, or nothing is known of it. */
  readonly before: TestOutcome | null;
  readonly after: TestOutcome | null;
  /** The module (or class) whose collection failed, where that is why it did not run after. */
  readonly uncollected: string | null;
}

export interface TestComparison {
  readonly changes: readonly TestChange[];
  /** How many of each kind there are. */
  readonly counts: Readonly<Record<TestChangeKind, number>>;
  /** Whether what failed after and passed before was run once more on both sides. */
  readonly ranAgain: boolean;
}

/** The id of what fails where no test could be run at all: all tests together. */
export const WHOLE = '';

/** Both sides, run once more: only what `suspectsOf` names. */
export interface SecondRuns {
  readonly before: TestRun;
  readonly after: TestRun;
}

/** Test by test. `before` null: it could not be run, so of each failure it is not known whether it is a new one. */
export function compareTests(
  before: TestRun | null,
  after: TestRun,
  again: SecondRuns | null = null,
): TestComparison {
  const [then, now] = [before === null ? null : known(before), known(after)];
  const second = again === null ? null : { before: known(again.before), after: known(again.after) };
  const ids = new Set([...now.all, ...(then?.all ?? [])]);
  const changes = [...ids].map((id) => changeOf(id, then, now, second));
  return { changes, counts: counted(changes), ranAgain: again !== null };
}

/** The ids of what passed before and fails now: to be run once more on both sides before it is called broken. */
export function suspectsOf(before: TestRun | null, after: TestRun): readonly string[] {
  return compareTests(before, after)
    .changes.filter(({ kind }) => kind === 'suspected')
    .map(({ id }) => id);
}

interface Known {
  readonly all: readonly string[];
  readonly outcomes: ReadonlyMap<string, TestOutcome>;
  /** What stands before the names of the tests that were not collected. */
  readonly uncollected: readonly string[];
  readonly ending: TestEnding;
}

function known(run: TestRun): Known {
  // What could not be collected stands among the tests: "tests/test_web.py" failed.
  const uncollected = [
    ...run.uncollected.map(({ id }) => id),
    ...(run.ending.kind === 'failed' ? [WHOLE] : []),
  ];
  const outcomes = new Map<string, TestOutcome>(uncollected.map((id) => [id, 'error']));
  for (const { id, outcome } of run.tests) outcomes.set(id, outcome);
  return {
    all: [...outcomes.keys(), ...run.notRun],
    outcomes,
    uncollected,
    ending: run.ending,
  };
}

function changeOf(
  id: string,
  before: Known | null,
  after: Known,
  again: { readonly before: Known; readonly after: Known } | null,
): TestChange {
  const [earlier, uncollected] = [before?.outcomes.get(id) ?? null, uncollectedAt(id, after)];
  const later = after.outcomes.get(id) ?? (uncollected === null ? null : 'error');
  const kind = kindOf(id, { before, after, earlier, later });
  const told = { id, before: earlier, after: later, uncollected };
  if (kind !== 'suspected' || again === null) return { ...told, kind };
  return { ...told, kind: confirmed(id, again.before, again.after) };
}

function kindOf(
  id: string,
  {
    before,
    after,
    earlier,
    later,
  }: {
    readonly before: Known | null;
    readonly after: Known;
    readonly earlier: TestOutcome | null;
    readonly later: TestOutcome | null;
  },
): TestChangeKind {
  if (later === null) {
    // A module that could not be collected before has no outcome of its own where it can.
    if (before?.uncollected.includes(id) && holdsTests(id, after)) return 'repaired';
    if (after.ending.kind !== 'finished') return 'unknown';
    return earlier !== null && isGood(earlier) ? 'lost' : 'gone';
  }
  if (isBad(later)) return failureKind(id, before, after, earlier);
  if (earlier === null) {
    if (before === null) return 'fine';
    if (uncollectedAt(id, before) !== null) return isGood(later) ? 'repaired' : 'fine';
    return isUnseen(id, before) ? 'fine' : 'new';
  }
  if (isBad(earlier)) return isGood(later) ? 'repaired' : 'fine';
  return isGood(earlier) && !isGood(later) ? 'lost' : 'fine';
}

function failureKind(
  id: string,
  before: Known | null,
  after: Known,
  earlier: TestOutcome | null,
): TestChangeKind {
  if (before === null) return 'failing-unknown';
  if (earlier !== null) return isGood(earlier) ? 'suspected' : isBad(earlier) ? 'failing' : 'failing-unknown';
  // A module that cannot be collected after: before, it has no outcome of its own, but its tests have.
  const within = [...before.outcomes].filter(
    ([test]) => isWithin(test, id) && after.uncollected.includes(id),
  );
  if (within.length > 0) return within.some(([, outcome]) => isGood(outcome)) ? 'suspected' : 'failing';
  return isUnseen(id, before) ? 'failing-unknown' : 'failing-new';
}

/** Whether the run says nothing of it although it may have been there: it ended first, or its module was not collected. */
function isUnseen(id: string, run: Known): boolean {
  return run.ending.kind !== 'finished' || uncollectedAt(id, run) !== null;
}

function holdsTests(module: string, run: Known): boolean {
  return [...run.outcomes.keys()].some((id) => isWithin(id, module));
}

function confirmed(id: string, before: Known, after: Known): TestChangeKind {
  const later = after.outcomes.get(id) ?? (uncollectedAt(id, after) === null ? null : 'error');
  // A module that fails to be collected has no outcome on the side where it does not fail.
  const earlier = before.outcomes.get(id) ?? (before.ending.kind === 'finished' ? 'passed' : null);
  if (later === null || earlier === null) return 'suspected';
  return isBad(later) && isGood(earlier) ? 'broken' : 'unsteady';
}

function uncollectedAt(id: string, run: Known): string | null {
  return run.uncollected.find((module) => isWithin(id, module)) ?? null;
}

/** pytest's ids go on with "::" or, below a folder, "/"; unittest's with ".". */
function isWithin(test: string, module: string): boolean {
  if (module === WHOLE) return test !== WHOLE;
  return test.startsWith(module) && /^(?:::|[/.])/.test(test.slice(module.length));
}

function counted(changes: readonly TestChange[]): Readonly<Record<TestChangeKind, number>> {
  const counts: Record<TestChangeKind, number> = {
    ...{ broken: 0, suspected: 0, unsteady: 0, failing: 0, 'failing-new': 0, 'failing-unknown': 0 },
    ...{ lost: 0, repaired: 0, new: 0, gone: 0, unknown: 0, fine: 0 },
  };
  for (const { kind } of changes) counts[kind]++;
  return counts;
}
