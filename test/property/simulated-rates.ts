import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AnalysisSettings } from '../../src/domain/analysis.ts';
import { judge } from '../../src/ship/analysis/judge.ts';
import { programOf } from '../faults/child-program.ts';
import { readRecording, rollout } from './rollout-simulation.ts';
import type { Case } from './rollout-simulation.ts';

export const RECORDED = join(import.meta.dirname, 'recorded-latencies.json');

export interface Simulation {
  readonly of: Case;
  readonly rollouts: number;
  readonly firstSeed: number;
  readonly settings: AnalysisSettings;
}

export interface Rates {
  readonly rolledBack: number;
  readonly atFirst: number;
  /** Requests to the canary of each that was rolled back, rising. */
  readonly requests: readonly number[];
}

/** What becomes of so many rollouts: in a process of its own, since the test runner makes each call of one module by another several times dearer. */
export async function simulatedRates(simulation: Simulation): Promise<Rates> {
  const program = await programOf(
    `import { simulate } from '../test/property/simulated-rates.ts';
console.log(JSON.stringify(simulate(JSON.parse(process.argv[2]!), process.argv[3]!)));`,
  );
  const words = [program, JSON.stringify(simulation), RECORDED];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Rates;
}

/** The same in this process. `recorded`: the path of what `bench/record-latencies.mjs` recorded. */
export function simulate({ of, rollouts, firstSeed, settings }: Simulation, recorded: string): Rates {
  const given = { recording: readRecording(recorded), settings, judge };
  let [rolledBack, atFirst] = [0, 0];
  const counted: number[] = [];
  for (let at = 0; at < rollouts; at++) {
    const { looks, requests } = rollout(firstSeed + at, of, given);
    const last = looks.at(-1)!;
    if (last.verdict !== 'fail') continue;
    rolledBack++;
    if (last.look === 1) atFirst++;
    counted.push(requests);
  }
  return { rolledBack, atFirst, requests: counted.sort((a, b) => a - b) };
}
