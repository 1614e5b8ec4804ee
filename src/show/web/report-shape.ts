import * as v from 'valibot';
import { plain } from '../report/plain-text.ts';

/*
 * What the index takes of a report. Whoever can write into a repository can write its `report.json`, so it is looked at as anything that
 * comes from outside: by its shape, with texts that move no cursor and are not endless.
 */

const LONGEST = 2_000;
const MOST = 50_000;

const Text = v.pipe(
  v.string(),
  v.transform((text) => plain(text.slice(0, LONGEST))),
);
const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(MOST));
const Severity = v.picklist(['critical', 'high', 'unknown', 'medium', 'low']);

const Finding = v.object({
  id: Text,
  kind: Text,
  problem: v.boolean(),
  message: Text,
  severity: v.nullable(Severity),
  advisory: v.nullable(
    v.object({ severity: Severity, certainty: v.optional(v.picklist(['affected', 'possibly'])) }),
  ),
});

const Move = v.object({
  package: Text,
  from: v.nullable(Text),
  to: v.nullable(Text),
  because: Text,
});

const Change = v.object({
  package: Text,
  from: v.nullable(v.object({ specifier: Text, version: v.nullable(Text) })),
  to: v.nullable(v.object({ specifier: Text, version: Text })),
  successor: v.optional(Text),
  because: Text,
});

const Posture = v.object({ verdict: v.picklist(['clean', 'affected', 'unknown']) });

const Service = v.object({
  name: Text,
  packages: v.pipe(v.number(), v.integer(), v.minValue(0)),
  findings: list(Finding),
  posture: Posture,
  plan: v.nullable(
    v.object({
      changes: list(Change),
      lock: v.nullish(v.object({ moves: list(Move) })),
    }),
  ),
  after: v.nullable(v.object({ findings: list(Finding), fixed: list(Text), posture: Posture })),
  verification: v.optional(list(v.object({ verdict: v.picklist(['proven', 'refuted', 'unknown']) }))),
});

const ReportShape = v.object({
  schemaVersion: v.literal('1'),
  stage: v.picklist(['scan', 'audit', 'plan', 'fix']),
  verdict: v.object({
    kind: v.picklist(['repaired', 'problems', 'unknown', 'clean']),
    sentence: Text,
    exitCode: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255)),
  }),
  services: v.pipe(v.array(Service), v.maxLength(5_000)),
  written: v.nullable(v.object({ run: Text })),
});

export type IndexedReport = v.InferOutput<typeof ReportShape>;
export type IndexedService = IndexedReport['services'][number];
export type IndexedFinding = IndexedService['findings'][number];

/** The report in bytes, or why it is none. */
export function readReportShape(bytes: Uint8Array): IndexedReport | { readonly unreadable: string } {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const read = v.safeParse(ReportShape, value, { abortEarly: true });
    if (read.success) return read.output;
    const [issue] = read.issues;
    return {
      unreadable: `it is no report: ${plain(v.getDotPath(issue) ?? 'its root')} is not as it should be`,
    };
  } catch (error) {
    // JSON.parse, and TextDecoder (a TypeError) where it is not UTF-8; a RangeError where it is nested without an end.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
      return { unreadable: 'it is not JSON in UTF-8' };
    throw error;
  }
}
