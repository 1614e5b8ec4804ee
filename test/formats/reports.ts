import { reportOf } from '../../src/show/report/make-report.ts';
import type { Report } from '../../src/show/report/report.ts';
import { fixOf, planOf, scanOf } from '../support/report-job.ts';
import type { SmallProject } from '../support/report-job.ts';
import { COUPLED, PROJECTS } from '../support/report-projects.ts';
import { BROKEN, VERIFIED } from '../support/verified.ts';

const version = '1.2.3';
const verified = [VERIFIED, BROKEN];

export async function scanned(project: SmallProject): Promise<Report> {
  return reportOf({ scan: await scanOf(project) }, { version });
}

export async function planned(project: SmallProject): Promise<Report> {
  return reportOf(await planOf(project), { version, verified });
}

export async function fixed(project: SmallProject): Promise<Report> {
  return reportOf(await fixOf(project), { version, verified });
}

/** What comes in beside a line, through another package. */
export const THROUGH: SmallProject = {
  files: { 'api/requirements.txt': 'app==1.0\n', 'web/requirements.txt': 'app==1.0\n' },
  packages: { app: { '1.0': ['deep>=1'] }, deep: { '1.0': [], '1.1': [] } },
  advisories: [{ ...COUPLED.advisories![0]!, on: 'deep', affected: ['1.1'] }],
};

/** Every project of the tests after each step, with a name. */
export async function allReports(): Promise<readonly (readonly [name: string, report: Report])[]> {
  const reports: (readonly [string, Report])[] = [];
  for (const [name, project] of Object.entries({ ...PROJECTS, THROUGH }))
    for (const [stage, make] of Object.entries({ scanned, planned, fixed }))
      reports.push([`${name} ${stage}`, await make(project)]);
  return reports;
}

/** Texts that try to be something else wherever they are shown. */
export const HOSTILE_TEXTS = [
  '<script>alert(1)</script>&amp;]]><!--',
  '{0} {{1}} [click](javascript:alert(1)) [3](0) ![x](y)',
  '::error::owned\r\n::set-output name=x::y\n%0A::warning::z,title=a:b',
  '\u001b[31mred\u0007\u0000\u009b2J\u202egnp.exe\u2028next',
  '=cmd|"/C calc"!A1,\'"; DROP TABLE x --',
  'a"b\'c`d\\e$(f)\ud800 \ufffe',
  '__proto__',
  'https://user:secret@records.example/<x>',
];

/** Keys under which a report holds texts of others. */
const FOREIGN = new Set([
  ...[
    'message',
    'help',
    'summary',
    'reason',
    'seen',
    'claim',
    'how',
    'why',
    'text',
    'because',
    'hint',
    'what',
  ],
  ...[
    'sentence',
    'name',
    'package',
    'file',
    'version',
    'advisory',
    'id',
    'asks',
    'vector',
    'key',
    'kind',
    'specifier',
  ],
]);
const FOREIGN_LISTS = new Set([
  'ids',
  'references',
  'fixedIn',
  'fixedBy',
  'derivation',
  'unknowns',
  'notes',
  'because',
  'extras',
]);

/** The report with this text in the place of every text that may be another's. The schema takes it. */
export function hostileReport(report: Report, text: string): Report {
  const spoilt = (value: unknown, key: string, within: string): unknown => {
    if (Array.isArray(value))
      return value.map((one) =>
        typeof one === 'string' && FOREIGN_LISTS.has(key) ? text : spoilt(one, '', key),
      );
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, spoilt(v, k, key || within)]));
    const own = (key === 'kind' && within !== 'findings') || within === 'tool' || within === 'runtime';
    return typeof value === 'string' && FOREIGN.has(key) && !own ? text : value;
  };
  return spoilt(report, '', '') as Report;
}
