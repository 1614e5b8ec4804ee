import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixOf, planOf, refusedPlanOf, scanOf } from '../../../test/support/report-job.ts';
import {
  BROKEN,
  COUPLED,
  HOSTILE,
  PROJECTS,
  SOUND,
  TWO_SERVICES,
  TWO_TARGETS,
  UNFIXABLE,
} from '../../../test/support/report-projects.ts';
import { escapeMarkdown, linkTarget } from './escape-markdown.ts';
import { markdownReport } from './markdown.ts';
import { reportOf } from './make-report.ts';

/** Lines that say something: no heading, no rule of a table, no target of a link. */
function statements(markdown: string): readonly string[] {
  const lines = markdown.split('\n');
  return lines.filter(
    (line, at) =>
      line !== '' &&
      !/^#{1,6} /.test(line) &&
      !/^\|[-|]+\|$/.test(line) &&
      !/^\|[-|]+\|$/.test(lines[at + 1] ?? '') &&
      !/^\[e\d+\]: #e\d+$/.test(line),
  );
}

function body(markdown: string): string {
  return markdown.slice(0, markdown.indexOf('## Evidence'));
}

const rowOf = (markdown: string, start: string): string =>
  markdown.split('\n').find((line) => line.startsWith(start)) ?? '';

describe('the Markdown report', () => {
  for (const [name, project] of Object.entries(PROJECTS)) {
    const jobs = [
      async () => ({ scan: await scanOf(project) }),
      () => planOf(project),
      () => fixOf(project),
      () => fixOf(project, { silence: 'timed out' }),
    ];
    it(`rests every sentence and row about ${name} on records that it lists`, async () => {
      for (const job of jobs) {
        const markdown = markdownReport(reportOf(await job()));
        for (const line of statements(body(markdown))) expect(line).toMatch(/ \[e\d+\](?: \|)?$/);
        const used = new Set([...body(markdown).matchAll(/(?<!\\)\[(e\d+)\]/g)].map((match) => match[1]));
        const listed = new Set(
          [...markdown.matchAll(/^\| <a id="(e\d+)"><\/a>\1 \|/gm)].map((match) => match[1]),
        );
        const linked = new Set([...markdown.matchAll(/^\[(e\d+)\]: #\1$/gm)].map((match) => match[1]));
        expect(listed).toEqual(used);
        expect(linked).toEqual(used);
      }
    });
  }

  it('tells what was fixed by package with id, severity, score and impact, and the version that fixes it', async () => {
    const markdown = markdownReport(reportOf(await fixOf(COUPLED)));
    expect(markdown).toContain('## Security Vulnerabilities Fixed\n\n### web (1.0 → 2.0)');
    expect(markdown).toContain(
      '**[CVE-2026-1000](https://records.example/CVE-2026-1000)** (critical, CVSS 9.8): Reads out of bounds [e',
    );
    expect(markdown).toContain('- **Fix:** 2.0 (read again and audited).');
    expect(rowOf(markdown, '| core |')).toMatch(/^\| core \| 1\.0 \| 2\.0 \| .*web.* \|$/);
    expect(markdown).toContain('## Why Not Fewer Changes');
    expect(markdown).toContain(
      '- **Proven:** no advisory of records.example of 2026-11-22 touches the 3 packages as read again.',
    );
  });

  it('says of a plan that nothing is written and never that something is fixed', async () => {
    const markdown = markdownReport(reportOf(await planOf(COUPLED)));
    expect(markdown).toContain('## Security Vulnerabilities That the Plan Fixes');
    expect(markdown).toContain('nothing is written yet');
    expect(markdown).not.toMatch(/Vulnerabilities Fixed|Updated Dependencies/);
    expect(markdown).toContain('Run `fettle fix` to write 2 changes.');
  });

  it('tells what stays open with the chain that forbids its repair, and the ways out', async () => {
    const markdown = markdownReport(reportOf(await planOf(TWO_TARGETS)));
    const open = markdown.slice(markdown.indexOf('## Left Open'), markdown.indexOf('## Notes'));
    expect(open).toContain('### lib');
    expect(open).toContain('- **CVE-2026-3000** (medium): Reads out of bounds');
    expect(open).toMatch(/ {2}- .*lib 2\.0.*cannot be installed on CPython 3\.9/);
    expect(open).toMatch(/- \*\*Way out:\*\* split lib by condition/);
    expect(open.match(/CVE-2026-3000\*\*/g)).toHaveLength(1);
  });

  it('tells advisories of one package together where the same chain forbids their repair', async () => {
    const more = { id: 'CVE-2026-2003', on: 'deep', affected: ['1.0', '1.1'] };
    const project = { ...UNFIXABLE, advisories: [...UNFIXABLE.advisories!, more] };
    const markdown = markdownReport(reportOf(await planOf(project)));
    expect(markdown.match(/^### deep$/gm)).toHaveLength(1);
    expect(markdown).toMatch(/Way out:\*\* waive CVE-2026-200[03], CVE-2026-200[03] until a date/);
  });

  it('names what a waiver hides and until when', async () => {
    const markdown = markdownReport(reportOf(await fixOf(UNFIXABLE)));
    expect(markdown).toContain('- **Waived:** CVE-2026-2001 in deep 1.1 until 2027-01-01: not reachable [e');
  });

  it('groups changes as the policy does', async () => {
    const markdown = markdownReport(reportOf(await planOf(UNFIXABLE)));
    expect(markdown).toMatch(
      /### Legacy\n\n\| Package \| Old Version \| New Version \| Reason \|\n.*\n\| old \| 1\.0 \| 1\.1 \|/,
    );
  });

  it('calls unknown what a silent source leaves open', async () => {
    const markdown = markdownReport(reportOf({ scan: await scanOf({ ...SOUND, silence: 'timed out' }) }));
    expect(markdown).toContain('**Unknown:** whether an advisory of records.example');
    expect(markdown).toContain('records.example did not answer everything: timed out');
    expect(markdown).not.toMatch(/\*\*Proven:\*\*|[Nn]o problems?\b/);
  });

  it('says that nothing was installed or run, whatever else is well', async () => {
    const markdown = markdownReport(reportOf({ scan: await scanOf(SOUND) }));
    expect(markdown).toContain(
      '## Not Checked\n\n- Whether the service installs, imports and passes its tests',
    );
  });

  it('tells lines that were not understood, and conflicts with their derivation', async () => {
    const markdown = markdownReport(reportOf({ scan: await scanOf(BROKEN) }));
    expect(markdown).toContain('(requirements.txt:5)');
    expect(markdown).toMatch(/- \*\*Conflicting:\*\* left==1\.0 and right==1\.0 .*\n {2}- .*shared/);
  });

  it('says of a change that cannot be written why, and what to do', async () => {
    const markdown = markdownReport(reportOf(await refusedPlanOf(COUPLED)));
    expect(markdown).toContain(
      '- **poetry.lock** cannot be written, so nothing is: Poetry is not here. To do: install Poetry [e',
    );
  });

  it('keeps services apart', async () => {
    const markdown = markdownReport(reportOf(await fixOf(TWO_SERVICES)));
    expect(markdown).toContain('### Service api');
    expect(markdown).toContain('### Service worker');
    expect(markdown).toContain('#### web (1.0 → 2.0)');
  });
});

describe('foreign text', () => {
  it('opens neither markup nor HTML nor a cell, and no link but to the web', async () => {
    const markdown = markdownReport(reportOf(await fixOf(HOSTILE)));
    const own = markdown.replace(/<a id="e\d+"><\/a>/g, '');
    expect(own).not.toMatch(/(?<!\\)</);

    expect(own).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(own).not.toMatch(/^# heading/m);
    expect(own).not.toMatch(/(?<!\\)\]\(javascript/);
    expect(own).not.toContain('@everyone');
    for (const row of own.split('\n').filter((line) => line.startsWith('| e')))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
  });

  it('cannot stand for a reference', () => {
    expect(escapeMarkdown('as [e1] says')).toBe('as \\[e1\\] says');
  });

  it.each([
    ['x86_64 >= 3.12', 'x86_64 \\>= 3.12'],
    ['__init__', '\\_\\_init\\_\\_'],
    ['1. first', '1\\. first'],
    ['1.2.3', '1.2.3'],
    ['# title', '\\# title'],
    ['--python', '--python'],
    ['- item', '\\- item'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['a\r\nb\u2028c', 'a b c'],
    ['\u202egnp.exe', '\ufffdgnp.exe'],
  ])('%j is written %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('is one line in which every character that could open something is escaped (CommonMark 0.31, 2.4)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'\\`*[]<>|~$&@_#+-=.)(! \n\r\t1ae\u001b\u202e') }),
        (text) => {
          const escaped = escapeMarkdown(text);
          // Pairs of a backslash and what it escapes, and entities, are taken away: nothing that opens anything is left.
          const rest = escaped.replace(/\\[\\`*[\]<>|~$_#+=.)-]/g, '').replace(/&(?:amp|#8203);/g, '');
          expect(rest).not.toMatch(/[\\`*[\]<>|~$&\n\r\t]/);
          expect(escaped).not.toMatch(/^(?:#{1,6}|[+=-]+|\d{1,9}[.)])(?: |$)/);
        },
      ),
    );
  });

  it.each([
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['not an address', null],
    ['https://me:secret@records.example/x', 'https://records.example/x'],
    ['https://records.example/a)b|c', 'https://records.example/a%29b%7Cc'],
  ])('an address %j is linked as %j', (address, target) => {
    expect(linkTarget(address)).toBe(target);
  });
});

describe('lines that hash-checking mode asks for', () => {
  it('stand in a table of their own, with the reason', async () => {
    const hash = `--hash=sha256:${'a'.repeat(64)}`;
    const files = { 'requirements.txt': `web==1.0 ${hash}\ncore==1.0 ${hash}\n` };
    const report = reportOf(await planOf({ ...COUPLED, files, hashes: [`sha256:${'b'.repeat(64)}`] }));
    expect(report.services[0]!.plan!.listed).toMatchObject([{ package: 'log', version: '1.0' }]);
    expect(markdownReport(report)).toMatch(
      /### Added Lines\n\n.*\n.*\n\| log \| none \| 1\.0 \| requirements\.txt: hash-checking mode/,
    );
  });
});
