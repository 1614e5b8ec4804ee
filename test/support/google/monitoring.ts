import { grouped } from './grouped.ts';
import { parseFilter } from './filter.ts';
import { pageOf, type GoogleWorld, type Handlers } from './google-world.ts';
import { objectAt, textAt, type JsonObject } from './json.ts';
import { align, pointMessage, readAlignment, reduce, type Series } from './monitoring-alignment.ts';
import {
  METRICS,
  type MetricKind,
  type MetricType,
  type MonitoringState,
  type StoredPoint,
} from './monitoring-data.ts';
import { invalid, Refusal } from './refusal.ts';

/** google.monitoring.v3.MetricService, as far as it reads time series. */
export function monitoringHandlers(world: GoogleWorld, state: MonitoringState): Handlers {
  return { 'MetricService.ListTimeSeries': (request) => listTimeSeries(world, state, request) };
}

function listTimeSeries(world: GoogleWorld, state: MonitoringState, request: JsonObject): JsonObject {
  const project = textAt(request, 'name').replace('projects/', '');
  const filter = parseFilter(textAt(request, 'filter'), valuesOf);
  const type = metricType(filter.equals);
  const { from, to } = intervalOf(objectAt(request, 'interval'));
  const readable = world.now().getTime() - state.ingestDelayMs;
  const points = state.points.filter(
    (point) =>
      point.metric === type &&
      point.place.project === project &&
      point.to > from &&
      point.to <= to &&
      Math.max(point.to, point.addedAt) <= readable &&
      filter.matches(point),
  );
  const alignment = readAlignment(objectAt(request, 'aggregation'));
  const series = reduce(align(points, alignment, to), alignment);
  const { page, ...more } = pageOf(
    series.flatMap((one) => one.points.map((point) => ({ one, point }))),
    request,
    100_000,
  );
  const isShort = request['view'] === 'HEADERS';
  const bySeries = grouped(page, ({ one }) => one);
  return {
    timeSeries: [...bySeries].map(([one, inside]) => ({
      ...headMessage(one, type),
      ...(isShort ? {} : { points: inside.map(({ point }) => pointMessage(point, one)) }),
    })),
    unit: METRICS[type].unit,
    ...more,
  };
}

function headMessage(series: Series, type: MetricType): JsonObject {
  const known: MetricKind = METRICS[type];
  return {
    metric: { type, labels: series.metricLabels },
    resource: { type: 'cloud_run_revision', labels: series.resourceLabels },
    metricKind: series.kind,
    valueType: series.valueType,
    unit: known.unit,
  };
}

function metricType(equals: ReadonlyMap<string, string>): MetricType {
  const type = equals.get('metric.type');
  if (type === undefined)
    throw invalid('filter', 'The filter must contain exactly one restriction of the form metric.type = "…".');
  if (!(type in METRICS))
    throw new Refusal(
      'NOT_FOUND',
      `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available.`,
    );
  return type as MetricType;
}

function intervalOf(interval: JsonObject): { readonly from: number; readonly to: number } {
  const to = Date.parse(textAt(interval, 'endTime'));
  if (Number.isNaN(to)) throw invalid('interval.endTime', 'must be set');
  const start = textAt(interval, 'startTime');
  const from = start === '' ? to - 1 : Date.parse(start);
  if (from > to) throw invalid('interval.startTime', 'must not be after interval.endTime');
  return { from, to };
}

function valuesOf({ metric, place, labels }: StoredPoint, path: string): readonly string[] {
  const resource: Readonly<Record<string, string>> = {
    project_id: place.project,
    location: place.location,
    service_name: place.service,
    configuration_name: place.service,
    revision_name: place.revision,
  };
  if (path === 'metric.type') return [metric];
  if (path === 'resource.type') return ['cloud_run_revision'];
  const [, of, key] = /^(metric|resource)\.labels?\.(\w+)$/.exec(path) ?? [];
  if (of === 'resource' && resource[key!] !== undefined) return [resource[key!]!];
  if (of === 'metric') return labels[key!] === undefined ? [] : [labels[key!]!];
  if (path === 'project') return [place.project];
  throw invalid('filter', `The supplied filter contains an unknown field '${path}'.`);
}
