import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { closed } from '../../../test/support/closed-schema.ts';
import { auditOf, fixOf, planOf, scanOf } from '../../../test/support/report-job.ts';
import { COUPLED, PROJECTS, UNFIXABLE } from '../../../test/support/report-projects.ts';
import { BROKEN, outcome, VERIFIED } from '../../../test/support/verified.ts';
import { auditReportOf } from './audit-report.ts';
import { reportOf } from './make-report.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/report-1.json', import.meta.url), 'utf8'),
) as object;

const open = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
const strict = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(
  closed(schema) as object,
);

const written = (report: unknown): unknown => JSON.parse(JSON.stringify(report)) as unknown;

describe('the published schema', () => {
  const jobs = { scan: async (p: typeof COUPLED) => ({ scan: await scanOf(p) }), plan: planOf, fix: fixOf };
  for (const [name, project] of Object.entries(PROJECTS)) {
    it.each(Object.entries(jobs))(
      `takes every field of the report of ${name} after %s`,
      async (stage, job) => {
        const report = written(reportOf(await job(project), { version: '1.2.3' }));
        strict(report);
        expect(strict.errors).toBeNull();
        expect(report).toMatchObject({ stage, schemaVersion: '1' });
      },
    );
  }

  it.each(Object.entries(PROJECTS))(
    'takes every field of the report of %s after an audit',
    async (_, project) => {
      const report = written(auditReportOf(await auditOf(project), { version: '1.2.3' }));
      strict(report);
      expect(strict.errors).toBeNull();
      expect(report).toMatchObject({ stage: 'audit', sources: { indexes: [] } });
    },
  );

  it('takes a report with what was tried out', async () => {
    for (const verified of [VERIFIED, BROKEN]) {
      strict(written(reportOf(await planOf(COUPLED), { verified: [verified] })));
      expect(strict.errors).toBeNull();
    }
  });

  it('takes what an image holds', async () => {
    const image = {
      bytes: 1000,
      layers: [{ instruction: 'RUN pip install', bytes: 1000, base: false }],
      distributions: [{ name: 'web', version: '1.0', bytes: 600 }],
    };
    const after = { side: 'after', outcomes: [outcome('image', 'proven', '1.0 kB', { image })] } as const;
    const report = reportOf(await planOf(COUPLED), { verified: [{ ...VERIFIED, before: null, after }] });
    strict(written(report));
    expect(strict.errors).toBeNull();
    expect(report.services[0]!.verification![0]!.levels[0]!.after.image).toEqual(image);
  });

  it('takes a report of the past', async () => {
    const report = reportOf({ scan: await scanOf({ ...COUPLED, asOf: '2025-11-01T00:00:00Z' }) });
    strict(written(report));
    expect(strict.errors).toBeNull();
    expect(report.asOf).toEqual({ date: '2025-11-01', approximate: true });
  });

  it('takes what was run for a record', async () => {
    const report = reportOf(await planOf(COUPLED));
    const check = {
      ...{ command: ['uv'], exitCode: null, startedAt: '2026-11-27T04:30:00.000Z', durationMs: 1 },
      ...{ versions: { uv: '0.9.1' }, digests: {}, limits: ['no network'], output: '' },
    };
    const withCheck = (one: unknown): unknown => ({
      ...report,
      evidence: [{ ...report.evidence[0], check: one }],
    });
    strict(written(withCheck(check)));
    expect(strict.errors).toBeNull();
    expect(open(written(withCheck({ ...check, exitCode: 'none' })))).toBe(false);
  });

  it('lets fields be added under the same version', async () => {
    const report = { ...(written(reportOf(await planOf(COUPLED))) as object), more: 1 };
    expect(open(report)).toBe(true);
    expect(strict(report)).toBe(false);
  });

  it('refuses a report without any one of its fields', async () => {
    const report = written(reportOf(await fixOf(UNFIXABLE))) as Record<string, unknown>;
    for (const key of Object.keys(report)) {
      const broken = { ...report };
      delete broken[key];
      expect(open(broken), key).toBe(false);
    }
  });

  const BREAKS: readonly (readonly [what: string, path: string, to: unknown])[] = [
    ['another version', 'schemaVersion', '2'],
    ['an unheard-of verdict', 'verdict.kind', 'fine'],
    ['a finding without records', 'services.0.findings.0.evidence', []],
    ['a place before the first line', 'services.0.findings.0.places.0.line', 0],
    ['a change without a reason', 'services.0.plan.changes.0.because', undefined],
    ['a severity of its own', 'services.0.findings.0.severity', 'extreme'],
    ['a record that is neither proven, refuted nor unknown', 'evidence.0.verdict', 'likely'],
  ];
  it.each(BREAKS)('refuses %s', async (_, path, to) => {
    const report = written(reportOf(await planOf(COUPLED)));
    expect(open(report)).toBe(true);
    expect(open(written(replaced(report, path.split('.'), to)))).toBe(false);
  });
});

/** The value with another one in its place; undefined takes it away. */
function replaced(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value))
    return value.map((one, at) => (String(at) === key ? replaced(one, rest, to) : (one as unknown)));
  const inner = value as Record<string, unknown>;
  if (!(key in inner)) throw new Error(`nothing to replace at ${key}`);
  return { ...inner, [key]: replaced(inner[key], rest, to) };
}
