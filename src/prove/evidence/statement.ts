import * as v from 'valibot';
import { bytesOf, digestOf } from '../../change/source-bytes.ts';
import { headOf, recordLines } from './records.ts';
import type { Chain } from './records.ts';
import type { Subject } from './subject.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** What a predicate of this type holds is told in docs/json.md and schemas/evidence-1.json. */
export const PREDICATE_TYPE = 'urn:fettle:predicate:evidence-1';

/** The file of the records beside the attestation. */
export const RECORDS_FILE = 'evidence.jsonl';

const SHA256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const NAMED = v.record(v.string(), v.string());

const CHECK = v.object({
  command: v.array(v.string()),
  exitCode: v.nullable(v.number()),
  startedAt: v.string(),
  durationMs: v.number(),
  versions: NAMED,
  digests: NAMED,
  limits: v.array(v.string()),
  output: v.string(),
});

const EVIDENCE = v.object({
  id: v.string(),
  claim: v.string(),
  verdict: v.picklist(['proven', 'refuted', 'unknown']),
  how: v.string(),
  seen: v.string(),
  approximate: v.boolean(),
  check: v.exactOptional(CHECK),
});

const OPENING = v.object({
  sequence: v.literal(0),
  previous: v.null(),
  run: v.object({
    id: v.string(),
    tool: v.object({ name: v.literal('fettle'), version: v.nullable(v.string()) }),
    startedAt: v.string(),
    inputs: NAMED,
  }),
});

const RECORD = v.object({ sequence: v.number(), previous: v.string(), evidence: EVIDENCE });

const SUBJECT = v.object({
  name: v.string(),
  digest: v.object({ sha256: SHA256 }),
  annotations: v.object({ kind: v.picklist(['file', 'lock', 'image', 'records']) }),
});

/** An in-toto Statement with our predicate. */
export const STATEMENT = v.object({
  _type: v.literal(STATEMENT_TYPE),
  subject: v.pipe(v.array(SUBJECT), v.minLength(1)),
  predicateType: v.literal(PREDICATE_TYPE),
  predicate: v.object({
    head: v.string(),
    records: v.tupleWithRest([OPENING], RECORD),
  }),
});

export type Statement = v.InferOutput<typeof STATEMENT>;

/** The statement about a run's records and what they speak of. The file of the records is always among its subjects. */
export function statementOf(records: Chain, subjects: readonly Subject[]): Statement {
  const [opening, ...rest] = records;
  const own: Subject = {
    ...{ kind: 'records', name: RECORDS_FILE },
    sha256: digestOf(bytesOf(recordLines(records))),
  };
  return {
    _type: STATEMENT_TYPE,
    subject: [own, ...subjects].map(({ kind, name, sha256 }) => ({
      ...{ name, digest: { sha256 }, annotations: { kind } },
    })),
    predicateType: PREDICATE_TYPE,
    predicate: { head: headOf(records), records: [opening, ...rest] as Statement['predicate']['records'] },
  };
}

export function subjectsOf(statement: Statement): readonly Subject[] {
  return statement.subject.map(({ name, digest, annotations }) => ({
    ...{ kind: annotations.kind, name, sha256: digest.sha256 },
  }));
}
