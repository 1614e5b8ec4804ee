import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { describe, expect, it } from 'vitest';
import type { AnalysisSettings } from '../../src/domain/analysis.ts';
import { analyse } from '../../src/ship/analysis/analyse.ts';
import { defaultAnalysis } from '../../src/ship/analysis/default-analysis.ts';
import { CRITICAL_METRICS } from '../../src/ship/analysis/error-spending.ts';
import { readRecording, rollout } from './rollout-simulation.ts';
import type { Behaviour, Case } from './rollout-simulation.ts';
import { RECORDED, simulatedRates } from './simulated-rates.ts';
import type { Rates } from './simulated-rates.ts';

const ROLLOUTS = 10_000;
/** No setting was chosen with these seeds, nor with this recording. */
const FIRST_SEED = Number(process.env['FETTLE_SEED'] ?? 26_000_000);
const recording = readRecording(RECORDED);

const well: Behaviour = { errors: 0.001, burst: null, slower: 1, slowestSlower: 1, memory: 1 };
const failing = (errors: number): Behaviour => ({ ...well, errors });
const slow: Behaviour = { ...well, slower: 2 };
/** What probes alone give at first; then traffic of its own. The looks are at 2,000, 4,000 and 6,000 requests to each: 20, 30 and 37 intervals. */
const recorded: Case = {
  canary: well,
  baseline: well,
  rates: [
    [100, 100],
    [200, 200],
    [300, 300],
  ],
  drift: { correlation: 0, deviation: 0 },
  memoryOffset: 0.05,
  together: true,
  polled: false,
};
const drifting = (correlation: number, deviation: number): Case => ({
  ...recorded,
  drift: { correlation, deviation },
});
const alike = (behaviour: Behaviour, each = recorded): Case => ({
  ...each,
  canary: behaviour,
  baseline: behaviour,
});
/** Requests enough for the look after the fewest intervals. */
const busy = (each: Case): Case => ({ ...each, rates: each.rates.map(([rate]) => [2 * rate, 2 * rate]) });
/** Asked after every interval. */
const polled = (each: Case): Case => ({ ...each, polled: true });
const bursting = (intervals: number, errors: number): Behaviour => ({
  ...well,
  burst: { intervals, errors },
});

type Cases = readonly (readonly [string, Case])[];

const ALIKE: Cases = [
  ['as recorded, no errors', alike(failing(0))],
  ['drifts of 10 % that correlate by 0.5', drifting(0.5, 0.1)],
  [
    'drifts of 10 % that correlate by 0.9, 1 % errors, asked after every interval',
    polled(alike(failing(0.01), drifting(0.9, 0.1))),
  ],
  [
    'three times the requests to the baseline, 1 % errors',
    {
      ...alike(failing(0.01), drifting(0.5, 0.1)),
      rates: recorded.rates.map(([canary]) => [canary, 3 * canary] as const),
    },
  ],
  ['each side slowed at other times than the other', { ...recorded, together: false }],
];

const WORSE: Cases = [
  ['5 % errors, none with the baseline', { ...recorded, canary: failing(0.05), baseline: failing(0) }],
  ['5 % errors, 1 % with the baseline', { ...recorded, canary: failing(0.05), baseline: failing(0.01) }],
  ['twice as slow', { ...recorded, canary: slow }],
  ['twice as slow, drifts of 10 % that correlate by 0.5', { ...drifting(0.5, 0.1), canary: slow }],
  ['twice as slow, drifts of 10 % that correlate by 0.9', { ...drifting(0.9, 0.1), canary: slow }],
  ['twice the memory', { ...recorded, canary: { ...well, memory: 2 } }],
];

function simulated(
  each: Case,
  {
    rollouts = ROLLOUTS,
    settings = defaultAnalysis,
  }: { rollouts?: number; settings?: AnalysisSettings } = {},
): Promise<Rates> {
  return simulatedRates({ of: each, rollouts, settings, firstSeed: FIRST_SEED });
}

/** Bounds of Clopper and Pearson 1934, each at 95 per cent. */
function upperBound(of: number, happened: number): number {
  return happened === of ? 1 : betaQuantile(0.95, happened + 1, of - happened);
}

function lowerBound(of: number, happened: number): number {
  return happened === 0 ? 0 : betaQuantile(0.05, happened, of - happened + 1);
}

function say(what: string, { rolledBack, atFirst }: Rates): void {
  const share = (count: number) => `${((100 * count) / ROLLOUTS).toFixed(2)} %`;
  console.log(`${what}: ${share(rolledBack)} rolled back, ${share(atFirst)} at the first look`);
}

describe(`${ROLLOUTS} simulated rollouts of each case`, { timeout: 900_000 }, () => {
  it.each(ALIKE)('are seldom rolled back where both sides are alike: %s', async (what, each) => {
    const rates = await simulated(each);
    say(what, rates);
    expect(upperBound(ROLLOUTS, rates.rolledBack)).toBeLessThanOrEqual(0.01);
  });

  it.each(WORSE)('are rolled back where the canary has %s', async (what, each) => {
    const rates = await simulated(each);
    say(what, rates);
    expect(lowerBound(ROLLOUTS, rates.rolledBack)).toBeGreaterThanOrEqual(0.99);
  });

  it.each([
    [0.5, 100],
    [1, 60],
  ])(
    'are rolled back before a look where a share of %d fails, after %d requests at the most',
    async (errors, most) => {
      const rates: Case['rates'] = [[10, 10], ...recorded.rates.slice(1)];
      const { rolledBack, requests } = await simulated(
        polled({ ...recorded, canary: failing(errors), rates }),
      );
      const median = requests[Math.floor(requests.length / 2)];
      console.log(`${100 * errors} % errors: rolled back after ${median} requests in the median`);
      expect(rolledBack).toBe(ROLLOUTS);
      expect(lowerBound(ROLLOUTS, requests.filter((each) => each <= most).length)).toBeGreaterThanOrEqual(
        0.99,
      );
    },
  );
});

/** What the goal does not ask for; `docs/deployment.md` says how well it does there. */
const HARD_ALIKE: readonly (readonly [string, Case, number])[] = [
  ['one side or the other has bursts of 20 % errors', polled(alike(bursting(0.05, 0.2))), 0.01],
  ['one side or the other fails altogether for 10 s', polled(alike(bursting(0.05, 1))), 0.01],
  ['drifts of 30 % that correlate by 0.5', drifting(0.5, 0.3), 0.01],
  ['drifts of 30 % that correlate by 0.9', drifting(0.9, 0.3), 0.07],
];
const HARD_WORSE: readonly (readonly [string, Case, number])[] = [
  ['only the slowest fifth twice as slow', { ...recorded, canary: { ...well, slowestSlower: 2 } }, 0.99],
  [
    'twice as slow, drifts of 10 % that correlate by 0.9, in 15 intervals',
    busy({ ...drifting(0.9, 0.1), canary: slow }),
    0.97,
  ],
  ['twice as slow, drifts of 30 % that correlate by 0.9', { ...drifting(0.9, 0.3), canary: slow }, 0.5],
  ['twice as slow, and slowed at other times', { ...recorded, together: false, canary: slow }, 0.2],
  ['bursts of 20 % errors, 5 % of all', { ...recorded, canary: bursting(0.25, 0.2) }, 0.03],
];
const long = process.env['FETTLE_LONG'] === '1';
const title = `hard cases${long ? '' : ' (skipped: they take minutes; FETTLE_LONG=1 runs them)'}`;

describe.skipIf(!long)(title, { timeout: 900_000 }, () => {
  it.each(HARD_ALIKE)(
    'alike, and not rolled back more often than documented: %s',
    async (what, each, most) => {
      const rates = await simulated(each);
      say(what, rates);
      expect(upperBound(ROLLOUTS, rates.rolledBack)).toBeLessThanOrEqual(most);
    },
  );

  it.each(HARD_WORSE)('worse, and caught as often as documented: %s', async (what, each, least) => {
    const rates = await simulated(each);
    say(what, rates);
    expect(lowerBound(ROLLOUTS, rates.rolledBack)).toBeGreaterThanOrEqual(least);
  });
});

describe('spending of the error', { timeout: 300_000 }, () => {
  const rollouts = 2_000;
  const intolerant = { ...defaultAnalysis, errorTolerance: 0, slowTolerance: 0 };
  const each = alike(failing(0.01));

  it('holds the total where nothing is tolerated, and is exceeded where each test may err as much as all', async () => {
    const { rolledBack: spent } = await simulated(each, { rollouts, settings: intolerant });
    const totalError = intolerant.totalError * each.rates.length * CRITICAL_METRICS;
    const { rolledBack: naive } = await simulated(each, {
      rollouts,
      settings: { ...intolerant, totalError },
    });
    console.log(`nothing tolerated: ${spent} of ${rollouts} rolled back; without spending ${naive}`);
    // It is just spent: no more is shown of 2,000 rollouts.
    expect(lowerBound(rollouts, spent)).toBeLessThanOrEqual(0.01);
    expect(lowerBound(rollouts, naive)).toBeGreaterThan(0.01);
  });

  it("is not there in Kayenta's rule, which flags what is alike, and more of it where two processes differ for as long as they live", () => {
    const some = 1_000;
    const given = { recording, settings: defaultAnalysis, judge: analyse };
    const flagged = (memoryOffset: number) =>
      Array.from({ length: some }, (_, at) => rollout(FIRST_SEED + at, { ...each, memoryOffset }, given))
        .map(({ looks }) => looks.flatMap(({ kayenta }) => kayenta?.metrics ?? []))
        .filter((metrics) => metrics.some(({ classification }) => /High|Low/.test(classification))).length;
    const [lasting, none] = [flagged(recorded.memoryOffset) / some, flagged(0) / some];
    console.log(`Kayenta's rule flags ${lasting} of what is alike, ${none} without lasting differences`);
    expect(lasting).toBeGreaterThan(0.1);
    expect(none).toBeLessThan(lasting);
  });
});
