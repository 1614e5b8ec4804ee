import { describe, expect, it } from 'vitest';
import { planOf } from '../../../test/support/report-job.ts';
import { COUPLED } from '../../../test/support/report-projects.ts';
import { BROKEN, VERIFIED } from '../../../test/support/verified.ts';
import { reportOf } from './make-report.ts';
import { markdownReport } from './markdown.ts';

describe('the report of a verification', () => {
  it('tells each level before and after, and the story of the plan that broke', async () => {
    const text = markdownReport(reportOf(await planOf(COUPLED), { verified: [VERIFIED] }));
    expect(text).toContain('## Verification');
    expect(text).toMatch(/\| import \| not tried \| \*\*proven\*\*: 61 of 61 in 0\.8 s \[e\d+\] \|/);
    expect(text).toMatch(/1\. Plan 1 \(jinja2 2\.11\.3 -\\?> 3\.1\.2\) installs and does not work/);
    expect(text).toMatch(/\*\*Learned:\*\* flask 1\.1\.2 imports escape from jinja2/);
    expect(text).toMatch(/- Whether the service builds its image, starts with these versions/);
  });

  it('names what the plan broke and what it repaired', async () => {
    const report = reportOf(await planOf(COUPLED), { verified: [BROKEN] });
    const text = markdownReport(report);
    expect(text).toMatch(/\*\*Broken by the plan:\*\* import flask: flask 1\.1\.2 imports escape/);
    expect(text).toMatch(/\*\*Repaired:\*\* import old/);
    expect(report.services[0]!.verification).toMatchObject([{ level: 'import', verdict: 'refuted' }]);
    expect(report.verdict).toMatchObject({ kind: 'problems', exitCode: 1 });
  });

  it('says nothing of it where nothing was tried out', async () => {
    const text = markdownReport(reportOf(await planOf(COUPLED)));
    expect(text).not.toContain('## Verification');
    expect(text).toContain('no package was installed and no code of any package was run');
  });
});
