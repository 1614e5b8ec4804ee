import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import type { Report } from './show/report/report.ts';

const compiled = new WeakMap<object, ValidateFunction<Report>>();

/** What of a value is not as the schema of reports says. A module of its own, since the judge is loaded by those alone who ask it. */
export function reportIssue(value: unknown, schema: object): { readonly issue: string } | Report {
  const isReport = compiled.get(schema) ?? new Ajv2020({ strict: false }).compile<Report>(schema);
  compiled.set(schema, isReport);
  if (isReport(value)) return value;
  const [first] = isReport.errors ?? [];
  return { issue: `${first?.instancePath ?? ''} ${first?.message ?? 'it is another value'}`.trim() };
}
