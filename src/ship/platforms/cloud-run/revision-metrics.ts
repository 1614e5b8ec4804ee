import type { protos } from '@google-cloud/monitoring';
import type { Histogram, RevisionInterval } from '../../../domain/analysis.ts';
import type { Answer, ServicePlace } from '../../deployment/platform.ts';
import { placeOf } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { addedHistograms, histogramOf } from './distribution.ts';
import { andThen, done, isDone, ONCE, read } from './google-call.ts';
import { revisionPath } from './place-names.ts';
import type { RunPlace } from './place-names.ts';
import { bytesOf } from './quantity.ts';
import { readRevision } from './service-state.ts';

type Series = protos.google.monitoring.v3.ITimeSeries;
type Value = protos.google.monitoring.v3.ITypedValue;

/** A point each minute is the finest there is, and it can be read about three minutes later ("Google Cloud metrics: run"). */
const FINEST_SECONDS = 60;
const INGEST_MS = 180_000;
const NO_LATENCY: Histogram = { boundsMs: [], counts: [0] };

interface Wanted {
  readonly metric: string;
  readonly aligner: string;
  readonly reducer: string;
  readonly by?: string;
}

const REQUESTS: Wanted = {
  metric: 'request_count',
  aligner: 'ALIGN_DELTA',
  reducer: 'REDUCE_SUM',
  by: 'metric.labels.response_code_class',
};
const LATENCIES: Wanted = { metric: 'request_latencies', aligner: 'ALIGN_DELTA', reducer: 'REDUCE_SUM' };
/** A share of the limit, as a distribution over instances. */
const MEMORY: Wanted = {
  metric: 'container/memory/utilizations',
  aligner: 'ALIGN_PERCENTILE_99',
  reducer: 'REDUCE_MAX',
};
/** Time in which CPU was allocated, in seconds: what is paid for, and the nearest to use that there is. */
const CPU: Wanted = {
  metric: 'container/cpu/allocation_time',
  aligner: 'ALIGN_DELTA',
  reducer: 'REDUCE_SUM',
};

interface Grid {
  readonly startMs: number;
  readonly endMs: number;
  readonly periodMs: number;
}

/** What a revision did, in whole minutes: intervals of the settings' length, or of the finest that is kept. */
export async function revisionMetrics(
  cloud: Cloud,
  at: ServicePlace,
  revision: string,
  from: Date,
  to: Date,
): Promise<Answer<readonly RevisionInterval[]>> {
  const place = placeOf(at);
  if ('kind' in place) return place;
  const grid = gridOf(from, to, cloud.world.clock.now(), at.settings.analysis.intervalSeconds);
  if (grid.endMs <= grid.startMs) return done([]);
  const [name, minutes] = [revisionPath(place, revision), Object.values(grid).join(' ')];
  const known = cloud.measured.of(name, minutes);
  if (known !== null) return done(known);
  return andThen(await measure(cloud, place, revision, grid), (measured) => {
    cloud.measured.keep(name, minutes, measured);
    return done(measured);
  });
}

async function measure(
  cloud: Cloud,
  place: RunPlace,
  revision: string,
  grid: Grid,
): Promise<Answer<readonly RevisionInterval[]>> {
  const limit = await memoryLimit(cloud, place, revision);
  if (!isDone(limit)) return limit;
  const answers: (readonly Series[])[] = [];
  for (const wanted of [REQUESTS, LATENCIES, MEMORY, CPU]) {
    const answer = await seriesOf(cloud, place, revision, wanted, grid);
    if (!isDone(answer)) return answer;
    answers.push(answer.value);
  }
  return done(
    intervals(
      answers as [readonly Series[], readonly Series[], readonly Series[], readonly Series[]],
      grid,
      limit.value,
    ),
  );
}

/** Intervals begin at multiples of their length since 1970, so that every look cuts them alike. */
export function gridOf(from: Date, to: Date, now: Date, intervalSeconds: number): Grid {
  const periodMs =
    Math.ceil(Math.max(intervalSeconds, FINEST_SECONDS) / FINEST_SECONDS) * FINEST_SECONDS * 1000;
  const last = Math.min(to.getTime(), now.getTime() - INGEST_MS);
  return {
    startMs: Math.ceil(from.getTime() / periodMs) * periodMs,
    endMs: Math.floor(last / periodMs) * periodMs,
    periodMs,
  };
}

async function seriesOf(
  { clients, world }: Cloud,
  place: RunPlace,
  revision: string,
  { metric, aligner, reducer, by }: Wanted,
  grid: Grid,
): Promise<Answer<readonly Series[]>> {
  const filter = [
    `metric.type = "run.googleapis.com/${metric}"`,
    'resource.type = "cloud_run_revision"',
    `resource.labels.service_name = "${place.service}"`,
    `resource.labels.revision_name = "${revision}"`,
    `resource.labels.location = "${place.region}"`,
  ].join(' AND ');
  const request = {
    name: `projects/${place.project}`,
    filter,
    interval: { startTime: stamp(grid.startMs), endTime: stamp(grid.endMs) },
    aggregation: {
      alignmentPeriod: { seconds: grid.periodMs / 1000 },
      perSeriesAligner: aligner as 'ALIGN_DELTA',
      crossSeriesReducer: reducer as 'REDUCE_SUM',
      ...(by === undefined ? {} : { groupByFields: [by] }),
    },
    view: 'FULL' as const,
  };
  return read(world, async () => {
    const [series] = await (await clients.metrics()).listTimeSeries(request, ONCE);
    return series;
  });
}

function stamp(ms: number): { readonly seconds: number } {
  return { seconds: Math.floor(ms / 1000) };
}

function intervals(
  [requests, latencies, memory, cpu]: readonly [
    readonly Series[],
    readonly Series[],
    readonly Series[],
    readonly Series[],
  ],
  grid: Grid,
  limitBytes: number | null,
): readonly RevisionInterval[] {
  const empty = emptyLatency(latencies);
  return Array.from({ length: (grid.endMs - grid.startMs) / grid.periodMs }, (_, at) => {
    const endMs = grid.startMs + (at + 1) * grid.periodMs;
    const counts = requests.map((series) => ({
      isError: series.metric?.labels?.['response_code_class'] === '5xx',
      count: sum(valuesAt([series], endMs)),
    }));
    const share = valuesAt(memory, endMs).map(numberOf);
    const allocated = valuesAt(cpu, endMs);
    return {
      from: new Date(endMs - grid.periodMs).toISOString(),
      to: new Date(endMs).toISOString(),
      requests: counts.reduce((all, { count }) => all + count, 0),
      errors: counts.reduce((all, { count, isError }) => all + (isError ? count : 0), 0),
      latency: valuesAt(latencies, endMs)
        .flatMap(({ distributionValue }) => histogramOf(distributionValue) ?? [])
        .reduce(addedHistograms, empty),
      memoryBytes:
        share.length === 0 || limitBytes === null ? null : Math.round(Math.max(...share) * limitBytes),
      cpuSeconds: allocated.length === 0 ? null : allocated.map(numberOf).reduce((a, b) => a + b, 0),
    };
  });
}

/** The bounds that the series has anywhere, so that all intervals have the same. */
function emptyLatency(series: readonly Series[]): Histogram {
  const all = series.flatMap(({ points }) => points ?? []);
  const first = all.map(({ value }) => histogramOf(value?.distributionValue)).find((one) => one !== null);
  return first == null ? NO_LATENCY : { ...first, counts: first.counts.map(() => 0) };
}

/** A point belongs to the interval at whose end it stands. */
function valuesAt(series: readonly Series[], endMs: number): readonly Value[] {
  return series.flatMap(({ points }) =>
    (points ?? []).flatMap(({ interval, value }) =>
      value && Number(interval?.endTime?.seconds ?? NaN) * 1000 === endMs ? [value] : [],
    ),
  );
}

function sum(values: readonly Value[]): number {
  return Math.round(values.map(numberOf).reduce((a, b) => a + b, 0));
}

/** Values that are not set come as 0 beside the one that is. */
function numberOf(value: Value): number {
  return Number(value.doubleValue ?? 0) || Number(value.int64Value ?? 0);
}

/** In bytes; null: the revision is gone, or says nothing. */
async function memoryLimit(cloud: Cloud, place: RunPlace, revision: string): Promise<Answer<number | null>> {
  return andThen(await readRevision(cloud, place, revision), (found) =>
    done(bytesOf(found?.containers?.[0]?.resources?.limits?.['memory'] ?? '')),
  );
}
