import * as v from 'valibot';

/** Bounds on one record: far above anything published, low enough that a hostile one costs little. */
const MOST_ENTRIES = 200_000;

const list = <T extends v.GenericSchema>(item: T) =>
  v.nullish(v.pipe(v.array(item), v.maxLength(MOST_ENTRIES)), []);

/** Fields that only inform: a broken one is taken for absent and never costs the record. */
const informing = <T extends v.GenericSchema>(schema: T, absent: v.InferOutput<T>) =>
  v.fallback(v.nullish(schema, absent), absent);

const Word = v.nullish(v.looseObject({ severity: v.fallback(v.nullish(v.string(), null), null) }), null);

const Scores = informing(
  v.array(v.object({ type: v.string(), score: v.pipe(v.string(), v.maxLength(500)) })),
  [],
);

const Event = v.object({
  introduced: v.optional(v.string()),
  fixed: v.optional(v.string()),
  last_affected: v.optional(v.string()),
  limit: v.optional(v.string()),
});

const Affected = v.object({
  package: v.nullish(v.object({ ecosystem: v.string(), name: v.string() }), null),
  ranges: list(v.object({ type: v.string(), events: list(Event) })),
  versions: list(v.string()),
  severity: Scores,
  database_specific: v.fallback(Word, null),
  ecosystem_specific: v.fallback(Word, null),
});

/**
 * An OSV record, schema 1.x, loosely: unknown fields pass by, fields that only inform may be broken, what decides
 * whether a version is affected may not.
 */
const Record = v.object({
  // Printable ASCII: an id is shown, compared and sent to a server.
  id: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,200}$/, 'not an identifier')),
  modified: informing(v.string(), ''),
  published: informing(v.string(), ''),
  withdrawn: informing(v.string(), ''),
  aliases: informing(v.array(v.string()), []),
  summary: informing(v.string(), ''),
  details: informing(v.string(), ''),
  severity: Scores,
  affected: list(Affected),
  references: informing(v.array(v.object({ url: v.string() })), []),
  database_specific: v.fallback(Word, null),
});

export type OsvRecord = v.InferOutput<typeof Record>;
export type OsvAffected = OsvRecord['affected'][number];

/** The record, or in one sentence why it is none. */
export function readOsvRecord(json: unknown): OsvRecord | string {
  const result = v.safeParse(Record, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  return place === null ? 'it is not a JSON object' : `${place.slice(0, 80)}: ${issue.message.slice(0, 120)}`;
}
