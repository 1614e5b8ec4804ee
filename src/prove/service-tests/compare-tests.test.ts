import { describe, expect, it } from 'vitest';
import { compareTests, suspectsOf, WHOLE } from './compare-tests.ts';
import type { TestComparison } from './compare-tests.ts';
import { failuresOfRun, tellComparison, tellTests, verdictOfTests } from './tell-tests.ts';
import type { TestEnding, TestOutcome, TestRun } from './test-run.ts';

function run(
  outcomes: Readonly<Record<string, TestOutcome>>,
  more: Partial<Omit<TestRun, 'uncollected'>> & { readonly uncollected?: readonly string[] } = {},
): TestRun {
  const { uncollected = [], ...others } = more;
  return {
    tests: Object.entries(outcomes).map(([id, outcome]) => ({
      ...{ id, outcome, durationMs: 1, error: null },
      text: outcome === 'failed' ? 'def f():\nE   assert 1 == 2\n\nt.py:3: AssertionError' : '',
    })),
    uncollected: uncollected.map((id) => ({ id, text: 'E   ImportError: no', error: null })),
    ...{ notRun: [], ending: { kind: 'finished' }, peakMemoryBytes: null },
    calls: { called: new Set(), imported: new Set(), startsPrograms: false },
    check: {
      ...{ command: [], exitCode: 0, startedAt: '', durationMs: 0, versions: {}, digests: {} },
      ...{ limits: [], output: '' },
    },
    ...others,
  };
}

function kinds({ changes }: TestComparison): Readonly<Record<string, string>> {
  return Object.fromEntries(changes.map(({ id, kind }) => [id, kind]));
}

const FAILED: TestEnding = { kind: 'failed', why: 'E   ImportError: no', error: null };
const CUT: TestEnding = { kind: 'cut-off', why: 'the limit of time was reached', running: null };

describe('tests before and after', () => {
  it('are told apart test by test', () => {
    const before = run({
      ...{ a: 'passed', b: 'passed', c: 'failed', d: 'failed', e: 'passed', f: 'skipped' },
      ...{ g: 'passed', h: 'failed', i: 'xfailed' },
    });
    const after = run({
      ...{ a: 'passed', b: 'failed', c: 'passed', d: 'error', e: 'skipped', f: 'failed' },
      ...{ i: 'xpassed', j: 'passed', k: 'failed' },
    });
    expect(kinds(compareTests(before, after))).toEqual({
      ...{ a: 'fine', b: 'suspected', c: 'repaired', d: 'failing', e: 'lost', f: 'failing-unknown' },
      ...{ g: 'lost', h: 'gone', i: 'fine', j: 'new', k: 'failing-new' },
    });
    expect(suspectsOf(before, after)).toEqual(['b']);
  });

  it('are called broken only when both sides come out so twice', () => {
    const [before, after] = [
      run({ a: 'passed', b: 'passed', c: 'passed', d: 'passed' }),
      run({ a: 'failed', b: 'failed', c: 'failed', d: 'failed' }),
    ];
    const again = {
      before: run({ a: 'passed', b: 'passed', c: 'failed', d: 'passed' }),
      after: run({ a: 'failed', b: 'passed', c: 'failed' }, { notRun: ['d'], ending: CUT }),
    };
    const comparison = compareTests(before, after, again);
    expect(kinds(comparison)).toEqual({ a: 'broken', b: 'unsteady', c: 'unsteady', d: 'suspected' });
    expect(failuresOfRun(after, comparison).map(({ key }) => key)).toEqual(['a', 'd']);
    expect(tellComparison(comparison)).toEqual([
      '1 test broken by the plan, run twice on both sides: a',
      '1 test passed before and fail now, and a second run did not come to them: d',
      '2 tests unsteady, with another outcome when run once more: b, c',
    ]);
  });

  it('lay nothing on the plan where before could not be run', () => {
    for (const before of [null, run({}, { ending: FAILED }), run({}, { uncollected: ['t.py'] })])
      expect(kinds(compareTests(before, run({ 't.py::a': 'failed' })))['t.py::a']).toBe('failing-unknown');
  });

  it('of a module that cannot be collected any more are broken with it', () => {
    const before = run({ 't.py::a': 'passed', 't.py::b': 'skipped', 'u.py::c': 'passed', 't.pyx': 'passed' });
    const after = run({ 'u.py::c': 'passed', 't.pyx': 'passed' }, { uncollected: ['t.py'] });
    const first = compareTests(before, after);
    expect(kinds(first)).toMatchObject({ 't.py': 'suspected', 't.py::a': 'suspected', 't.pyx': 'fine' });
    expect(first.changes.find(({ id }) => id === 't.py::a')!.uncollected).toBe('t.py');
    const again = { before: run({ 't.py::a': 'passed' }), after: run({}, { uncollected: ['t.py'] }) };
    expect(kinds(compareTests(before, after, again))).toMatchObject({
      't.py': 'broken',
      't.py::a': 'broken',
    });
    expect(kinds(compareTests(after, before))).toMatchObject({ 't.py': 'repaired', 't.py::a': 'repaired' });
    expect(kinds(compareTests(after, after))['t.py']).toBe('failing');
  });

  it('that cannot be run at all any more are broken together', () => {
    const [before, after] = [run({ a: 'passed' }), run({}, { ending: FAILED })];
    expect(suspectsOf(before, after).toSorted()).toEqual([WHOLE, 'a']);
    expect(kinds(compareTests(before, after, { before, after }))).toEqual({ [WHOLE]: 'broken', a: 'broken' });
    expect(failuresOfRun(after, null)).toMatchObject([
      { key: 'tests', what: 'no test could be run: ImportError: no' },
    ]);
    expect(verdictOfTests(after, null)).toBe('refuted');
    expect(kinds(compareTests(after, after))).toEqual({ [WHOLE]: 'failing' });
    expect(kinds(compareTests(after, before))).toEqual({ [WHOLE]: 'repaired', a: 'repaired' });
  });

  it('that were not reached are unknown', () => {
    const after = run({ a: 'passed' }, { notRun: ['b'], ending: CUT });
    expect(kinds(compareTests(run({ a: 'passed', b: 'passed' }), after))).toEqual({
      a: 'fine',
      b: 'unknown',
    });
    expect(verdictOfTests(after, null)).toBe('unknown');
    expect(verdictOfTests(run({}, { ending: { kind: 'not-started', why: 'no' } }), null)).toBe('unknown');
    expect(verdictOfTests(run({}), null)).toBe('unknown');
  });

  it('are told in a few words', () => {
    const good = run({ a: 'passed', b: 'xfailed', c: 'skipped' });
    expect(tellTests(good, { why: 'did not install' })).toBe(
      'tests 2 of 2, 1 skipped (before: 0, did not install)',
    );
    expect(verdictOfTests(good, compareTests(null, good))).toBe('proven');
    const bad = run({ a: 'failed' }, { uncollected: ['t.py'], ending: CUT, notRun: ['b'] });
    expect(tellTests(bad, good)).toBe(
      'tests 0 of 2, 1 module not collected, cut off: the limit of time was reached (before: 2 of 2, 1 skipped)',
    );
    expect(failuresOfRun(bad, null).map(({ what }) => what)).toEqual([
      't.py: ImportError: no',
      'a: assert 1 == 2',
    ]);
    expect(verdictOfTests(bad, null)).toBe('refuted');
    expect(tellTests(run({}, { ending: FAILED }), null)).toBe('tests 0, did not run: ImportError: no');
  });
});
