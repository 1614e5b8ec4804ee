import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { KayentaScore, RevisionInterval } from '../../domain/analysis.ts';
import { ranked, rankStatistic, typicalShift } from './mann-whitney.ts';
import type { Ranked } from './mann-whitney.ts';
import type { Pair } from './paired-intervals.ts';
import { msOf, placeOf } from './percentile.ts';

/** Of Kayenta's Netflix judge: the two-sided confidence of the test, and the part of the effect that a difference has to exceed. */
const CONFIDENCE = 0.98;
const TOLERANCE = 0.25;
/** In standard deviations. */
const SURE = normalQuantile((1 + CONFIDENCE) / 2, 0, 1);
/** With fewer on each side no difference is sure at 0.98. */
const LEAST_VALUES = 5;

type Classification = KayentaScore['metrics'][number]['classification'];

/** Values of one interval; null: none. Groups weigh alike, and so do the metrics of one. */
const METRICS: readonly {
  readonly metric: string;
  readonly group: string;
  readonly of: (interval: RevisionInterval) => number | null;
}[] = [
  { metric: 'errors', group: 'errors', of: (each) => perRequest(each.errors, each.requests) },
  { metric: 'latency-p95', group: 'latency', of: latency },
  { metric: 'memory', group: 'saturation', of: (each) => each.memoryBytes },
  { metric: 'cpu', group: 'saturation', of: (each) => perRequest(each.cpuSeconds, each.requests) },
];

/**
 * What Kayenta (spinnaker/kayenta, `NetflixACAJudge`) would say: each metric's intervals are compared by a Mann-Whitney test, in both
 * directions; the score is the weighted share of metrics that pass. It takes intervals for independent, does not allow for how many metrics
 * and looks there are, and knows nothing of how two processes of the same program differ for as long as they live. It decides nothing.
 */
export function kayentaScore(pairs: readonly Pair[]): KayentaScore {
  const classified = METRICS.map(({ metric, group, of }) => ({
    metric,
    group,
    classification: classify(
      valuesOf(pairs.map(({ canary }) => of(canary))),
      valuesOf(pairs.map(({ baseline }) => of(baseline))),
    ),
  }));
  const groups = new Set(METRICS.map(({ group }) => group)).size;
  const metrics = classified.map(({ metric, group, classification }) => ({
    metric,
    classification,
    weight: 100 / groups / classified.filter((each) => each.group === group).length,
  }));
  return { score: scoreOf(metrics), metrics };
}

/** The part of weight that passed, of all that had data. */
function scoreOf(metrics: KayentaScore['metrics']): number | null {
  const told = metrics.filter(({ classification }) => classification !== 'Nodata');
  const weight = told.reduce((total, each) => total + each.weight, 0);
  if (weight === 0) return null;
  const passed = told.reduce((total, each) => total + (each.classification === 'Pass' ? each.weight : 0), 0);
  return Math.round((1000 * passed) / weight) / 10;
}

/**
 * A difference counts where its confidence interval lies beyond a quarter of its own typical size. That is so where a test of that quarter is
 * sure, which needs no search for the interval's ends.
 */
function classify(canary: Ranked, baseline: Ranked): Classification {
  if (canary.length < LEAST_VALUES || baseline.length < LEAST_VALUES) return 'Nodata';
  if (Math.abs(rankStatistic(canary, baseline)) <= SURE) return 'Pass';
  const statistic = rankStatistic(canary, baseline, TOLERANCE * typicalShift(canary, baseline));
  if (statistic > SURE) return 'High';
  return statistic < -SURE ? 'Low' : 'Pass';
}

function valuesOf(values: readonly (number | null)[]): Ranked {
  return ranked(values.filter((value) => value !== null));
}

function perRequest(value: number | null, requests: number): number | null {
  return value === null || requests === 0 ? null : value / requests;
}

function latency({ latency: { boundsMs, counts } }: RevisionInterval): number | null {
  const place = placeOf(counts, 0, 0.05);
  return place === null ? null : msOf(place, boundsMs);
}
