import { describe, expect, it } from 'vitest';
import type { JudgedClaim } from '../../../src/domain/claim.ts';
import type { ProvenDocument } from '../../../src/prove/claims/judge/proven-document.ts';
import { proveDocument } from '../../../src/prove-document.ts';
import { jobOf, worldOf } from '../../scenarios/plan/plan-scenario.ts';
import type { Story } from '../../scenarios/plan/plan-scenario.ts';

const PACKAGES: Story['packages'] = {
  core: {
    '1.0': {},
    '1.4': { uploaded: '2026-03-01' },
    '2.0': { uploaded: '2026-06-01', yanked: 'broken' },
    '2.1rc1': { uploaded: '2026-07-01' },
  },
  web: {
    '1.0': { needs: ['core>=1.0,<2'], uploaded: '2026-01-01' },
    '2.0': { needs: ['core>=2'], uploaded: '2026-08-01' },
  },
  aged: { '1.0': { uploaded: '2019-01-01' } },
  fresh: { '1.0': { python: '>=3.11', uploaded: '2026-01-01' } },
  built: { '1.0': { wheels: [], sdist: true, uploaded: '2026-01-01' } },
  plain: { '1.0': { uploaded: '2026-01-01' } },
  tuned: {
    '1.0': { extras: ['core', 'test'], needs: ['core<1.2; extra == "core"', 'plain<1; extra == "test"'] },
  },
  archived: { '1.0': { uploaded: '2026-01-01' } },
  inactive: { '1.0': { uploaded: '2026-01-01', classifiers: ['Development Status :: 7 - Inactive'] } },
};

const ADVISORIES: Story['advisories'] = [
  {
    ...{
      id: 'GHSA-1111-1111-1111',
      package: 'core',
      events: 'introduced 0, fixed 1.4',
      severity: 'CRITICAL',
    },
    ...{ aliases: ['CVE-2026-1111'], summary: 'Heap overflow in the frame decoder of core' },
  },
  {
    ...{ id: 'GHSA-2222-2222-2222', package: 'web', events: 'introduced 0, fixed 2.0', severity: 'MODERATE' },
    ...{ aliases: ['CVE-2026-2222'], summary: 'Open redirect' },
  },
];

interface More {
  /** The project's files; absent: no folder is named. */
  readonly files?: Story['files'];
  readonly asOf?: Date;
}

async function prove(document: string, { files, asOf }: More = {}): Promise<ProvenDocument> {
  const story: Story = {
    ...{ files: files ?? {}, packages: PACKAGES, advisories: ADVISORIES ?? [] },
    status: { archived: { status: 'archived' } },
  };
  const world = worldOf(story, { ...story.files, 'REPAIR.md': document });
  const job = { ...jobOf(story), ...(asOf === undefined ? {} : { asOf }) };
  return proveDocument('/repo/REPAIR.md', job, { withProject: files !== undefined }, world);
}

/** The one claim that a document of one line makes. */
async function only(document: string, more: More = {}): Promise<JudgedClaim> {
  const { claims } = await prove(document, more);
  expect(claims.map(({ claim }) => claim.statement)).toHaveLength(1);
  expect(claims[0]!.evidence.length).toBeGreaterThan(0);
  return claims[0]!;
}

/** "kind verdict" of every claim, in order. */
async function verdicts(document: string, more: More = {}): Promise<readonly string[]> {
  const { claims } = await prove(document, more);
  return claims.map(({ claim, verdict }) => `${claim.statement.kind} ${verdict}`);
}

const BUMP = '- Bump `core` from 1.0 to 1.4\n';

describe('what is claimed of versions', () => {
  it.each([
    ['`core` 9.9 does not exist on PyPI.', 'proven', 'core 9.9 is not on the index'],
    ['`nowhere` 1.0 does not exist on PyPI.', 'proven', 'the index has no package nowhere'],
    ['`core` 1.0 does not exist on PyPI.', 'refuted', 'core 1.0 is on the index (1 file)'],
    ['`core` 2.0 is no longer available.', 'refuted', 'yanked but to be had'],
    ['`fresh` 1.0 does not exist on PyPI.', 'refuted', 'fresh 1.0 is on the index'],
  ])('unavailable: %s', async (line, verdict, because) => {
    expect(await only(line)).toMatchObject({ verdict, because: expect.stringContaining(because) as string });
  });

  it('moved: by the files, and by the index where the new version is none', async () => {
    expect(await only(BUMP)).toMatchObject({ verdict: 'unknown' });
    expect(await only(BUMP, { files: { 'requirements.txt': 'core==1.4\n' } })).toMatchObject({
      verdict: 'proven',
      because: expect.stringContaining('requirements.txt:1 (==1.4)') as string,
    });
    expect(await only(BUMP, { files: { 'requirements.txt': 'core==1.0\n' } })).toMatchObject({
      verdict: 'refuted',
    });
    expect(await only(BUMP, { files: { 'requirements.txt': 'web==1.0\n' } })).toMatchObject({
      verdict: 'refuted',
      because: 'no file of the project asks for core.',
    });
    expect(await only('- Bump `core` from 1.0 to 7.7\n')).toMatchObject({
      verdict: 'refuted',
      because: expect.stringContaining('nothing can be moved to it') as string,
    });
  });

  it('moved further by the same document: its first move is unknown, its last is judged', async () => {
    const twice = '- Bump `core` from 0.9 to 1.0\n- Bump `core` from 1.0 to 1.4\n';
    const files = { 'requirements.txt': 'core==1.4\n' };
    expect(await verdicts(twice, { files })).toEqual(['change unknown', 'change proven']);
  });

  it('removed: by the files alone', async () => {
    const line = '- Removed `plain`\n';
    expect(await only(line)).toMatchObject({ verdict: 'unknown' });
    expect(await only(line, { files: { 'requirements.txt': 'core==1.4\n' } })).toMatchObject({
      verdict: 'proven',
    });
    expect(await only(line, { files: { 'requirements.txt': 'plain\n' } })).toMatchObject({
      verdict: 'refuted',
      because: expect.stringContaining('requirements.txt:1') as string,
    });
  });

  it('latest: a yanked release and a candidate are not newer', async () => {
    expect(await only('`core` 1.4 is the latest version.')).toMatchObject({ verdict: 'proven' });
    expect(await only('`web` 1.0 is the latest version.')).toMatchObject({
      verdict: 'refuted',
      because: expect.stringContaining('web 1.0 (newest 2.0)') as string,
    });
    expect(await only('`web` 7.0 is the latest version.')).toMatchObject({ verdict: 'unknown' });
  });

  it("latest: on the document's own day, which is approximate", async () => {
    const { verdict, evidence } = await only('Date: 2026-02-01\n\n`web` 1.0 is the latest version.');
    expect(verdict).toBe('proven');
    expect(evidence.map((one) => [one.verdict, one.approximate])).toEqual([
      ['proven', true],
      ['refuted', false],
    ]);
  });

  it.each([
    ['`archived` is deprecated.', 'proven', 'its project is archived'],
    ['`inactive` is deprecated.', 'proven', 'its maintainers class it as inactive'],
    ['`aged` is deprecated.', 'proven', 'its last release is of 2019'],
    ['`plain` is deprecated.', 'unknown', 'silence proves nothing'],
    ['`nowhere` is deprecated.', 'unknown', 'the index has no package nowhere'],
  ])('deprecated: %s', async (line, verdict, because) => {
    expect(await only(line)).toMatchObject({ verdict, because: expect.stringContaining(because) as string });
  });
});

describe('what is claimed of weaknesses', () => {
  it.each([
    ['`core` 1.0 is affected by CVE-2026-1111.', 'proven', 'core 1.0 is affected by CVE-2026-1111'],
    ['`core` 1.4 is affected by CVE-2026-1111.', 'refuted', 'its fix is in 1.4'],
    ['`core` 1.0 is affected by CVE-2020-9999.', 'unknown', 'no record of core is surely meant'],
    ['`plain` 1.0 is affected by CVE-2020-9999.', 'refuted', 'no known advisory affects plain 1.0'],
    ['`core` 1.0 is affected by a heap overflow in the frame decoder.', 'proven', 'CVE-2026-1111'],
    ['`core` 1.0 is affected by SQL injection.', 'unknown', 'no record of core is surely meant'],
  ])('vulnerable: %s', async (line, verdict, because) => {
    expect(await only(line)).toMatchObject({ verdict, because: expect.stringContaining(because) as string });
  });

  it.each([
    ['`core` 1.4 fixes CVE-2026-1111.', 'proven', 'core 1.4 is not affected by CVE-2026-1111'],
    ['`core` 1.0 fixes CVE-2026-1111.', 'refuted', 'core 1.0 still has CVE-2026-1111'],
    ['`core` 1.4 fixes CVE-2020-9999.', 'unknown', 'no record of core is surely meant'],
    ['`core` 1.4 has no known vulnerabilities.', 'proven', 'no known advisory affects core 1.4'],
    ['`core` 1.0 has no known vulnerabilities.', 'refuted', 'CVE-2026-1111'],
  ])('fixed: %s', async (line, verdict, because) => {
    expect(await only(line)).toMatchObject({ verdict, because: expect.stringContaining(because) as string });
  });

  it('all fixed: proven by a whole project alone, refuted by what the document names too', async () => {
    const all = 'All known vulnerabilities are resolved.\n';
    const files = (pin: string): Story['files'] => ({ 'requirements.txt': `${pin}\n` });
    expect(await only(all, { files: files('core==1.4') })).toMatchObject({ verdict: 'proven' });
    expect(await only(all, { files: files('core==1.0') })).toMatchObject({ verdict: 'refuted' });
    expect(await verdicts(`${BUMP}\n${all}`)).toEqual(['change unknown', 'all-fixed unknown']);
    expect(await verdicts(`- Bump \`web\` from 0.9 to 1.0\n\n${all}`)).toEqual([
      'change unknown',
      'all-fixed refuted',
    ]);
  });

  it('all fixed of a severity: what is less is not asked', async () => {
    const files = { 'requirements.txt': 'web==1.0\ncore==1.4\n' };
    const line = (level: string): string => `All known ${level} vulnerabilities are resolved.\n`;
    expect(await only(line('critical'), { files })).toMatchObject({ verdict: 'proven' });
    expect(await only(line('medium'), { files })).toMatchObject({ verdict: 'refuted' });
  });
});

describe('what is claimed to be compatible', () => {
  it.each([
    [
      '`core` 1.4 is compatible with Python 3.9-3.12.',
      'proven',
      'wheels for Python 3.9, 3.10, 3.11 and 3.12',
    ],
    ['`fresh` 1.0 is compatible with Python 3.10-3.12.', 'refuted', 'cannot be installed on Python 3.10'],
    ['`built` 1.0 is compatible with Python 3.12.', 'unknown', 'must be built from its sdist'],
    ['`core` 7.7 is compatible with Python 3.12.', 'unknown', 'core 7.7 is not on the index'],
  ])('with Python: %s', async (line, verdict, because) => {
    expect(await only(line)).toMatchObject({ verdict, because: expect.stringContaining(because) as string });
  });

  it.each([
    ['`web` 1.0 is compatible with core 1.4.', 'proven', 'web 1.0 asks for core'],
    ['`web` 2.0 is compatible with core 1.4.', 'refuted', 'which 1.4 is not in'],
    ['`core` 1.4 is compatible with web 2.0.', 'refuted', 'web 2.0 asks for core>=2'],
    ['`tuned` 1.0 is compatible with core 1.4.', 'refuted', 'by its extra “core”'],
    ['`tuned` 1.0 is compatible with plain 1.0.', 'unknown', 'both can be installed together'],
    ['`web` 1.0 is compatible with core 7.7.', 'unknown', 'names no published version of core'],
  ])('with a package: %s', async (line, verdict, because) => {
    expect(await only(line)).toMatchObject({ verdict, because: expect.stringContaining(because) as string });
  });

  it('with a platform: never known without a run', async () => {
    expect(await only('The service is compatible with Cloud Run environment.')).toMatchObject({
      verdict: 'unknown',
    });
  });

  it('no conflicts: by resolving', async () => {
    const line = 'There are no dependency conflicts.\n';
    expect(await only(line)).toMatchObject({ verdict: 'unknown' });
    expect(await only(line, { files: { 'requirements.txt': 'web==1.0\ncore==1.4\n' } })).toMatchObject({
      verdict: 'proven',
    });
    expect(await only(line, { files: { 'requirements.txt': 'web==2.0\ncore==1.4\n' } })).toMatchObject({
      verdict: 'refuted',
    });
  });
});

describe('what only a run can show', () => {
  it.each([
    ['The test suite passes.', 'fettle verify --level test'],
    ['All imports succeed.', 'fettle verify --level import'],
    ['The image builds.', 'fettle verify --level image'],
    ['The image size is 1.2 GB.', '--verify image'],
    ['The build takes 4 minutes.', 'fettle verify --level image'],
    ['The service needs at least 2 GB of memory.', 'fettle verify --level run'],
  ])('is unknown without one: %s', async (line, because) => {
    expect(await only(line, { files: { 'requirements.txt': 'core==1.4\n' } })).toMatchObject({
      verdict: 'unknown',
      because: expect.stringContaining(because) as string,
    });
  });

  it('installs: refuted already by what the index and the solver rule out', async () => {
    const line = 'All dependencies install successfully.\n';
    const files = (lines: string): Story['files'] => ({ 'requirements.txt': lines });
    expect(await only(line, { files: files('core==1.4\n') })).toMatchObject({ verdict: 'unknown' });
    expect(await only(line, { files: files('core==7.7\n') })).toMatchObject({ verdict: 'refuted' });
    expect(await only(line, { files: files('web==2.0\ncore==1.4\n') })).toMatchObject({ verdict: 'refuted' });
  });
});

describe('readiness', () => {
  it('is as good as the other claims', async () => {
    const ready = 'The service is ready for deployment.\n';
    const files = { 'requirements.txt': 'core==1.4\n' };
    const of = async (rest: string): Promise<string> =>
      (await verdicts(`${rest}\n${ready}`, { files })).at(-1)!;
    expect(await of('')).toBe('ready unknown');
    expect(await of(BUMP)).toBe('ready proven');
    expect(await of(`${BUMP}\nThe test suite passes.\n`)).toBe('ready unknown');
    expect(await of('- Bump `core` from 1.0 to 7.7\n')).toBe('ready refuted');
  });
});

describe('judged as of another day', () => {
  it('every record is approximate', async () => {
    const { claims, asOf } = await prove(`${BUMP}\n\`web\` 1.0 is the latest version.\n`, {
      asOf: new Date('2026-02-01T00:00:00Z'),
    });
    expect(asOf).toBe('2026-02-01');
    expect(claims.flatMap(({ evidence }) => evidence).every(({ approximate }) => approximate)).toBe(true);
    expect(claims.map(({ claim, verdict }) => `${claim.statement.kind} ${verdict}`)).toEqual([
      'change refuted',
      'latest proven',
    ]);
  });
});
