import { describe, expect, it } from 'vitest';
import { fixOf, planOf } from '../../../test/support/report-job.ts';
import type { SmallProject } from '../../../test/support/report-job.ts';
import { BROKEN, COUPLED, SOUND } from '../../../test/support/report-projects.ts';
import { fixScreen } from './fix-screen.ts';
import { leftSection } from './left-section.ts';
import { paintFor } from './paint.ts';
import { planAnswer } from './plan-answer.ts';
import { planScreen } from './plan-screen.ts';

const OPTIONS = { paint: paintFor(false), width: 80, verbose: false };

async function screenOf(project: SmallProject): Promise<string> {
  return planScreen(await planOf(project), OPTIONS);
}

const YANKED: SmallProject = {
  files: { 'requirements.txt': 'old==1.0\n' },
  packages: { old: { '1.0': { yanked: true } } },
};

describe('a plan that changes nothing', () => {
  it('says so plainly only where all was looked at and nothing is wrong', async () => {
    expect(await screenOf(SOUND)).toMatch(/^Nothing has to change\.\n/);
    expect(await screenOf(SOUND)).not.toContain('not checked');
  });

  it.each<[string, SmallProject, RegExp]>([
    [
      'advisories are silent',
      { ...SOUND, silence: 'connection refused' },
      /records\.example: [^]*connection\s+refused\n {4}do: try again, or give --advisories/,
    ],
    [
      'a line was not understood',
      { ...SOUND, files: { 'requirements.txt': 'calm==1.0\nrequests=2.26.0\n' } },
      /requirements\.txt:2: expected an operator[^]*do: write ==/,
    ],
    [
      'a file is missing',
      { ...SOUND, files: { 'requirements.txt': 'calm==1.0\n-r more.txt\n' } },
      /requirements\.txt:2: there is no file more\.txt\n {4}do: restore the file/,
    ],
    [
      'a line has no name',
      { ...SOUND, files: { 'requirements.txt': 'calm==1.0\n-e .\n' } },
      /requirements\.txt:2: this requirement does not tell its name/,
    ],
    [
      'a file of another kind was seen',
      { ...SOUND, files: { ...SOUND.files, 'pdm.lock': '' } },
      /pdm\.lock: lock of PDM, not read yet\n {4}do: /,
    ],
  ])('is no all-clear where %s', async (_, project, told) => {
    const text = await screenOf(project);
    expect(text).toMatch(/^Nothing to change was seen, but not everything could be checked\.\n/);
    expect(text).toMatch(/\nnot checked {2}\d+\n/);
    expect(text).toMatch(told);
    expect(planAnswer(await planOf(project), 80)).toMatch(/but not everything.*\nnot checked: \d\n$/);
  });

  it('names the problems that it leaves', async () => {
    const text = await screenOf(YANKED);
    expect(text).toMatch(/^No change repairs what is wrong: 1 problem left open\.\n/);
    expect(text).toMatch(/\nleft open {2}1 problem\n {2}old {2}was yanked[^]*requirements\.txt:1/);
  });
});

describe('a plan of many services', () => {
  const manyOf = (project: SmallProject, calm: number, line: string): SmallProject => ({
    ...project,
    files: Object.fromEntries([
      ...Object.entries(project.files).map(([path, text]) => [`apart/${path}`, text]),
      ...Array.from({ length: calm }, (_, at) => [`calm${at}/requirements.txt`, line]),
    ]) as SmallProject['files'],
  });

  it('counts those that stay as they are, and tells the others', async () => {
    const project = manyOf(COUPLED, 9, 'log==1.0\n');
    const text = await screenOf(project);
    expect(text).toMatch(/^apart: 2 of 2 requirements change\./);
    expect(text).toContain('\n9 services, which -v names: Nothing has to change.\n');
    expect(text).not.toContain('calm3');
    expect(planScreen(await planOf(project), { ...OPTIONS, verbose: true })).toContain(
      '\ncalm3: Nothing has to change.\n',
    );
  });

  it('names each of a few', async () => {
    expect(await screenOf(manyOf(COUPLED, 3, 'log==1.0\n'))).toContain('calm2: Nothing has to change.');
  });

  it('tells a reason once that several share, with few of them where their names are long', async () => {
    const line = `${'a'.repeat(40)} b\n`;
    const text = await screenOf(manyOf(COUPLED, 9, line));
    expect(text).toContain('9 services, which -v names: Nothing to change was seen');
    expect(text).toMatch(
      /\n {2}calm0\/requirements\.txt:1, [^:]*calm1\/requirements\.txt:1, [^:]*calm2\/requirements\.txt:1\s+and 6 more: expected/,
    );
    expect(text.match(/expected/g)).toHaveLength(1);
  });
});

describe('a plan that cannot be written', () => {
  it('tells a reason once, with all that it holds for', async () => {
    const planned = await planOf(COUPLED);
    const refusal = (subject: string, why: string) => ({ service: '.', change: null, subject, why });
    const refused = [
      refusal('web', 'it is generated'),
      refusal('x', 'other'),
      refusal('core', 'it is generated'),
    ];
    const text = planScreen({ ...planned, write: { ...planned.write, refused } }, OPTIONS);
    expect(text).toContain('\ncannot be written, so nothing is:\n  web, core: it is generated\n  x: other\n');
  });
});

describe('a plan that is limited by --only', () => {
  it('answers for what was named, and counts the rest', async () => {
    const text = await screenOf({ ...YANKED, only: ['something'] });
    expect(text).toMatch(/^Nothing has to change for what --only names\.\n/);
    expect(text).toContain('not looked at, for --only names others: 1');
  });
});

describe('lines that no version brings together', () => {
  it('are left open with both places, and without the advice to plan', async () => {
    const text = await screenOf({ ...BROKEN, policy: { allowedSize: 'same' } });
    expect(text).toMatch(
      /left==1\.0 and right==1\.0 cannot be installed together\s+requirements\.txt:1,\s+requirements\.txt:2/,
    );
    expect(text).toContain('gone ==9.9: no such version');
    expect(text).not.toContain('fettle plan');
  });
});

describe('a plan', () => {
  it('tells beside its changes what was not checked, the worst first', async () => {
    const text = await screenOf(BROKEN);
    const [, section] = text.split(/\nnot checked {2}\d+\n/);
    expect(section).toMatch(/^ {2}requirements\.txt:5: /);
    expect(section).toContain('tool: a direct reference (requirements.txt:6)');
    expect(section).not.toContain('hunter2');
  });

  it('names the day of the advisories, and marks a past day as approximate', async () => {
    expect(await screenOf(COUPLED)).toContain('advisories: records.example of 2026-11-22\n');
    expect(await screenOf({ ...COUPLED, asOf: '2025-11-01T00:00:00Z' })).toContain(
      'as of 2025-11-01 (approximate)',
    );
  });

  it('that adds a line and changes none says so', async () => {
    const text = await screenOf({
      files: { 'requirements.txt': 'app>=1.0\n' },
      packages: { app: { '1.0': ['deep'] }, deep: { '1.0': [], '2.0': [] } },
      advisories: [{ id: 'CVE-2026-1', on: 'deep', affected: ['2.0'] }],
    });
    expect(text).toMatch(/^No requirement changes; 1 line is added\./);
  });

  it('says nothing of smallness where the newest versions were asked for', async () => {
    const text = await screenOf({ ...COUPLED, policy: { strategy: 'latest' } });
    expect(text).toMatch(/^2 of 2 requirements change\.\n/);
  });

  it('says which line is meant where a package stands on two', async () => {
    const files = { 'requirements.txt': '-r base.txt\nweb>=1.0,<1.5\n', 'base.txt': 'web<1.9\n' };
    const text = await screenOf({ ...COUPLED, files });
    expect(text).toMatch(/requirements\.txt:2: [^]*base\.txt:1: |base\.txt:1: [^]*requirements\.txt:2: /);
  });

  it('holds 80 columns, with long ranges too', async () => {
    const specifier = '>=0.1,!=0.2,!=0.3,!=0.4,!=0.5,!=0.6,!=0.7,<1.5';
    const text = await screenOf({
      ...COUPLED,
      files: { 'requirements.txt': `web${specifier}\ncore==1.0\n` },
    });
    expect(text).toContain('->');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('lines that hash-checking mode asks for', () => {
  it('are counted and listed, with the reason', async () => {
    const hash = `--hash=sha256:${'a'.repeat(64)}`;
    const project = {
      ...COUPLED,
      files: { 'requirements.txt': `web==1.0 ${hash}\ncore==1.0 ${hash}\n` },
      hashes: [`sha256:${'b'.repeat(64)}`],
    };
    const text = await screenOf(project);
    expect(text).toMatch(/^2 of 2 requirements change and add 1 line\./);
    expect(text).toMatch(/\nlog {3}add ==1\.0 +hash-checking mode asks for a line of every\s+package/);
    const fixed = await fixOf(project);
    expect(fixScreen(fixed, [], null, OPTIONS)).toMatch(/planned 2 changes and 1 added line ·/);
  });
});

describe('what is left open', () => {
  it('is told once where one wall forbids all of it', async () => {
    const advisories = [1, 2, 3].map((n) => ({ id: `CVE-2026-800${n}`, on: 'lib', affected: ['1.0'] }));
    const text = await screenOf({
      files: { 'requirements.txt': 'lib==1.0\n' },
      packages: { lib: { '1.0': [], '2.0': { installableOn: [] } } },
      advisories,
    });
    expect(text).toContain('left open  3 problems\n  lib  CVE-2026-8001 high, 2 more, on CPython');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('waive each until a date');
    expect(text).not.toContain('CVE-2026-8002');
  });

  it.each([
    ['.github/workflows/checks.yml:7', true],
    ['.gitlab-ci.yml:2', true],
    ['Dockerfile:1', false],
  ])('says how to leave out the Pythons of a CI: those of %s', async (place, isSaid) => {
    const planned = await planOf({
      files: { 'requirements.txt': 'lib==1.0\n' },
      packages: { lib: { '1.0': [], '2.0': { installableOn: [] } } },
      advisories: [{ id: 'CVE-2026-8001', on: 'lib', affected: ['1.0'] }],
    });
    const [{ plan }] = planned.plans as [(typeof planned.plans)[number]];
    const left = plan.unrepaired.map((one) => ({
      ...one,
      targets: one.targets.map((target) => ({ ...target, readFrom: [place, 'assumed: linux'] })),
    }));
    const text = leftSection(left, [], false, OPTIONS).replaceAll(/\s+/g, ' ');
    expect(text.includes('with --python VERSION only')).toBe(isSaid);
    if (isSaid) expect(text).toContain(` these Pythons are those of ${place.replace(/:\d+$/, '')}: `);
  });
});

describe('what fix prints', () => {
  it('counts apart what is left and what was not checked', async () => {
    const files = { 'requirements.txt': 'web==1.0\ncore==1.0\nwhat is this\n' };
    const text = fixScreen(await fixOf({ ...COUPLED, files }), [], null, OPTIONS).replaceAll(/\s+/g, ' ');
    expect(text).toContain('read again: 0 problems, 1 not checked left');
  });
});
