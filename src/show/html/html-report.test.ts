import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fixOf, planOf, refusedPlanOf, scanOf } from '../../../test/support/report-job.ts';
import { COUPLED, HOSTILE, PROJECTS, UNFIXABLE } from '../../../test/support/report-projects.ts';
import { reportOf } from '../report/make-report.ts';
import { embeddedJson, embeddedScript } from './embedded.ts';
import { htmlReport } from './html-report.tsx';

const ASSETS = { script: 'const tag = "</script>";', style: 'p { color: red }' };

function textBetween(html: string, from: string, to: string): string {
  const start = html.indexOf(from) + from.length;
  return html.slice(start, html.indexOf(to, start));
}

describe('the HTML report', () => {
  it('allows its own script and style by their digests, and nothing else', async () => {
    const html = htmlReport(reportOf(await planOf(COUPLED)), [], ASSETS);
    const digest = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    const policy = textBetween(html, '<meta http-equiv="Content-Security-Policy" content="', '"');
    const script = textBetween(html, '<script>', '</script>');
    const style = textBetween(html, '<style id="__________cytoscape_stylesheet">', '</style>');
    expect(script).toBe('const tag = "<\\/script>";');
    expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      `script-src '${digest(script)}'`,
      `style-src '${digest(style)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('has no style attribute and no handler in any part, which the policy would refuse', async () => {
    for (const project of Object.values(PROJECTS))
      expect(htmlReport(reportOf(await fixOf(project)), [], ASSETS)).not.toMatch(/<[^>]* (?:style|on\w+)=/);
  });

  it('gives the answer first, and the command that comes next', async () => {
    const planned = htmlReport(reportOf(await planOf(COUPLED)), [], ASSETS);
    expect(planned.indexOf('<h1>')).toBeLessThan(planned.indexOf('<h2'));
    expect(planned).toContain('<code class="command">fettle fix</code>');
    const scanned = htmlReport(reportOf({ scan: await scanOf(COUPLED) }), [], ASSETS);
    expect(scanned).toContain('<code class="command">fettle plan</code>');
    expect(scanned).not.toContain('id="changes"');
  });

  it('says of a change that cannot be written why, and what to do', async () => {
    const html = htmlReport(reportOf(await refusedPlanOf(COUPLED)), [], ASSETS);
    expect(html).toContain(
      '<b>poetry.lock</b> cannot be written, so nothing is: Poetry is not here. To do: install Poetry',
    );
  });

  it('does not call vulnerabilities none where no source of advisories answered', async () => {
    const report = reportOf(await planOf(COUPLED));
    const unknown = { ...report.services[0]!.posture, verdict: 'unknown' as const, advisories: [] };
    const service = { ...report.services[0]!, posture: unknown };
    const plan = { ...service.plan!, posture: unknown };
    const html = htmlReport({ ...report, services: [{ ...service, plan }] }, [], ASSETS);
    expect(textBetween(html, '<ul class="figures">', '</li>')).toContain('unknown → unknown');
    const told = textBetween(html, '<section id="vulnerabilities"', '</section>');
    expect(told).toContain('Unknown whether');
    expect(told).not.toContain('<table');
  });

  it('names ways out of what stays open, and what the policy waives', async () => {
    const html = htmlReport(reportOf(await planOf(UNFIXABLE)), [], ASSETS);
    expect(textBetween(html, '<section id="open"', '</section>')).toMatch(/CVE-2026-2000.*Ways out/s);
    expect(textBetween(html, '<section id="policy"', '</section>')).toContain('not reachable');
  });

  it('every reference to a record leads to one that is there', async () => {
    for (const project of Object.values(PROJECTS)) {
      const html = htmlReport(reportOf(await planOf(project)), [], ASSETS);
      const targets = [...html.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id!);
      expect(targets.length).toBeGreaterThan(5);
      expect(targets.filter((id) => !html.includes(` id="${id}"`))).toEqual([]);
    }
  });

  it('links to web addresses alone, and shows no control character', async () => {
    const html = htmlReport(reportOf(await planOf(HOSTILE)), [], ASSETS);
    expect([...html.matchAll(/href="([^"#]+)"/g)].filter(([, to]) => !/^https?:/.test(to!))).toEqual([]);
    expect(html).toContain('&lt;img src=x onerror=alert(1)');
    expect(html).not.toMatch(/[\u001b\u202e]/);
    expect(html).toContain('\ufffd[31m');
  });
});

it('what is embedded ends no element and stays what it is', () => {
  const value = { text: '</script><!-- <b> & \u2028' };
  expect(embeddedJson(value)).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(embeddedJson(value))).toEqual(value);
  expect(embeddedScript("a='<!--'; b='</SCRIPT>'")).toBe("a='\\x3c!--'; b='<\\/SCRIPT>'");
});
