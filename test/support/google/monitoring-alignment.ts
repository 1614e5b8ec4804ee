import { grouped } from './grouped.ts';
import { distributionMessage, merged, percentile, type Distribution } from './distribution.ts';
import { textAt, textsAt, type JsonObject } from './json.ts';
import { METRICS, type MetricKind, type StoredPoint } from './monitoring-data.ts';
import { invalid } from './refusal.ts';

export interface Point {
  readonly from: number;
  readonly to: number;
  readonly value: number | Distribution;
}

/** Points of one resource and one set of the metric's labels. */
export interface Series {
  readonly metricLabels: Readonly<Record<string, string>>;
  readonly resourceLabels: Readonly<Record<string, string>>;
  readonly kind: 'DELTA' | 'GAUGE';
  readonly valueType: 'INT64' | 'DOUBLE' | 'DISTRIBUTION';
  readonly points: readonly Point[];
}

export interface Alignment {
  /** Null: points stay as they are. */
  readonly periodMs: number | null;
  readonly aligner: string;
  readonly reducer: string;
  readonly groupBy: readonly string[];
}

export function readAlignment(aggregation: JsonObject): Alignment {
  const aligner = textAt(aggregation, 'perSeriesAligner') || 'ALIGN_NONE';
  const reducer = textAt(aggregation, 'crossSeriesReducer') || 'REDUCE_NONE';
  const period = textAt(aggregation, 'alignmentPeriod');
  if (aligner === 'ALIGN_NONE' && reducer !== 'REDUCE_NONE')
    throw invalid('aggregation.perSeriesAligner', 'must be set when aggregation.crossSeriesReducer is set.');
  if (aligner !== 'ALIGN_NONE' && (period === '' || Number.parseFloat(period) < 60))
    throw invalid(
      'aggregation.alignmentPeriod',
      'must be at least 60 seconds when aggregation.perSeriesAligner is set.',
    );
  const groupBy = textsAt(aggregation, 'groupByFields').map((path) =>
    path.replace(/\.labels?\./, '.labels.'),
  );
  return {
    periodMs: aligner === 'ALIGN_NONE' ? null : Number.parseFloat(period) * 1000,
    aligner,
    reducer,
    groupBy,
  };
}

type Values = readonly (number | Distribution)[];

/** What each aligner takes and gives (google/monitoring/v3/common.proto); an aligner that is not here is not part of this server. */
const ALIGNERS: Readonly<
  Record<
    string,
    {
      readonly takes: (metric: MetricKind) => boolean;
      readonly gives: Series['valueType'] | null;
      readonly of: (values: Values, ms: number) => number | Distribution;
    }
  >
> = {
  ALIGN_DELTA: { takes: ({ kind }) => kind === 'DELTA', gives: null, of: total },
  ALIGN_SUM: { takes: () => true, gives: null, of: total },
  ALIGN_RATE: {
    takes: isNumericDelta,
    gives: 'DOUBLE',
    of: (values, ms) => (total(values) as number) / (ms / 1000),
  },
  ALIGN_MEAN: {
    takes: ({ kind }) => kind === 'GAUGE',
    gives: 'DOUBLE',
    of: (values) => (total(values) as number) / values.length,
  },
  ALIGN_MAX: { takes: isNumeric, gives: null, of: (values) => Math.max(...(values as readonly number[])) },
  ALIGN_MIN: { takes: isNumeric, gives: null, of: (values) => Math.min(...(values as readonly number[])) },
  ALIGN_COUNT: { takes: () => true, gives: 'INT64', of: (values) => values.length },
  ALIGN_PERCENTILE_99: percentileAligner(0.99),
  ALIGN_PERCENTILE_95: percentileAligner(0.95),
  ALIGN_PERCENTILE_50: percentileAligner(0.5),
  ALIGN_PERCENTILE_05: percentileAligner(0.05),
};

function percentileAligner(share: number) {
  return {
    takes: ({ value }: MetricKind) => value === 'DISTRIBUTION',
    gives: 'DOUBLE' as const,
    of: (values: Values) => percentile(total(values) as Distribution, share),
  };
}

function isNumeric({ value }: MetricKind): boolean {
  return value !== 'DISTRIBUTION';
}

function isNumericDelta(metric: MetricKind): boolean {
  return metric.kind === 'DELTA' && isNumeric(metric);
}

function total(values: Values): number | Distribution {
  return values.reduce((sum, value) =>
    typeof sum === 'number' || typeof value === 'number' ? Number(sum) + Number(value) : merged(sum, value),
  );
}

/** Stored points as series of periods that end where the interval ends. */
export function align(stored: readonly StoredPoint[], alignment: Alignment, end: number): readonly Series[] {
  const groups = grouped(stored, (point) => JSON.stringify([point.place, point.labels]));
  return [...groups.values()].map((points) => alignOne(points, alignment, end));
}

function alignOne(points: readonly StoredPoint[], { periodMs, aligner }: Alignment, end: number): Series {
  const { metric, place, labels } = points[0]!;
  const known: MetricKind = METRICS[metric];
  const named = {
    metricLabels: labels,
    resourceLabels: {
      project_id: place.project,
      location: place.location,
      service_name: place.service,
      revision_name: place.revision,
      configuration_name: place.service,
    },
  };
  if (periodMs === null)
    return { ...named, kind: known.kind, valueType: known.value, points: newestFirst(points) };
  const rule = ALIGNERS[aligner];
  if (rule === undefined || !rule.takes(known))
    throw invalid(
      'aggregation.perSeriesAligner',
      `The aligner ${aligner} cannot be applied to metrics with kind ${known.kind} and value type ${known.value}.`,
    );
  const periods = grouped(points, (point) => Math.floor((end - point.to) / periodMs));
  const aligned = [...periods].map(([back, inside]) => ({
    from: end - (back + 1) * periodMs,
    to: end - back * periodMs,
    value: rule.of(
      inside.map((one) => one.value),
      periodMs,
    ),
  }));
  const kind = ['ALIGN_DELTA', 'ALIGN_SUM'].includes(aligner) && known.kind === 'DELTA' ? 'DELTA' : 'GAUGE';
  return { ...named, kind, valueType: rule.gives ?? known.value, points: newestFirst(aligned) };
}

function newestFirst(points: readonly Point[]): readonly Point[] {
  return [...points].sort((a, b) => b.to - a.to);
}

const REDUCERS: Readonly<Record<string, (values: Values) => number | Distribution>> = {
  REDUCE_SUM: total,
  REDUCE_MEAN: (values) =>
    typeof values[0] === 'number'
      ? (total(values) as number) / values.length
      : (total(values) as Distribution).mean,
  REDUCE_MAX: (values) => Math.max(...(values as readonly number[])),
  REDUCE_MIN: (values) => Math.min(...(values as readonly number[])),
  REDUCE_COUNT: (values) => values.length,
  REDUCE_PERCENTILE_99: (values) => percentile(total(values) as Distribution, 0.99),
  REDUCE_PERCENTILE_95: (values) => percentile(total(values) as Distribution, 0.95),
  REDUCE_PERCENTILE_50: (values) => percentile(total(values) as Distribution, 0.5),
};

/** Series that agree in the fields of the grouping become one. */
export function reduce(series: readonly Series[], { reducer, groupBy }: Alignment): readonly Series[] {
  if (reducer === 'REDUCE_NONE') return series;
  const rule = REDUCERS[reducer];
  if (rule === undefined) throw invalid('aggregation.crossSeriesReducer', `${reducer} is not supported.`);
  const kept = (labels: Readonly<Record<string, string>>, of: string) =>
    Object.fromEntries(Object.entries(labels).filter(([key]) => groupBy.includes(`${of}.labels.${key}`)));
  const groups = grouped(series, (one) =>
    JSON.stringify([kept(one.metricLabels, 'metric'), kept(one.resourceLabels, 'resource')]),
  );
  return [...groups.values()].map((members) => {
    const byTime = grouped(
      members.flatMap((one) => one.points),
      (point) => point.to,
    );
    const points = [...byTime.values()].map((at) => ({ ...at[0]!, value: rule(at.map((one) => one.value)) }));
    return {
      metricLabels: kept(members[0]!.metricLabels, 'metric'),
      resourceLabels: kept(members[0]!.resourceLabels, 'resource'),
      kind: members[0]!.kind,
      valueType:
        typeof points[0]!.value !== 'number'
          ? 'DISTRIBUTION'
          : reducer === 'REDUCE_SUM' || reducer === 'REDUCE_COUNT'
            ? members[0]!.valueType === 'DOUBLE'
              ? 'DOUBLE'
              : 'INT64'
            : 'DOUBLE',
      points: newestFirst(points),
    };
  });
}

export function pointMessage(point: Point, { kind, valueType }: Series): JsonObject {
  const { value } = point;
  const written =
    typeof value !== 'number'
      ? { distributionValue: distributionMessage(value) }
      : valueType === 'INT64'
        ? { int64Value: String(Math.round(value)) }
        : { doubleValue: value };
  const end = new Date(point.to).toISOString();
  return {
    interval: { startTime: kind === 'GAUGE' ? end : new Date(point.from).toISOString(), endTime: end },
    value: written,
  };
}
