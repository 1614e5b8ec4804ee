import { describe, expect, it } from 'vitest';
import {
  fixed,
  HOSTILE_TEXTS,
  hostileReport,
  planned,
  scanned,
  THROUGH,
} from '../../../test/formats/reports.ts';
import { COUPLED, HOSTILE, UNFIXABLE } from '../../../test/support/report-projects.ts';
import { formatReport } from './format-report.ts';
import { messageText } from './sarif/message.ts';
import { escapeXml } from './xml.ts';

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('foreign text', () => {
  it.each(HOSTILE_TEXTS)('%j begins no command of GitHub and ends none', async (text) => {
    const findings = hostileReport(await planned(UNFIXABLE), text);
    const lines = (await formatReport(findings, 'github')).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      // Three fields at most before the message, and no escape but those of line ends, colons, commas and of "%" itself.
      expect(line).toMatch(/^::(?:error|warning|notice) (?:file=[^:,]*,line=\d+,col=\d+,)?title=[^:,]*::/);
      expect(line.replace(/%(?:25|0A|3A|2C)/g, '')).not.toContain('%');
      expect(line).not.toMatch(CONTROLS);
    }
  });

  it.each(HOSTILE_TEXTS)(
    '%j is no placeholder and no link of SARIF, and no markup of its help',
    async (text) => {
      const report = hostileReport(await planned(UNFIXABLE), text);
      const sarif = await formatReport(report, 'sarif');
      const { results, tool } = (JSON.parse(sarif) as Sarif).runs[0]!;
      for (const { message } of results) {
        expect(message.text.replace(/\{\{|\}\}/g, '')).not.toMatch(/[{}]|\]\(/);
        expect(message.text).not.toMatch(CONTROLS);
      }
      for (const { help } of tool.driver.rules)
        expect(help.markdown ?? '').not.toMatch(/(?<!\\)<(?!https?:)|(?<!\\)\]\(|[{}]/);
    },
  );

  it.each(HOSTILE_TEXTS)('%j is text in XML', (text) => {
    const escaped = escapeXml(text);
    expect(escaped).not.toMatch(/[<>"]/);
    expect(escaped.replace(/&(?:amp|lt|gt|quot|#10|#9);/g, '')).not.toContain('&');
    expect(escaped).not.toMatch(CONTROLS);
  });

  it('of an advisory stands in SARIF as what it is', async () => {
    const sarif = await formatReport(await planned(HOSTILE), 'sarif');
    expect(sarif).toContain('[click] (javascript:alert(1))');
    expect(sarif).not.toContain('"helpUri": "javascript');
  });

  it('keeps brackets and braces that are neither', () => {
    expect(messageText('uvicorn[standard] needs {x}')).toBe('uvicorn[standard] needs {{x}}');
  });
});

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly message: { readonly text: string };
      readonly fixes?: readonly unknown[];
      readonly suppressions?: readonly { readonly justification: string }[];
      readonly codeFlows?: readonly {
        readonly threadFlows: readonly {
          readonly locations: readonly {
            readonly location: { readonly message: { readonly text: string } };
          }[];
        }[];
      }[];
    }[];
    readonly tool: {
      readonly driver: { readonly rules: readonly { readonly help: { readonly markdown?: string } }[] };
    };
  }[];
}

const sarifOf = async (report: Parameters<typeof formatReport>[0]): Promise<Sarif['runs'][number]> =>
  (JSON.parse(await formatReport(report, 'sarif')) as Sarif).runs[0]!;

describe('SARIF', () => {
  it('has the way in of what no line names', async () => {
    const { results } = await sarifOf(await scanned(THROUGH));
    const flows = results.flatMap(({ codeFlows = [] }) => codeFlows);
    expect(flows[0]!.threadFlows[0]!.locations.map(({ location }) => location.message.text)).toEqual([
      expect.stringMatching(/^app 1\.0, asked for by/),
      expect.stringMatching(/^deep 1\.1, asked for by/),
    ]);
  });

  it('carries the whole plan as the fix of what it repairs, and of nothing else', async () => {
    const { results } = await sarifOf(await planned(UNFIXABLE));
    const fixed = results.filter(({ fixes }) => fixes !== undefined);
    expect(fixed.length).toBeGreaterThan(0);
    expect(fixed.length).toBeLessThan(results.length);
    expect((await sarifOf(await scanned(UNFIXABLE))).results.some(({ fixes }) => fixes !== undefined)).toBe(
      false,
    );
  });

  it('shows what is waived, suppressed with its reason', async () => {
    const { results } = await sarifOf(await planned(UNFIXABLE));
    expect(results.flatMap(({ suppressions = [] }) => suppressions)).toMatchObject([
      { kind: 'external', status: 'accepted', justification: 'not reachable' },
    ]);
  });
});

describe('VEX', () => {
  const vex = async (policy: object): Promise<unknown> => {
    const report = await scanned({ ...COUPLED, policy });
    return JSON.parse(
      await formatReport(report, 'openvex', { set: 'before', product: 'pkg:docker/shop/api' }),
    );
  };
  const waiver = { id: 'GHSA-aaaa', reason: 'no templates of users', until: null };

  it('says "not affected" only where the waiver says why', async () => {
    const accepted = await vex({ ignored: [waiver] });
    expect(accepted).toMatchObject({
      statements: [
        { status: 'affected', action_statement: expect.stringMatching(/no templates of users/) as unknown },
      ],
    });
    const justification = 'vulnerable_code_not_in_execute_path';
    expect(await vex({ ignored: [{ ...waiver, justification }] })).toMatchObject({
      statements: [
        {
          status: 'not_affected',
          justification,
          impact_statement: 'no templates of users',
          products: [{ '@id': 'pkg:docker/shop/api', subcomponents: [{ '@id': 'pkg:pypi/web@1.0' }] }],
        },
      ],
    });
  });

  it('calls fixed what was looked for after writing, and planned what is not written', async () => {
    const states = async (
      report: Parameters<typeof formatReport>[0],
      set: 'before' | 'after',
    ): Promise<unknown> =>
      (
        JSON.parse(await formatReport(report, 'cyclonedx', { set, product: null })) as {
          vulnerabilities: unknown;
        }
      ).vulnerabilities;
    const was = [{ affects: [{ ref: 'pkg:pypi/web@1.0' }] }];
    expect(await states(await planned(COUPLED), 'before')).toMatchObject([
      { analysis: { state: 'exploitable', response: ['update'] }, ...was[0] },
    ]);
    expect(await states(await fixed(COUPLED), 'before')).toMatchObject([{ analysis: { state: 'resolved' } }]);
    expect(await states(await planned(COUPLED), 'after')).toMatchObject([
      {
        analysis: { state: 'resolved', detail: expect.stringMatching(/not written yet/) as unknown },
        affects: [{ ref: 'pkg:pypi/web@2.0' }],
      },
    ]);
  });
});
