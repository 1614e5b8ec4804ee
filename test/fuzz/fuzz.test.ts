import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leftOf, recordLongRun, tableOfLongRuns } from './long-runs.ts';
import { IS_LONG, runFuzz, SECONDS, SEED } from './run-fuzz.ts';
import { TARGETS } from './targets/all-targets.ts';

const NAMES = TARGETS.map(({ name }) => name);
const DOCS = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'hostile-world.md'), 'utf8');
/** FETTLE_FUZZ_RESUME=1: what the last long runs with this seed have done is not done again. */
const RESUMES = process.env['FETTLE_FUZZ_RESUME'] === '1';

describe(`whatever it is given, FETTLE_SEED=${SEED}`, () => {
  it.each(asked())(
    '%s: is read or refused, in its time, and keeps its promises',
    async (name) => {
      const left = RESUMES ? leftOf(name, SEED, SECONDS) : { first: 0, seconds: SECONDS };
      const result = await runFuzz(name, left);
      const { inputs, seconds, slowestMs, faults } = result;
      if (IS_LONG) {
        recordLongRun(name, result, SEED, left.first);
        console.log(
          `${name}: ${inputs} inputs in ${seconds} s, the slowest ${slowestMs} ms, ${faults.length} faults`,
        );
        for (const fault of faults) console.log(JSON.stringify(fault).slice(0, 4_000));
      }
      expect(faults).toEqual([]);
      expect(inputs).toBeGreaterThan(0);
    },
    // What hangs is ended by `runFuzz`; seconds of processor time take as long as the machine lets them.
    SECONDS * 20_000 + 300_000,
  );
  if (IS_LONG) afterAll(() => console.log(tableOfLongRuns(NAMES)));
  // A long run makes other figures than those that are told so far.
  else
    it('is told in the docs with the figures of its last long run', () =>
      expect(DOCS).toContain(tableOfLongRuns(NAMES)));
});

/** FETTLE_FUZZ_TARGETS=a,b: these parsers, in this order. */
function asked(): readonly string[] {
  const chosen = process.env['FETTLE_FUZZ_TARGETS']?.split(',') ?? NAMES;
  const unknown = chosen.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`no parser is called ${unknown.join(' or ')}: ${NAMES.join(', ')}`);
  return chosen;
}
