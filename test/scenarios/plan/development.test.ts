import { describe, expect, test } from 'vitest';
import { reportOf } from '../../../src/show/report/make-report.ts';
import { markdownReport } from '../../../src/show/report/markdown.ts';
import { paintFor } from '../../../src/show/terminal/paint.ts';
import { scanFooter } from '../../../src/show/terminal/scan-footer.ts';
import { scanScreen } from '../../../src/show/terminal/scan-screen.ts';
import { findingsOf, planOf, scanOf } from './plan-scenario.ts';
import type { Story } from './plan-scenario.ts';

const screen = { width: 100, verbose: false, paint: paintFor(false) };

const STORY: Story = {
  files: { 'requirements.txt': 'app==1.0\n', 'requirements-dev.txt': '-r requirements.txt\ntool==1.0\n' },
  packages: {
    app: { '1.0': { needs: ['both'] } },
    tool: { '1.0': { needs: ['both', 'alone'] } },
    both: { '1.0': {}, '2.0': {} },
    alone: { '1.0': {} },
  },
  advisories: [
    { id: 'CVE-1', package: 'tool', events: 'introduced 0', severity: 'CRITICAL' },
    { id: 'CVE-2', package: 'alone', events: 'introduced 0' },
    { id: 'CVE-3', package: 'both', events: 'introduced 0' },
    { id: 'CVE-4', package: 'app', events: 'introduced 0' },
  ],
};

describe('development lines', () => {
  test('what only they lead to is of development, what production reaches too is not', async () => {
    const planned = await planOf(STORY);
    const groups = findingsOf(planned)
      .filter(({ kind }) => kind === 'vulnerable')
      .map(({ id, group }) => `${id} ${group ?? 'production'}`);
    expect(groups.sort()).toEqual([
      'vulnerable:alone:1.0:CVE-2 development',
      'vulnerable:app:1.0:CVE-4 production',
      'vulnerable:both:2.0:CVE-3 production',
      'vulnerable:tool:1.0:CVE-1 development',
    ]);
  });

  test('their problems come last, are marked, and are counted', async () => {
    const scan = await scanOf(STORY);
    const text = scanScreen(scan, screen);
    const at = ['app 1.0', 'both 2.0', 'tool 1.0', 'alone 1.0'].map((name) => text.indexOf(`  ${name} `));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(text).toMatch(/tool 1\.0 .*CVE-1 critical dev/);
    expect(text).not.toMatch(/app 1\.0 .*dev/);
    expect(scanFooter(scan, 0, '', 100)).toContain('2 of them only in development');
    const report = reportOf({ scan });
    expect(report.services[0]!.findings.map(({ group }) => group)).toContain('development');
    expect(markdownReport(report)).toContain('tool (1.0), development');
  });

  test('are left out where the user says so, and the screen tells it', async () => {
    const scan = await scanOf({ ...STORY, no_dev: true });
    const ids = scan.services[0]!.found.map(({ finding }) => finding.id);
    expect(ids.filter((id) => id.startsWith('vulnerable')).sort()).toEqual([
      'vulnerable:app:1.0:CVE-4',
      'vulnerable:both:2.0:CVE-3',
    ]);
    expect(scanScreen(scan, screen)).toContain('1 development line left out (--no-dev)');
    expect(reportOf({ scan }).services[0]!.developmentLeftOut).toBe(1);
  });
});
