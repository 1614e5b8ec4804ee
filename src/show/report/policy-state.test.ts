import { describe, expect, it } from 'vitest';
import { planOf, scanOf } from '../../../test/support/report-job.ts';
import type { SmallProject } from '../../../test/support/report-job.ts';
import { COUPLED } from '../../../test/support/report-projects.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Policy } from '../../domain/policy.ts';
import { paintFor } from '../terminal/paint.ts';
import { planScreen } from '../terminal/plan-screen.ts';
import { scanScreen } from '../terminal/scan-screen.ts';
import { reportOf } from './make-report.ts';
import { markdownReport } from './markdown.ts';

const OPTIONS = { paint: paintFor(false), width: 80, verbose: false };

function withPolicy(policy: Partial<Policy>, more: Partial<SmallProject> = {}): SmallProject {
  return { ...COUPLED, policy, ...more };
}

const WAIVED = withPolicy({
  ignored: [{ id: 'GHSA-aaaa', reason: 'the parser is never called', until: '2027-01-01' }],
});

const DEAD: readonly [string, SmallProject, string][] = [
  [
    'a waiver past its date',
    withPolicy({ ignored: [{ id: 'CVE-2026-1000', reason: 'later', until: '2026-01-01' }] }),
    'the waiver of CVE-2026-1000 ended on 2026-01-01: it counts again',
  ],
  [
    'a waiver of what is not there',
    withPolicy({ ignored: [{ id: 'CVE-1999-1', reason: 'old', until: null }] }),
    'the waiver of CVE-1999-1 matches nothing that was found',
  ],
  [
    'a hold of a package that is not there',
    withPolicy({ holds: [{ name: 'flask' as PackageName, specifier: '==1.1.2' }] }),
    'hold "flask==1.1.2": no package flask was met',
  ],
  [
    'a ceiling of a package that is not there',
    withPolicy({ ceilings: [{ name: 'numpy' as PackageName, specifier: '<2' }] }),
    'ceiling "numpy<2": no package numpy was met',
  ],
];

describe('a waiver', () => {
  it('is counted on the screens, and told with its reason on demand', async () => {
    const scan = await scanOf(WAIVED);
    expect(scanScreen(scan, OPTIONS)).toContain('\nwaived  1 advisory (-v tells which and why)\n');
    expect(scanScreen(scan, { ...OPTIONS, verbose: true })).toContain(
      '\nwaived  1 advisory\n  GHSA-aaaa in web 1.0, until 2027-01-01: the parser is never called\n',
    );
    expect(planScreen(await planOf(WAIVED), OPTIONS)).toContain('\nwaived  1 advisory ');
  });

  it('stands in every report with id, package, reason and date, also where the plan moves the package on', async () => {
    const line = '- **Waived:** GHSA-aaaa in web 1.0, until 2027-01-01: the parser is never called';
    expect(markdownReport(reportOf({ scan: await scanOf(WAIVED) }))).toContain(line);
    const moved = withPolicy(WAIVED.policy!, {
      advisories: [...COUPLED.advisories!, { id: 'CVE-2026-7', on: 'web', affected: ['1.0'] }],
    });
    const report = reportOf(await planOf(moved));
    expect(report.services[0]!.plan!.changes.length).toBeGreaterThan(0);
    expect(markdownReport(report)).toContain(line);
    expect(report.policy.waivers).toMatchObject([{ touches: [{ package: 'web', version: '1.0' }] }]);
  });
});

describe('a rule that does nothing', () => {
  it.each(DEAD)('is warned of on the screens and in the report: %s', async (_, project, text) => {
    const planned = await planOf(project);
    expect(scanScreen(planned.scan, OPTIONS)).toContain(`\nwarning: ${text}\n`);
    expect(planScreen(planned, OPTIONS)).toContain(`\nwarning: ${text}\n`);
    const report = reportOf(planned);
    expect(report.policy.remarks).toMatchObject([{ text }]);
    expect(markdownReport(report)).toContain('- **Warning:** ');
  });

  it('is no warning where it does something, or where a silent source may hide what it is about', async () => {
    const holds = [{ name: 'core' as PackageName, specifier: '<3' }];
    expect(reportOf({ scan: await scanOf(withPolicy({ holds })) }).policy.remarks).toEqual([]);
    const silent = { ...DEAD[1]![1], silence: 'connection refused' };
    expect(reportOf({ scan: await scanOf(silent) }).policy.remarks).toEqual([]);
  });
});
