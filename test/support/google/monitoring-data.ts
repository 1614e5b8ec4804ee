import {
  distributionOf,
  LATENCY_BUCKETS,
  SHARE_BUCKETS,
  type BucketOptions,
  type Distribution,
} from './distribution.ts';

/** Kinds of the metrics of Cloud Run (cloud.google.com/monitoring/api/metrics_gcp); another type is not found. */
export const METRICS = {
  'run.googleapis.com/request_count': { kind: 'DELTA', value: 'INT64', unit: '1', buckets: null },
  'run.googleapis.com/request_latencies': {
    kind: 'DELTA',
    value: 'DISTRIBUTION',
    unit: 'ms',
    buckets: LATENCY_BUCKETS,
  },
  'run.googleapis.com/container/instance_count': { kind: 'GAUGE', value: 'INT64', unit: '1', buckets: null },
  'run.googleapis.com/container/billable_instance_time': {
    kind: 'DELTA',
    value: 'DOUBLE',
    unit: 's',
    buckets: null,
  },
  'run.googleapis.com/container/cpu/allocation_time': {
    kind: 'DELTA',
    value: 'DOUBLE',
    unit: 's',
    buckets: null,
  },
  'run.googleapis.com/container/memory/allocation_time': {
    kind: 'DELTA',
    value: 'DOUBLE',
    unit: 'GiBy.s',
    buckets: null,
  },
  'run.googleapis.com/container/cpu/utilizations': {
    kind: 'DELTA',
    value: 'DISTRIBUTION',
    unit: '10^2.%',
    buckets: SHARE_BUCKETS,
  },
  'run.googleapis.com/container/memory/utilizations': {
    kind: 'DELTA',
    value: 'DISTRIBUTION',
    unit: '10^2.%',
    buckets: SHARE_BUCKETS,
  },
  'run.googleapis.com/container/startup_latencies': {
    kind: 'DELTA',
    value: 'DISTRIBUTION',
    unit: 'ms',
    buckets: LATENCY_BUCKETS,
  },
} as const satisfies Readonly<Record<string, MetricKind>>;

export interface MetricKind {
  readonly kind: 'DELTA' | 'GAUGE';
  readonly value: 'INT64' | 'DOUBLE' | 'DISTRIBUTION';
  readonly unit: string;
  readonly buckets: BucketOptions | null;
}

export type MetricType = keyof typeof METRICS;

/** A revision as the time series name it. */
export interface SeriesPlace {
  readonly project: string;
  readonly location: string;
  readonly service: string;
  readonly revision: string;
}

export interface StoredPoint {
  readonly metric: MetricType;
  readonly place: SeriesPlace;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly value: number | Distribution;
  readonly addedAt: number;
}

/** Where tests and simulated traffic put what revisions did. */
export interface MonitoringState {
  readonly points: StoredPoint[];
  /** How long a point cannot be read yet, after its end. The real service takes up to three minutes. Default 0. */
  ingestDelayMs: number;
  /** `value` is a number, or the single values of a distribution. */
  addPoint(point: {
    readonly metric: MetricType;
    readonly place: SeriesPlace;
    readonly labels?: Readonly<Record<string, string>>;
    readonly from: Date;
    readonly to: Date;
    readonly value: number | readonly number[];
  }): void;
  /** Requests of one interval with what they took, by the code of their answer: count and latencies. */
  addRequests(
    place: SeriesPlace,
    from: Date,
    to: Date,
    latenciesMsByCode: Readonly<Record<string, readonly number[]>>,
  ): void;
}

export function createMonitoring(now: () => Date, ingestDelayMs: number): MonitoringState {
  const points: StoredPoint[] = [];
  const addPoint: MonitoringState['addPoint'] = ({ metric, place, labels = {}, from, to, value }) => {
    const { buckets }: MetricKind = METRICS[metric];
    if ((buckets !== null) === (typeof value === 'number'))
      throw new TypeError(`${metric} takes another kind of value`);
    points.push({
      metric,
      place,
      labels,
      from: from.getTime(),
      to: to.getTime(),
      value: typeof value === 'number' ? value : distributionOf(value, buckets!),
      addedAt: now().getTime(),
    });
  };
  return {
    points,
    ingestDelayMs,
    addPoint,
    addRequests: (place, from, to, latenciesMsByCode) => {
      for (const [code, latencies] of Object.entries(latenciesMsByCode)) {
        const labels = { response_code: code, response_code_class: `${code[0]}xx` };
        addPoint({
          metric: 'run.googleapis.com/request_count',
          place,
          labels,
          from,
          to,
          value: latencies.length,
        });
        addPoint({
          metric: 'run.googleapis.com/request_latencies',
          place,
          labels,
          from,
          to,
          value: latencies,
        });
      }
    },
  };
}
