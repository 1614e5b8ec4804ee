import { pageOf, randomName, type GoogleWorld, type Handlers } from './google-world.ts';
import { parseFilter } from './filter.ts';
import { mapAt, objectAt, textAt, textsAt, type JsonObject } from './json.ts';
import { invalid } from './refusal.ts';
import type { RevisionLog } from './run-state.ts';

/** What was logged, in the order of coming. */
export interface LoggingState {
  readonly entries: JsonObject[];
  /** How long an entry cannot be read yet, by the services' clock. Default 0. */
  ingestDelayMs: number;
  /** As a container writes it. */
  addRevisionLog(entry: RevisionLog): void;
  addBuildLog(project: string, build: string, text: string): void;
}

export function createLogging(world: GoogleWorld, ingestDelayMs: number): LoggingState {
  const entries: JsonObject[] = [];
  const add = (entry: JsonObject) => {
    const timestamp = world.now().toISOString();
    entries.push({ insertId: randomName(world, 16), timestamp, receiveTimestamp: timestamp, ...entry });
  };
  return {
    entries,
    ingestDelayMs,
    addRevisionLog: ({ service, revision, severity, text, stream }) => {
      const [, project, , location, , id] = service.split('/') as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const log = stream === 'system' ? '%2Fvarlog%2Fsystem' : `%2F${stream}`;
      add({
        logName: `projects/${project}/logs/run.googleapis.com${log}`,
        resource: {
          type: 'cloud_run_revision',
          labels: {
            project_id: project,
            location,
            service_name: id,
            configuration_name: id,
            revision_name: revision,
          },
        },
        severity,
        textPayload: text,
        labels: { instanceId: randomName(world, 32) },
      });
    },
    addBuildLog: (project, build, text) =>
      add({
        logName: `projects/${project}/logs/cloudbuild`,
        resource: { type: 'build', labels: { project_id: project, build_id: build, build_trigger_id: '' } },
        severity: 'INFO',
        textPayload: text,
      }),
  };
}

/** google.logging.v2.LoggingServiceV2, as far as it reads. */
export function loggingHandlers(world: GoogleWorld, state: LoggingState): Handlers {
  return {
    'LoggingServiceV2.ListLogEntries': (request) => {
      const projects = textsAt(request, 'resourceNames');
      if (projects.length === 0) throw invalid('resource_names', 'must contain at least one resource');
      const orderBy = textAt(request, 'orderBy') || 'timestamp asc';
      if (!/^timestamp( (asc|desc))?$/.test(orderBy))
        throw invalid('order_by', `'${orderBy}' must be 'timestamp asc' or 'timestamp desc'`);
      if (Number(request['pageSize'] ?? 0) > 1000) throw invalid('page_size', 'must be at most 1000');
      const filter = parseFilter(textAt(request, 'filter'), valuesOf);
      const before = world.now().getTime() - state.ingestDelayMs;
      const matching = state.entries.filter(
        (entry) =>
          projects.some((project) => textAt(entry, 'logName').startsWith(`${project}/`)) &&
          Date.parse(textAt(entry, 'receiveTimestamp')) <= before &&
          filter.matches(entry),
      );
      const { page, ...more } = pageOf(orderBy.endsWith('desc') ? matching.reverse() : matching, request, 50);
      return { entries: page, ...more };
    },
  };
}

function valuesOf(entry: JsonObject, path: string): readonly string[] {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  const key = rest.join('.');
  if (first === 'resource')
    return key === 'type'
      ? [textAt(objectAt(entry, 'resource'), 'type')]
      : valueIn(mapAt(objectAt(entry, 'resource'), 'labels'), key.replace(/^labels\./, ''));
  if (first === 'labels') return valueIn(mapAt(entry, 'labels'), key);
  if (first === 'log_id') return [textAt(entry, 'logName').split('/logs/')[1] ?? ''];
  if (['logName', 'severity', 'textPayload', 'timestamp', 'insertId', 'receiveTimestamp'].includes(first))
    return valueIn(entry, first);
  throw invalid('filter', `Field not found: '${path}'.`);
}

function valueIn(map: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  const value = map[key.replaceAll('"', '')];
  return typeof value === 'string' ? [value] : [];
}
