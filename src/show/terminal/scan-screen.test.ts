import { describe, expect, it } from 'vitest';
import { scanOf } from '../../../test/support/report-job.ts';
import type { SmallProject } from '../../../test/support/report-job.ts';
import { BROKEN, COUPLED, SOUND } from '../../../test/support/report-projects.ts';
import { pypiRules } from '../../read/ecosystems/pypi/rules.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { paintFor } from './paint.ts';
import { scanFooter } from './scan-footer.ts';
import { scanScreen } from './scan-screen.ts';
import { targetLines } from './service-head.ts';

const OPTIONS = { paint: paintFor(false), width: 80, verbose: false };

async function screenOf(project: SmallProject, verbose = false): Promise<string> {
  return scanScreen(await scanOf(project), { ...OPTIONS, verbose });
}

async function footerOf(project: SmallProject): Promise<string> {
  return scanFooter(await scanOf(project), 100, 'next: something', 80).replaceAll(/\n {2}/g, ' ');
}

/** Two advisories of one package: the first is fixed in 1.1, only 2.0 is free of both. */
const TWICE: SmallProject = {
  files: { 'requirements.txt': 'lib==1.0\n' },
  packages: { lib: { '1.0': [], '1.1': [], '2.0': [] } },
  advisories: [
    {
      id: 'CVE-2026-1',
      on: 'lib',
      affected: ['1.0'],
      severity: 'critical',
      fixedIn: [pypiRules.parseVersion('1.1') as Version],
    },
    { id: 'CVE-2026-2', on: 'lib', affected: ['1.0', '1.1'], severity: 'unknown' },
  ],
};

describe('many services', () => {
  it('are counted where nothing was found in them', async () => {
    const calm = Array.from({ length: 9 }, (_, at) => [`calm${at}/requirements.txt`, 'lib==2.0\n'] as const);
    const project = {
      ...TWICE,
      files: { 'apart/requirements.txt': 'lib==1.0\n', ...Object.fromEntries(calm) },
      advisories: TWICE.advisories!.slice(0, 1),
    };
    const text = await screenOf(project);
    expect(text).toContain('apart/requirements.txt · 1 requirement');
    expect(text).toContain('\n9 services, which -v names: nothing was found\n\nnot checked');
    expect(text).not.toContain('calm3');
    expect(await screenOf(project, true)).toContain('calm3/requirements.txt · 1 requirement');
  });
});

describe('the version to go to', () => {
  it('is called free of all advisories, never the fix of the one beside it', async () => {
    expect(await screenOf(TWICE)).toMatch(/lib 1\.0 +CVE-2026-1 critical \+1 · free of all: 2\.0\n/);
    expect(await screenOf(TWICE)).not.toContain('fixed in');
    expect(await screenOf(TWICE, true)).toContain('CVE-2026-1 critical, fixed in 1.1: ');
  });

  it('does not exist: "no fix" is said where this very advisory has none', async () => {
    const [first, second] = TWICE.advisories!;
    const everything = { ...second!, affected: ['1.0', '1.1', '2.0'] };
    expect(await screenOf({ ...TWICE, advisories: [first!, everything] })).toContain(
      'CVE-2026-1 critical +1 · free of all: none',
    );
    expect(await screenOf({ ...TWICE, advisories: [everything] })).toContain(
      'CVE-2026-2 severity unknown · no fix',
    );
  });

  it('goes on the next line where a long name leaves no room', async () => {
    const name = 'a-package-with-quite-a-long-name';
    const text = await screenOf({
      files: { 'requirements.txt': `${name}==1.0\n` },
      packages: { [name]: { '1.0': [], '2.0': [] } },
      advisories: [{ id: 'GHSA-aaaa-bbbb-cccc', on: name, affected: ['1.0'], severity: 'unknown' }],
    });
    expect(text).toMatch(/severity unknown\n {4}requirements\.txt:1 · free of all: 2\.0\n/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('what was not checked', () => {
  it('is one section, with lines that were not understood and files that are not read', async () => {
    const text = await screenOf({ ...BROKEN, files: { ...BROKEN.files, 'pdm.lock': '' } });
    expect(text).toMatch(
      /\nnot checked {2}\d+\n {2}requirements\.txt:5: [^]*\n {2}pdm\.lock: lock of PDM, not read yet\n/,
    );
    expect(text).not.toContain('hunter2');
  });

  it('tells one reason once for those that share it, and all of them by name only when verbose', async () => {
    const [packages, files] = [{ lib: { '1.0': [] } }, { 'requirements.txt': 'lib==1.0\n' }];
    const ids = ['CVE-1', 'CVE-2', 'CVE-3', 'CVE-4', 'CVE-5'];
    const project: SmallProject = { files, packages, unmatchable: ids.map((id) => ({ id, on: 'lib' })) };
    const text = await screenOf(project);
    expect(text).toMatch(
      /\nnot checked {2}5\n {2}CVE-1 \(lib\), CVE-2 \(lib\), CVE-3 \(lib\) and 2 more: \w/,
    );
    expect(await screenOf(project, true)).toMatch(/CVE-3 \(lib\), CVE-4\s+\(lib\), CVE-5 \(lib\): \w/);
  });

  it('is counted apart from problems', async () => {
    const files = { ...SOUND.files, 'pdm.lock': '' };
    expect(await footerOf({ ...SOUND, files })).toMatch(/^0 problems, 1 not checked in /);
  });
});

describe('the count of problems', () => {
  it('adds up: unknown severities and problems of other kinds are in it', async () => {
    expect(await footerOf(TWICE)).toMatch(/^2 problems \(1 critical, 1 of unknown severity\) in /);
    const two = { ...TWICE.packages, old: { '1.0': { yanked: true }, '1.1': [] } };
    const files = { 'requirements.txt': 'lib==1.0\nold==1.0\n' };
    expect(await footerOf({ ...TWICE, packages: two, files })).toMatch(
      /^3 problems \(1 critical, 1 of unknown severity, 1 other\) in /,
    );
  });

  it('leaves out what is below the severity that counts, and says so', async () => {
    const advisories = [{ ...COUPLED.advisories![0]!, severity: 'medium' as const }];
    const project: SmallProject = { ...COUPLED, advisories, policy: { severity: 'critical' } };
    expect(await screenOf(project)).toMatch(/\nvulnerable, below critical {2}1 package, 1 advisory\n/);
    expect(await footerOf(project)).toMatch(/^0 problems, 1 advisory below critical in /);
  });
});

describe('what cannot be installed', () => {
  it('is told apart from what must be built', async () => {
    const text = await screenOf({
      files: { 'requirements.txt': 'none==1.0\n' },
      packages: { none: { '1.0': { installableOn: [] }, '1.1': [] } },
    });
    expect(text).toMatch(/\ncannot be installed {2}1\n {2}none 1\.0/);
    expect(text).not.toContain('must be built');
  });

  it('is told with its targets, where it is not on all of them', async () => {
    const text = await screenOf({
      files: { 'requirements.txt': 'some==1.0\nnone==1.0\n' },
      packages: { some: { '1.0': { installableOn: [1] } }, none: { '1.0': { installableOn: [] } } },
      pythons: ['3.9', '3.12', '3.10'],
    });
    expect(text.replace(/\n {4}/g, ' ')).toMatch(
      /\n {2}some 1\.0: .* requirements\.txt:1 on CPython 3\.9 and 3\.10, linux\/x86_64, glibc 2\.36\n/,
    );
    expect(text).toMatch(/\n {2}none 1\.0: [^]* requirements\.txt:2\n/);
  });
});

describe('targets', () => {
  it('that differ by their Python alone stand together', async () => {
    const text = await screenOf({ ...TWICE, pythons: ['3.9', '3.11', '3.12'] });
    expect(text).toContain(
      '\ntargets CPython 3.9, 3.11 and 3.12, linux/x86_64, glibc 2.36 (from --python,\n  --platform, assumed: glibc 2.36)\n',
    );
  });

  it('that are said in several places stand apart', () => {
    const said = (version: string, place: string): Target => ({
      ...{ runtime: { implementation: 'cpython', version }, os: 'linux', architecture: 'x86_64', libc: null },
      readFrom: [place],
    });
    const targets = [said('3.11', 'a.yml:1'), said('3.13', 'b.yml:2'), said('3.12', 'a.yml:1')];
    expect(targetLines(targets, OPTIONS)).toEqual([
      'targets CPython 3.11 and 3.12, linux/x86_64 (from a.yml:1)',
      'target CPython 3.13, linux/x86_64 (from b.yml:2)',
    ]);
  });
});
