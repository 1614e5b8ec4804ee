import { afterAll, describe, expect, it } from 'vitest';
import { longRuns, recordLongRun, tableOfLongRuns } from './long-runs.ts';
import { IS_LONG, runFuzz, SECONDS, SEED } from './run-fuzz.ts';
import { TARGETS } from './targets/all-targets.ts';

const NAMES = TARGETS.map(({ name }) => name);

describe(`whatever it is given, FETTLE_SEED=${SEED}`, () => {
  it.each(asked())(
    '%s: is read or refused, in its time, and keeps its promises',
    async (name) => {
      const result = await runFuzz(name);
      const { inputs, seconds, slowestMs, faults } = result;
      if (process.env['FETTLE_FUZZ_SECONDS'] !== undefined)
        console.log(
          `${name}: ${inputs} inputs in ${seconds} s, the slowest ${slowestMs} ms, ${faults.length} faults`,
        );
      if (IS_LONG) recordLongRun(name, result, SEED);
      expect(faults).toEqual([]);
      expect(inputs).toBeGreaterThan(0);
    },
    // What hangs is ended by `runFuzz`; seconds of processor time take as long as the machine lets them.
    SECONDS * 20_000 + 300_000,
  );
  if (IS_LONG) afterAll(() => console.log(tableOfLongRuns(NAMES)));
});

/**
 * FETTLE_FUZZ_TARGETS=a,b: these parsers, in this order. FETTLE_FUZZ_RESUME=1: without those whose last long run with
 * this seed has taken its time and had no faults.
 */
function asked(): readonly string[] {
  const chosen = process.env['FETTLE_FUZZ_TARGETS']?.split(',') ?? NAMES;
  const unknown = chosen.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`no parser is called ${unknown.join(' or ')}: ${NAMES.join(', ')}`);
  if (process.env['FETTLE_FUZZ_RESUME'] !== '1') return chosen;
  const runs = longRuns();
  return chosen.filter((name) => {
    const run = runs[name];
    return run?.seed !== SEED || run.faults > 0 || run.seconds < SECONDS;
  });
}
