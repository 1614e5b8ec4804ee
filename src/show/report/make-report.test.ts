import { describe, expect, it } from 'vitest';
import { fixOf, planOf, refusedPlanOf, scanOf } from '../../../test/support/report-job.ts';
import type { SmallProject } from '../../../test/support/report-job.ts';
import {
  BROKEN,
  COUPLED,
  PROJECTS,
  SOUND,
  TWO_TARGETS,
  UNFIXABLE,
} from '../../../test/support/report-projects.ts';
import { reportOf } from './make-report.ts';
import type { Report } from './report.ts';

const service = (report: Report): Report['services'][number] => report.services[0]!;
const outcomeOf = (report: Report, id: string): string | undefined =>
  service(report).findings.find((finding) => finding.id === id)?.outcome;
const WEB = 'vulnerable:web:1.0:CVE-2026-1000';

describe('what is said to be fixed', () => {
  it('is what was there and is gone from the files read again', async () => {
    const report = reportOf(await fixOf(COUPLED));
    expect(outcomeOf(report, WEB)).toBe('fixed');
    expect(service(report).after).toMatchObject({ fixed: [WEB], left: [], introduced: [] });
    expect(report.verdict).toMatchObject({ kind: 'repaired', exitCode: 0 });
  });

  it('is nothing before it is written', async () => {
    const report = reportOf(await planOf(COUPLED));
    expect(outcomeOf(report, WEB)).toBe('planned');
    expect(service(report).after).toBeNull();
    expect(report.verdict).toMatchObject({ kind: 'problems', exitCode: 1 });
  });

  it('is not a package that moved to another version with the same advisory', async () => {
    const still: SmallProject = {
      ...COUPLED,
      advisories: [{ ...COUPLED.advisories![0]!, affected: ['1.0', '2.0'] }],
    };
    const report = reportOf(await fixOf(COUPLED, { advisories: still.advisories! }));
    expect(outcomeOf(report, WEB)).toBe('open');
    expect(service(report).after).toMatchObject({ fixed: [], left: ['vulnerable:web:2.0:CVE-2026-1000'] });
    expect(report.verdict).toMatchObject({ kind: 'problems', exitCode: 1 });
  });

  it('is not what a silent source no longer tells', async () => {
    const report = reportOf(await fixOf(COUPLED, { advisories: [], silence: 'timed out' }));
    expect(outcomeOf(report, WEB)).toBe('unknown');
    expect(service(report).after?.fixed).toEqual([]);
    expect(report.verdict).toMatchObject({ kind: 'unknown', exitCode: 3 });
  });

  it('is not what came in through lines that no longer resolve', async () => {
    const fixable: SmallProject = {
      ...UNFIXABLE,
      advisories: [{ id: 'CVE-2026-2000', on: 'deep', affected: ['1.0'] }],
      packages: { ...UNFIXABLE.packages, app: { '1.0': ['deep==1.0'], '1.1': ['deep>=1.1'] } },
    };
    const files = { 'requirements.txt': 'app==1.1\nold==1.1\nleft==1.0\nright==1.0\n' };
    const packages = { ...BROKEN.packages, ...fixable.packages, app: { '1.1': [] } };
    const whole = reportOf(await fixOf(fixable));
    const conflicting = reportOf(await fixOf(fixable, { files, packages }));
    const id = 'vulnerable:deep:1.0:CVE-2026-2000';
    expect([outcomeOf(whole, id), outcomeOf(conflicting, id)]).toEqual(['fixed', 'unknown']);
  });

  it('tells what came in with the change', async () => {
    const more = [...COUPLED.advisories!, { id: 'CVE-2026-1001', on: 'core', affected: ['2.0'] }];
    const report = reportOf(await fixOf(COUPLED, { advisories: more }));
    expect(service(report).after).toMatchObject({
      fixed: [WEB],
      introduced: ['vulnerable:core:2.0:CVE-2026-1001'],
    });
  });
});

describe('the verdict', () => {
  it.each<[string, SmallProject, number]>([
    ['sound', SOUND, 0],
    ['vulnerable', COUPLED, 1],
    ['not read in whole', { ...SOUND, files: { 'requirements.txt': 'calm==1.0\nwhat is this\n' } }, 3],
    ['beside a file that is not read', { ...SOUND, files: { ...SOUND.files, 'pdm.lock': '' } }, 3],
    ['asked of a source that does not answer', { ...SOUND, silence: 'connection refused' }, 3],
  ])('of a project that is %s', async (_, project, exitCode) => {
    expect(reportOf({ scan: await scanOf(project) }).verdict.exitCode).toBe(exitCode);
  });

  it('is not clean by silence', async () => {
    const report = reportOf({ scan: await scanOf({ ...SOUND, silence: 'connection refused' }) });
    expect(service(report).posture).toMatchObject({ verdict: 'unknown', advisories: [] });
    expect(report.sources.advisories).toMatchObject([{ reachable: false, why: 'connection refused' }]);
  });

  it('counts what the policy waives and says so', async () => {
    const ignored = [{ id: 'CVE-2026-1000', reason: 'never called', until: null }];
    const report = reportOf({ scan: await scanOf({ ...COUPLED, policy: { ignored } }) });
    expect(report.verdict.kind).toBe('clean');
    expect(report.verdict.sentence).toContain('except 1 that the policy waives');
    expect(service(report).posture.waived).toMatchObject([
      { advisory: 'CVE-2026-1000', package: 'web', reason: 'never called' },
    ]);
  });

  it('does not honour a waiver past its date', async () => {
    const ignored = [{ id: 'CVE-2026-1000', reason: 'later', until: '2026-01-01' }];
    const report = reportOf({ scan: await scanOf({ ...COUPLED, policy: { ignored } }) });
    expect(report.verdict.kind).toBe('problems');
    expect(report.policy.waivers).toMatchObject([{ active: false }]);
  });
});

describe('a report', () => {
  it('says of a change that cannot be written why, and what to do', async () => {
    const report = reportOf(await refusedPlanOf(COUPLED));
    expect(report.refused).toMatchObject([
      { package: 'poetry.lock', why: 'Poetry is not here', hint: 'install Poetry' },
    ]);
    expect(report.verdict).toMatchObject({ kind: 'problems', exitCode: 1 });
  });

  it('refers to records that it holds, and says each id once', async () => {
    for (const project of Object.values(PROJECTS)) {
      const report = reportOf(await fixOf(project));
      const ids = report.evidence.map((record) => record.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of referencesIn(report)) expect(ids).toContain(id);
    }
  });

  it('is the same bytes for the same input', async () => {
    const [one, two] = [await fixOf(UNFIXABLE), await fixOf(UNFIXABLE)];
    expect(JSON.stringify(reportOf(one))).toBe(JSON.stringify(reportOf(two)));
  });

  it('counts the same vulnerabilities in its posture as among its findings, also where lines conflict', async () => {
    const advisories = [{ id: 'CVE-2026-5000', on: 'left', affected: ['1.0', '2.0'] }];
    for (const project of [...Object.values(PROJECTS), { ...BROKEN, advisories }]) {
      for (const { findings, posture } of reportOf({ scan: await scanOf(project) }).services) {
        const found = findings
          .filter((finding) => finding.kind === 'vulnerable')
          .map((finding) => finding.id);
        expect(posture.advisories.map((one) => one.finding).toSorted()).toEqual(found.toSorted());
      }
    }
  });

  it('keeps no credentials, whatever they stand in', async () => {
    const files = {
      'requirements.txt': `--index-url https://me:hunter2@index.example/simple\n${String(BROKEN.files['requirements.txt'])}web==1.0\ncore==1.0\n`,
    };
    for (const report of [
      reportOf({ scan: await scanOf(BROKEN) }),
      reportOf(await planOf({ ...COUPLED, files })),
    ])
      expect(JSON.stringify(report)).not.toMatch(/hunter2|me:/);
  });

  it('names the targets that an advisory is left on, with the reason and a way out', async () => {
    const left = service(reportOf(await planOf(TWO_TARGETS))).plan!.unrepaired;
    expect(left).toMatchObject([{ package: 'lib', advisory: 'CVE-2026-3000', severity: 'medium' }]);
    expect(left[0]!.because.join(' ')).toContain('3.9');
    expect(left[0]!.waysOut.map((way) => way.kind)).toContain('split-by-condition');
  });

  it('does not take unknown metadata for a proof', async () => {
    const packages = { web: { '1.0': { installableOn: [] }, '2.0': { metadataUnknown: true } } };
    const files = { 'requirements.txt': 'web==1.0\n' };
    const report = reportOf(await planOf({ ...COUPLED, files, packages }));
    const [lock] = service(report).plan!.locks;
    const record = report.evidence.find((one) => one.id === lock!.evidence[0]);
    expect(lock!.packages).toMatchObject([{ name: 'web', version: '2.0' }]);
    expect(record).toMatchObject({ verdict: 'unknown' });
    expect(record!.seen).toContain('what web 2.0 depends on is unknown');
    expect(service(report).plan!.posture).toMatchObject({ verdict: 'unknown' });
  });

  it('marks what rests on a replayed past as approximate', async () => {
    const report = reportOf({ scan: await scanOf({ ...COUPLED, asOf: '2025-11-01T00:00:00Z' }) });
    const audit = report.evidence.find((record) => record.id === service(report).posture.evidence[0]);
    expect(audit?.approximate).toBe(true);
  });

  it('stays below a megabyte for 250 packages with four advisories each on every fifth', async () => {
    const names = Array.from({ length: 250 }, (_, n) => `package-${n}`);
    const packages = Object.fromEntries(
      names.map((name, n) => [
        name,
        { '1.0': n < 100 ? [`package-${n + 100}`, `package-${Math.min(n + 200, 249)}`] : [], '2.0': [] },
      ]),
    );
    const details = 'A very long description. '.repeat(400);
    const advisories = names
      .filter((_, n) => n % 5 === 0)
      .flatMap((on) =>
        [1, 2, 3, 4].map((n) => ({
          id: `CVE-2026-${on}-${n}`,
          on,
          affected: ['1.0', '2.0'],
          details,
          summary: 'x'.repeat(120),
          references: Array.from({ length: 30 }, (_, r) => `https://records.example/${on}/${n}/${r}`),
        })),
      );
    const files = {
      'requirements.txt': names
        .slice(0, 100)
        .map((name) => `${name}==1.0\n`)
        .join(''),
    };
    const report = reportOf({ scan: await scanOf({ files, packages, advisories }) });
    expect(service(report).findings.length).toBeGreaterThanOrEqual(200);
    expect(JSON.stringify(report).length).toBeLessThan(1_000_000);
    expect(JSON.stringify(report)).not.toContain('very long description. A very');
  });
});

/** Every id under a key `evidence`, wherever it stands. */
function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'evidence' && Array.isArray(inner) && inner.every((one) => typeof one === 'string'))
      return inner;
    return referencesIn(inner);
  });
}
