import { describe, expect, it } from 'vitest';
import { fixOf, planOf, scanOf } from '../../../test/support/report-job.ts';
import type { SmallProject } from '../../../test/support/report-job.ts';
import { BROKEN, COUPLED, PROJECTS, SOUND, UNFIXABLE } from '../../../test/support/report-projects.ts';
import { htmlReport } from '../html/html-report.tsx';
import { githubAnnotations } from '../formats/github-annotations.ts';
import { judge } from './judge.ts';
import { reportOf } from './make-report.ts';
import { markdownReport } from './markdown.ts';

const SILENT = { silence: 'connection refused' } as const;
/** A record about what is selected, of which nobody can tell what it touches. */
const UNMATCHABLE: SmallProject = { ...SOUND, unmatchable: [{ id: 'CVE-2026-7000', on: 'calm' }] };

describe('what a job came to', () => {
  it.each<[string, SmallProject, ReturnType<typeof judge>['kind']]>([
    ['advisories were not reached, and nothing else', { ...SOUND, ...SILENT }, 'unknown'],
    [
      'they were not reached, and a version does not exist',
      { ...SOUND, ...SILENT, files: { 'requirements.txt': 'calm==2.0\n' } },
      'problems',
    ],
    [
      'they were not reached, and a version was taken back',
      { ...UNFIXABLE, ...SILENT, advisories: [] },
      'problems',
    ],
    ['they were not reached, and lines conflict', { ...BROKEN, ...SILENT }, 'problems'],
    ['they were reached, and one touches it', COUPLED, 'problems'],
    ['they were reached, and none does', SOUND, 'clean'],
    ['a record about it cannot be matched', UNMATCHABLE, 'unknown'],
  ])('%s', async (_, project, kind) => {
    const scan = await scanOf(project);
    expect(judge({ scan }).kind).toBe(kind);
    expect(judge(await planOf(project)).kind).toBe(kind);
  });

  it('is the verdict of its report, at every stage', async () => {
    for (const project of [...Object.values(PROJECTS), UNMATCHABLE])
      for (const more of [{}, SILENT]) {
        const inputs = [
          { scan: await scanOf({ ...project, ...more }) },
          await planOf({ ...project, ...more }),
          await fixOf({ ...project, ...more }),
        ];
        for (const input of inputs) {
          const { kind, exitCode } = judge(input);
          expect(reportOf(input).verdict).toMatchObject({ kind, exitCode });
        }
      }
  });

  it('is not clean while a posture is unknown', async () => {
    for (const project of [...Object.values(PROJECTS), UNMATCHABLE])
      for (const more of [{}, SILENT]) {
        const report = reportOf(await fixOf({ ...project, ...more }));
        const unknown = report.services.some(
          (service) => (service.after?.posture ?? service.posture).verdict === 'unknown',
        );
        if (unknown) expect(report.verdict.exitCode).not.toBe(0);
      }
  });

  it('takes the word of a waiver for a record that cannot be matched', async () => {
    const ignored = [{ id: 'CVE-2026-7000', reason: 'of another product', until: null }];
    const report = reportOf({ scan: await scanOf({ ...UNMATCHABLE, policy: { ignored } }) });
    expect(report.verdict.kind).toBe('clean');
    expect(report.policy.remarks).toEqual([]);
    expect(report.policy.waivers).toMatchObject([{ touches: [{ package: 'calm' }] }]);
    expect(markdownReport(report)).toContain('CVE-2026-7000');
  });
});

describe('a report of a project whose advisories were not reached', () => {
  it('counts no problem and draws no error, in no form', async () => {
    const report = reportOf({ scan: await scanOf({ ...SOUND, ...SILENT }) });
    expect(githubAnnotations(report)).not.toContain('::error');
    const html = htmlReport(report, [], { script: '', style: '' });
    expect(html).toContain('Not all is known');
    expect(html).not.toMatch(/\d+ problems?\b/);
  });
});
