import { beforeAll, describe, expect, it } from 'vitest';
import { formatReport } from '../../src/show/formats/format-report.ts';
import type { ReportFormat } from '../../src/show/formats/report-formats.ts';
import { UserFacingError } from '../../src/domain/errors.ts';
import type { Report } from '../../src/show/report/report.ts';
import { COUPLED, UNFIXABLE } from '../support/report-projects.ts';
import { judgedByPython, missingLibraries } from './by-python.ts';
import { isCycloneDx, isOpenVex, isReport, isSarif, isSpdx } from './official-schemas.ts';
import { allReports, HOSTILE_TEXTS, hostileReport, planned, scanned } from './reports.ts';

const JUDGES = { sarif: isSarif, cyclonedx: isCycloneDx, openvex: isOpenVex, spdx: isSpdx } as const;
type Judged = keyof typeof JUDGES;
const SETS = ['before', 'after'] as const;

let reports: readonly (readonly [string, Report])[] = [];
beforeAll(async () => {
  const plain = await allReports();
  const base = await planned(UNFIXABLE);
  const coupled = await planned(COUPLED);
  const hostile = HOSTILE_TEXTS.flatMap((text) => [
    [`UNFIXABLE with ${JSON.stringify(text)}`, hostileReport(base, text)] as const,
    [`COUPLED with ${JSON.stringify(text)}`, hostileReport(coupled, text)] as const,
  ]);
  reports = [...plain, ...hostile];
});

/** Every report that has something to say, in the form, of both sets. */
async function written(format: ReportFormat): Promise<readonly (readonly [string, string])[]> {
  const texts: (readonly [string, string])[] = [];
  for (const [name, report] of reports)
    for (const set of SETS) {
      const text = await formatReport(report, format, { set, product: null }).catch((error: unknown) => {
        if (error instanceof UserFacingError) return null;
        throw error;
      });
      if (text !== null) texts.push([`${name} ${set}`, text]);
    }
  return texts;
}

describe('every report', () => {
  it('of the hostile ones is a report by its own schema', () => {
    for (const [name, report] of reports) expect(isReport(JSON.stringify(report)), name).toBeNull();
  });

  it.each(Object.keys(JUDGES) as Judged[])('is what the official schema of %s says', async (format) => {
    const texts = await written(format);
    expect(texts.length).toBeGreaterThan(20);
    for (const [name, text] of texts) expect(JUDGES[format](text), name).toBeNull();
  });

  it.each(Object.keys(JUDGES) as Judged[])('gives the same bytes of %s twice', async (format) => {
    expect(await written(format)).toEqual(await written(format));
  });
});

describe('the judges', () => {
  it.each([
    ['sarif', isSarif, /"level": "error"/, '"level": "fatal"'],
    ['cyclonedx', isCycloneDx, /"state": "exploitable"/, '"state": "doomed"'],
    ['openvex', isOpenVex, /"action_statement": ".*"/, '"status_notes": "x"'],
    ['spdx', isSpdx, /"DEPENDS_ON"/, '"LEANS_ON"'],
  ] as const)('refuse a broken document of %s', async (format, judge, what, instead) => {
    const text = await formatReport(await planned(COUPLED), format);
    expect(judge(text)).toBeNull();
    expect(text).toMatch(what);
    expect(judge(text.replace(what, instead))).not.toBeNull();
  });
});

const missing = missingLibraries();
describe.skipIf(missing !== null)(
  `by libraries of others${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('SPDX is read and found valid by spdx-tools', async () => {
      const texts = (await written('spdx')).filter(([name]) => !name.includes(' with '));
      const said = judgedByPython(
        'spdx',
        texts.map(([, text]) => text),
      );
      expect(said.map((one, at) => [texts[at]![0], one]).filter(([, one]) => one !== 'ok')).toEqual([]);
      const broken = texts[0]![1].replace(/"SPDXRef-Package-/, '"SPDXRef-Package_');
      expect(judgedByPython('spdx', [broken])).not.toEqual(['ok']);
    });

    it('JUnit is what the schema of Jenkins says', async () => {
      const texts = await written('junit');
      expect(texts.length).toBeGreaterThan(20);
      const said = judgedByPython(
        'junit',
        texts.map(([, text]) => text),
      );
      expect(said.map((one, at) => [texts[at]![0], one]).filter(([, one]) => one !== 'ok')).toEqual([]);
      expect(judgedByPython('junit', ['<testsuites skipped="1"/>'])).not.toEqual(['ok']);
    });
  },
);

describe('a form with nothing to say', () => {
  it.each([
    ['junit', 'before', /nothing was tried out/],
    ['spdx', 'after', /nothing was planned/],
    ['cyclonedx', 'after', /nothing was planned/],
  ] as const)('%s of the set %s of a scan is refused', async (format, set, why) => {
    const report = await scanned(COUPLED);
    await expect(formatReport(report, format, { set, product: null })).rejects.toThrow(why);
  });
});
