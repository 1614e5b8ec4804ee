import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { SEVERITIES } from '../../domain/advisory.ts';
import type { BundledSource } from './advisory-bundle.ts';
import type { AdvisorySource } from './advisory-source.ts';
import { parseJson } from './osv-answer.ts';
import { STORED_FORMAT } from './stored-record.ts';

const Name = v.custom<PackageName>((value) => typeof value === 'string' && value.length <= 200);
const Id = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,200}$/));
const Day = v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/)));
const Instant = v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)));

const Stored = v.object({
  id: Id,
  aliases: v.array(Id),
  modified: Instant,
  published: Instant,
  withdrawn: Instant,
  summary: v.string(),
  details: v.string(),
  references: v.array(v.pipe(v.string(), v.regex(/^https?:\/\/\S+$/))),
  scores: v.array(v.tuple([v.picklist(['v4', 'v3', 'v2']), v.number(), v.string()])),
  word: v.nullable(v.picklist(SEVERITIES)),
  ranges: v.array(
    v.object({
      known: v.boolean(),
      events: v.array(v.tuple([v.picklist(['introduced', 'fixed', 'last_affected', 'limit']), v.string()])),
    }),
  ),
  versions: v.array(v.string()),
  unusable: v.nullable(v.string()),
  unreadableBounds: v.array(v.string()),
});

const Bundle = v.object({
  format: v.literal(STORED_FORMAT),
  sources: v.array(
    v.object({
      state: v.object({
        name: v.string(),
        date: Day,
        records: v.number(),
        reachable: v.boolean(),
        why: v.nullable(v.string()),
      }),
      problems: v.array(
        v.object({
          kind: v.picklist(['unreadable-record', 'unmatchable', 'unreadable-bound']),
          id: Id,
          ids: v.array(Id),
          package: v.nullable(Name),
          why: v.string(),
          source: v.string(),
        }),
      ),
      packages: v.array(v.tuple([Name, v.array(Stored)])),
      unanswered: v.array(v.tuple([Name, v.string()])),
    }),
  ),
});

/** The sources as they were when the bundle was made. Throws `UserFacingError` (bundle-invalid). */
export function openBundledSources(bytes: Uint8Array): readonly AdvisorySource[] {
  const parsed = v.safeParse(Bundle, parseJson(bytes), { abortEarly: true });
  if (!parsed.success) {
    throw new UserFacingError('bundle-invalid', 'the advisories of the bundle cannot be read', {
      hint: 'make the bundle again with this version: fettle bundle create',
    });
  }
  return parsed.output.sources.map(bundledSource);
}

function bundledSource({ state, problems, packages, unanswered }: BundledSource): AdvisorySource {
  const records = new Map(packages);
  const failures = new Map(unanswered);
  return {
    load: () => Promise.resolve(),
    records: (name) => records.get(name) ?? [],
    details: (name) => (records.get(name) ?? []).map(({ details }) => details),
    unanswered: (name) =>
      failures.get(name) ??
      (records.has(name) ? null : `the bundle has no answer of ${state.name} about ${name}`),
    state,
    problems,
  };
}
