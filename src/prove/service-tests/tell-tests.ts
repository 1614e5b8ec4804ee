import type { Evidence } from '../../domain/evidence.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Failure } from '../../domain/verification.ts';
import type { Touch } from './calls-by-distribution.ts';
import { WHOLE } from './compare-tests.ts';
import type { TestChange, TestComparison } from './compare-tests.ts';
import { isBad, isGood } from './test-run.ts';
import type { TestRun } from './test-run.ts';

/** A side that did not come to its tests, and why: "did not install". */
export interface NotTested {
  readonly why: string;
}

/** "tests 118 of 118 (before: 0, did not install)". */
export function tellTests(after: TestRun, before: TestRun | NotTested | null): string {
  if (before === null) return `tests ${tellRun(after)}`;
  const earlier = 'tests' in before ? tellRun(before) : `0, ${before.why}`;
  return `tests ${tellRun(after)} (before: ${earlier})`;
}

/** "115 of 118, 3 skipped, 1 module not collected". Skipped tests count in neither number. */
export function tellRun(run: TestRun): string {
  const { tests, uncollected, notRun, ending } = run;
  if (ending.kind === 'failed' || ending.kind === 'not-started')
    return `0, did not run: ${lastLine(ending.why)}`;
  const skipped = tests.filter(({ outcome }) => outcome === 'skipped').length;
  const good = tests.filter(({ outcome }) => isGood(outcome)).length;
  const parts = [
    `${good} of ${tests.length - skipped + notRun.length}`,
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
    ...(uncollected.length === 0 ? [] : [`${counted(uncollected.length, 'module')} not collected`]),
    ...(ending.kind === 'cut-off' ? [`cut off: ${lastLine(ending.why)}`] : []),
  ];
  return parts.join(', ');
}

/** Whether the tests pass: what is unsteady is not held against them, and what was lost leaves it open. */
export function verdictOfTests(run: TestRun, comparison: TestComparison | null): Evidence['verdict'] {
  if (failuresOfRun(run, comparison).length > 0) return 'refuted';
  const lost = (comparison?.counts.lost ?? 0) > 0;
  const good = run.tests.some(({ outcome }) => isGood(outcome));
  return run.ending.kind !== 'finished' || run.notRun.length > 0 || lost || !good ? 'unknown' : 'proven';
}

/** What failed in one run (of either side), but for what came out otherwise when it was run once more. */
export function failuresOfRun(run: TestRun, comparison: TestComparison | null): readonly Failure[] {
  const unsteady = new Set(comparison?.changes.filter(({ kind }) => kind === 'unsteady').map(({ id }) => id));
  const bad = run.tests.filter(({ outcome }) => isBad(outcome));
  const failed = [
    ...(run.ending.kind === 'failed' ? [{ id: WHOLE, text: run.ending.why }] : []),
    ...run.uncollected,
    ...bad,
  ];
  return failed
    .filter(({ id }) => !unsteady.has(id))
    .map(({ id, text }) => ({
      key: id === WHOLE ? 'tests' : id,
      what: `${id === WHOLE ? 'no test could be run' : id}: ${lastLine(text)}`,
      because: null,
      ofMachine: false,
    }));
}

/** One sentence for each kind of change that is worth one; `changes` of `fine` tests are not told. */
export function tellComparison({ changes, ranAgain }: TestComparison): readonly string[] {
  const told = (kind: TestChange['kind'], sentence: (count: string) => string): readonly string[] => {
    const found = changes.filter((change) => change.kind === kind && change.id !== WHOLE);
    if (found.length === 0) return [];
    return [`${sentence(counted(found.length, 'test'))}: ${listed(found.map(({ id }) => id))}`];
  };
  return [
    ...told('broken', (n) => `${n} broken by the plan, run twice on both sides`),
    ...told('suspected', (n) =>
      ranAgain
        ? `${n} passed before and fail now, and a second run did not come to them`
        : `${n} passed before and fail now`,
    ),
    ...told('unsteady', (n) => `${n} unsteady, with another outcome when run once more`),
    ...told('failing', (n) => `${n} failing before and after`),
    ...told('failing-new', (n) => `${n} failing that were not there before`),
    ...told('failing-unknown', (n) => `${n} failing, not known whether before too`),
    ...told('lost', (n) => `${n} passed before, and are skipped or not there now`),
    ...told('repaired', (n) => `${n} repaired`),
    ...told('unknown', (n) => `${n} not reached`),
  ];
}

/** "no test touches click and jinja2"; empty where all are touched. */
export function tellTouches(touches: ReadonlyMap<PackageName, Touch>): readonly string[] {
  const of = (kind: Touch['kind']): readonly string[] =>
    [...touches].filter(([, touch]) => touch.kind === kind).map(([name]) => name);
  const whys = new Map<string, string[]>();
  for (const [name, touch] of touches)
    if (touch.kind === 'unknown') whys.set(touch.why, [...(whys.get(touch.why) ?? []), name]);
  return [
    ...of('untouched').map((name) => `no test touches ${name}`),
    ...of('imported').map((name) => `tests import ${name}, and call nothing of it`),
    ...[...whys].map(([why, names]) => `not known whether tests touch ${listed(names)}: ${why}`),
  ];
}

const MOST = 5;

function listed(names: readonly string[]): string {
  const more = names.length - MOST;
  return more > 0 ? `${names.slice(0, MOST).join(', ')} and ${more} more` : names.join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The last line is where Python says what was raised; pytest's own summary marks it with "E". */
function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const raised = lines.filter((line) => line.startsWith('E  ')).at(-1);
  return (raised?.slice(1) ?? lines.filter((line) => line !== '').at(-1) ?? '').trim().slice(0, 300);
}
