import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { describe, expect, it } from 'vitest';
import type { AnalysisSettings } from '../../src/domain/analysis.ts';
import { analyse } from '../../src/ship/analysis/analyse.ts';
import { defaultAnalysis } from '../../src/ship/analysis/default-analysis.ts';
import { CRITICAL_METRICS } from '../../src/ship/analysis/error-spending.ts';
import { rollout } from './rollout-simulation.ts';
import type { Behaviour, Case } from './rollout-simulation.ts';

const ROLLOUTS = 10_000;

const well: Behaviour = { errors: 0.001, burst: null, slower: 1, memory: 1 };
const failing = (errors: number): Behaviour => ({ ...well, errors });
/** What probes alone give at first; then traffic of its own. */
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
};
const drifting = (correlation: number, deviation: number) => ({ drift: { correlation, deviation } });

/** Both sides behave alike. */
const ALIKE: readonly (readonly [string, Case])[] = [
  ['as recorded, no errors', { ...recorded, canary: failing(0), baseline: failing(0) }],
  ['drifts that correlate by 0.5, 0.1 % errors', { ...recorded, ...drifting(0.5, 0.1) }],
  [
    'drifts that correlate by 0.9, 1 % errors',
    { ...recorded, ...drifting(0.9, 0.1), canary: failing(0.01), baseline: failing(0.01) },
  ],
  [
    'three times the requests to the baseline, 1 % errors',
    {
      ...recorded,
      ...drifting(0.5, 0.1),
      canary: failing(0.01),
      baseline: failing(0.01),
      rates: recorded.rates.map(([canary]) => [canary, 3 * canary] as const),
    },
  ],
  ['each side slowed at other times than the other', { ...recorded, together: false }],
];

/** The canary is worse. */
const WORSE: readonly (readonly [string, Case])[] = [
  ...[0, 0.001, 0.01].map(
    (errors) =>
      [
        `5 % errors, ${100 * errors} % with the baseline`,
        { ...recorded, canary: failing(0.05), baseline: failing(errors) },
      ] as const,
  ),
  ['twice as slow', { ...recorded, canary: { ...well, slower: 2 } }],
  [
    'twice as slow, with drifts that correlate by 0.5',
    { ...recorded, ...drifting(0.5, 0.05), canary: { ...well, slower: 2 } },
  ],
  ['twice the memory', { ...recorded, canary: { ...well, memory: 2 } }],
];

interface Rates {
  readonly rolledBack: number;
  readonly atFirst: number;
  readonly flagged: number;
}

function simulate(
  each: Case,
  {
    rollouts = ROLLOUTS,
    settings = defaultAnalysis,
  }: { rollouts?: number; settings?: AnalysisSettings } = {},
): Rates {
  let [rolledBack, atFirst, flagged] = [0, 0, 0];
  for (let seed = 0; seed < rollouts; seed++) {
    const looks = rollout(seed, each, settings, analyse);
    const last = looks.at(-1)!;
    if (last.verdict === 'fail') rolledBack++;
    if (last.verdict === 'fail' && last.look === 1) atFirst++;
    const differs = looks.some(({ kayenta }) =>
      kayenta.metrics.some(({ classification }) => classification === 'High' || classification === 'Low'),
    );
    if (differs) flagged++;
  }
  return { rolledBack, atFirst, flagged };
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
  it.each(ALIKE)('are seldom rolled back where both sides are alike: %s', (what, each) => {
    const rates = simulate(each);
    say(what, rates);
    expect(upperBound(ROLLOUTS, rates.rolledBack)).toBeLessThanOrEqual(0.01);
  });

  it.each(WORSE)('are rolled back where the canary has %s', (what, each) => {
    const rates = simulate(each);
    say(what, rates);
    expect(lowerBound(ROLLOUTS, rates.rolledBack)).toBeGreaterThanOrEqual(0.99);
  });
});

describe('spending of the error', { timeout: 300_000 }, () => {
  const rollouts = 2_000;
  const intolerant = { ...defaultAnalysis, errorTolerance: 0, slowTolerance: 0 };
  const each: Case = { ...recorded, canary: failing(0.01), baseline: failing(0.01) };

  it('holds the total where nothing is tolerated, and is exceeded where each test may err as much as all', () => {
    const spent = simulate(each, { rollouts, settings: intolerant }).rolledBack;
    const totalError = intolerant.totalError * each.rates.length * CRITICAL_METRICS;
    const naive = simulate(each, { rollouts, settings: { ...intolerant, totalError } }).rolledBack;
    console.log(`nothing tolerated: ${spent} of ${rollouts} rolled back; without spending ${naive}`);
    expect(lowerBound(rollouts, spent)).toBeLessThanOrEqual(0.01);
    expect(lowerBound(rollouts, naive)).toBeGreaterThan(0.01);
  });

  it("is not there in Kayenta's rule, which calls many of the same different", () => {
    const { flagged } = simulate({ ...each, memoryOffset: 0 }, { rollouts });
    console.log(
      `Kayenta's rule flags ${((100 * flagged) / rollouts).toFixed(1)} % of rollouts that are alike`,
    );
    expect(flagged / rollouts).toBeGreaterThan(0.1);
  });
});
