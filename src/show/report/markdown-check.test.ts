import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../../test/support/report-job.ts';
import { COUPLED } from '../../../test/support/report-projects.ts';
import type { Check } from '../../domain/check.ts';
import { reportOf } from './make-report.ts';
import { checkLines, fenced } from './markdown-check.ts';
import { markdownReport } from './markdown.ts';
import type { ReportedEvidence } from './report.ts';

const CHECK: Check = {
  command: ['uv', 'pip', 'sync', 'a b.txt'],
  exitCode: 1,
  startedAt: '2026-11-27T04:30:00.000Z',
  durationMs: 1234,
  versions: { uv: '0.9.1', CPython: '3.11.7' },
  digests: { lock: 'sha256:ab' },
  limits: ['no network', 'memory 4 GiB (by PSS)'],
  output: 'first\n\nlast',
};
const RECORD: ReportedEvidence = {
  ...{ id: 'x', claim: 'it installs', verdict: 'refuted', how: 'uv', seen: 'no', approximate: false },
  check: CHECK,
};

describe('a record of something that was run', () => {
  it('stands folded in the Markdown report, with the command, how it ended, and its last lines', async () => {
    const report = reportOf(await planOf(COUPLED), { version: '1.2.3' });
    const [first, ...rest] = report.evidence;
    const markdown = markdownReport({ ...report, evidence: [{ ...first!, check: CHECK }, ...rest] });
    expect(markdown).toMatch(
      /<summary>e\d+: \w+, <code>uv<\/code>, exit code 1, 1\.2 s<\/summary>\n\n```sh\nuv pip sync 'a b\.txt'\n```\n/,
    );
    expect(markdown).toContain('- Versions: uv 0.9.1, CPython 3.11.7\n');
    expect(markdown).toContain('- Limits: no network; memory 4 GiB (by PSS)\n');
    expect(markdown).toContain('```text\nfirst\n\nlast\n```\n\n</details>\n\n[e1]: #e1\n');
    expect(markdownReport(report)).not.toContain('<details>\n<summary>e');
  });

  it('cannot be left by what a program printed', () => {
    const pieces = fc.constantFrom(
      '`',
      '```',
      '~~~',
      '\n',
      '</details>',
      '<script>',
      '\r',
      '    ',
      '\u2028',
      '@you',
      'x',
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map((texts) => texts.join('')),
        (text) => {
          const [open, body, close] = fenced(text, 'text');
          expect(open).toBe(`${close}text`);
          expect(body).not.toContain(close);
          expect(body).not.toContain('\r');
          const lines = checkLines(1, { ...RECORD, check: { ...CHECK, command: [text], output: text } });
          const summary = lines.find((line) => line.startsWith('<summary>'))!;
          expect(summary).toMatch(
            /^<summary>e1: refuted, <code>[^<>\n]*<\/code>, exit code 1, 1\.2 s<\/summary>$/,
          );
          expect(summary).not.toContain('@');
        },
      ),
    );
  });
});
