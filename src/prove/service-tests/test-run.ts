import type { Check } from '../../domain/check.ts';
import type { PythonError } from '../imports/import-check.ts';

/** What came of one test, in pytest's words; `error`: outside of the test's own body; `died`: the process ended, or hung, in it. */
export type TestOutcome = 'passed' | 'failed' | 'error' | 'skipped' | 'xfailed' | 'xpassed' | 'died';

export interface TestResult {
  /** pytest's node id, or unittest's dotted name. */
  readonly id: string;
  readonly outcome: TestOutcome;
  readonly durationMs: number;
  /** The last lines of the failure, or the reason of a skip; "" where there is nothing to say. */
  readonly text: string;
  readonly error: PythonError | null;
}

/** A module (or class, or folder) whose tests could not be collected, so that they did not run. */
export interface CollectionError {
  /** The node id, or the module's name: "tests/test_web.py". */
  readonly id: string;
  readonly text: string;
  readonly error: PythonError | null;
}

export type TestEnding =
  /** All that was collected has run. */
  | { readonly kind: 'finished' }
  /** It ended before that; `running`: the test that it was in. */
  | { readonly kind: 'cut-off'; readonly why: string; readonly running: string | null }
  /** No test could be run: the settings, or a conftest.py, or pytest itself fail. */
  | { readonly kind: 'failed'; readonly why: string; readonly error: PythonError | null }
  /** The sandbox could not start it: that says nothing of the tests. */
  | { readonly kind: 'not-started'; readonly why: string };

/** What of the environment was called while tests ran. Paths are relative to its site-packages. */
export interface Calls {
  /** Files of which a function was called. */
  readonly called: ReadonlySet<string>;
  /** Files that a module was imported from. */
  readonly imported: ReadonlySet<string>;
  /** A test started another program: what that called is not known. */
  readonly startsPrograms: boolean;
}

/** One run of a service's tests in one environment. */
export interface TestRun {
  /** In the order in which they ran, each id once. */
  readonly tests: readonly TestResult[];
  readonly uncollected: readonly CollectionError[];
  /** Collected, but of these nothing is known: the run ended first. */
  readonly notRun: readonly string[];
  readonly ending: TestEnding;
  readonly calls: Calls;
  readonly check: Check;
  readonly peakMemoryBytes: number | null;
}

/** Whether it is as its author wants it. */
export function isGood(outcome: TestOutcome): boolean {
  return outcome === 'passed' || outcome === 'xfailed' || outcome === 'xpassed';
}

export function isBad(outcome: TestOutcome): boolean {
  return outcome === 'failed' || outcome === 'error' || outcome === 'died';
}
