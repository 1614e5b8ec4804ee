import * as v from 'valibot';
import { masked } from '../../../io/masked.ts';
import type { Answer } from '../../deployment/platform.ts';
import { andThen, done, ONCE, read } from './google-call.ts';
import type { Cloud } from './cloud.ts';
import type { RunPlace } from './place-names.ts';

const Value = v.object({
  stringValue: v.nullish(v.string()),
  structValue: v.nullish(v.unknown()),
});

/** An entry as the client gives it (google.logging.v2.LogEntry); a payload of JSON is a protobuf Struct. */
const Entry = v.object({
  insertId: v.nullish(v.string(), ''),
  timestamp: v.nullish(
    v.object({ seconds: v.union([v.string(), v.number()]), nanos: v.nullish(v.number(), 0) }),
  ),
  textPayload: v.nullish(v.string()),
  jsonPayload: v.nullish(v.object({ fields: v.record(v.string(), Value) })),
});

export interface LogLine {
  readonly id: string;
  /** ISO 8601; null: none was given. */
  readonly at: string | null;
  /** Masked, of at most 2,000 letters. */
  readonly text: string;
}

const LONGEST_LINE = 2000;
const MOST = 1000;

/** Entries of Cloud Logging that a filter takes ("Logging query language"), at most `most`, in the order asked for. */
export async function logLines(
  { clients, world }: Cloud,
  project: string,
  filter: string,
  most: number,
  order: 'oldest' | 'youngest',
): Promise<Answer<readonly LogLine[]>> {
  const request = {
    resourceNames: [`projects/${project}`],
    filter,
    orderBy: order === 'youngest' ? 'timestamp desc' : 'timestamp asc',
    pageSize: Math.min(most, MOST),
  };
  const answer = await read(world, async () => {
    const [entries] = await (await clients.logs()).listLogEntries(request, { ...ONCE, autoPaginate: false });
    return entries;
  });
  return andThen(answer, (entries) =>
    done(
      entries.flatMap((entry) => {
        const parsed = v.safeParse(Entry, entry);
        const text = parsed.success ? textOf(parsed.output) : null;
        if (!parsed.success || text === null) return [];
        const { insertId, timestamp } = parsed.output;
        const at = timestamp == null ? null : isoOf(Number(timestamp.seconds), timestamp.nanos ?? 0);
        return [{ id: insertId ?? '', at, text: masked(text, world.environment).slice(0, LONGEST_LINE) }];
      }),
    ),
  );
}

/** The last lines of one revision, oldest first: what it printed, and what the platform says of its instances. */
export async function revisionLogs(
  cloud: Cloud,
  place: RunPlace,
  revision: string,
  most: number,
): Promise<Answer<readonly string[]>> {
  const filter = [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name="${place.service}"`,
    `resource.labels.revision_name="${revision}"`,
    `resource.labels.location="${place.region}"`,
    // One entry for each request tells nothing of a start.
    'NOT log_id("run.googleapis.com/requests")',
  ].join(' AND ');
  const answer = await logLines(cloud, place.project, filter, most, 'youngest');
  return andThen(answer, (lines) => done(lines.map(({ text }) => text).reverse()));
}

function textOf({ textPayload, jsonPayload }: v.InferOutput<typeof Entry>): string | null {
  if (textPayload) return textPayload.trimEnd();
  const message = jsonPayload?.fields['message']?.stringValue;
  return message ? message.trimEnd() : null;
}

function isoOf(seconds: number, nanos: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
}
