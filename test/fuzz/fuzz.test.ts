import { describe, expect, it } from 'vitest';
import { runFuzz, SECONDS, SEED } from './run-fuzz.ts';
import { TARGETS } from './targets/all-targets.ts';

describe(`whatever it is given, FETTLE_SEED=${SEED}`, () => {
  it.each(TARGETS.map(({ name }) => name))(
    '%s: is read or refused, in its time, and keeps its promises',
    async (name) => {
      const { inputs, slowestMs, faults } = await runFuzz(name);
      if (process.env['FETTLE_FUZZ_SECONDS'] !== undefined)
        console.log(`${name}: ${inputs} inputs, the slowest ${slowestMs} ms, ${faults.length} faults`);
      expect(faults).toEqual([]);
      expect(inputs).toBeGreaterThan(0);
    },
    SECONDS * 1_000 + 120_000,
  );
});
