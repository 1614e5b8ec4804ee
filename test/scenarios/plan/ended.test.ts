import { describe, expect, test } from 'vitest';
import type { Planned, Repaired } from '../../../src/change/repaired.ts';
import { plan } from '../../../src/repair.ts';
import { commitMessage, subjectOf } from '../../../src/pull-request-words.ts';
import { formatReport } from '../../../src/show/formats/format-report.ts';
import { htmlReport } from '../../../src/show/html/html-report.tsx';
import { reportOf } from '../../../src/show/report/make-report.ts';
import { paintFor } from '../../../src/show/terminal/paint.ts';
import { planScreen } from '../../../src/show/terminal/plan-screen.ts';
import { changeText, findingsOf, jobOf, planAgain, planOf, worldOf } from './plan-scenario.ts';
import type { Story } from './plan-scenario.ts';

const OLD = { wheels: ['cp310-cp310-manylinux_2_17_x86_64'] };
const PACKAGES: Story['packages'] = {
  app: { '1.0': {}, '1.1': {} },
  'tensorflow-gpu': { '2.11.0': OLD, '2.12.0': { told: true, needs: ['python-version>3.7'] } },
  tensorflow: {
    '2.11.0': OLD,
    '2.12.0': OLD,
    '2.16.1': { needs: ['keras'] },
    '2.18.0': { needs: ['keras'] },
  },
  keras: { '3.0': {}, '3.1': {} },
};
const ONE: Story = {
  files: { 'requirements.txt': 'app==1.0\ntensorflow-gpu==2.12.0\n' },
  packages: PACKAGES,
};
const screen = { width: 400, verbose: false, paint: paintFor(false) };

/** By service, what its plan changes. */
function changes({ plans }: Planned): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(plans.map(({ plan }) => [plan.service, plan.changes.map(changeText)]));
}

/** By path, the new texts. */
function texts({ write }: Planned): Readonly<Record<string, string>> {
  return Object.fromEntries(write.files.map(({ path, after }) => [path, after]));
}

/** The plan as written, and everything read again. */
async function written(story: Story): Promise<Repaired> {
  const planned = await planOf(story);
  const { scan } = await planAgain(story, planned);
  const paths = planned.write.files.map(({ path }) => path);
  return { ...planned, written: { run: '2026-11-23T08-00-00-000Z', paths }, after: scan };
}

describe('a line that asks for the successor of its package', () => {
  test('is told as such in the report, with who says so', async () => {
    const report = reportOf(await planOf(ONE));
    const [service] = report.services;
    const [change] = service!.plan!.changes;
    expect(change).toMatchObject({
      ...{ package: 'tensorflow-gpu', successor: 'tensorflow', file: 'requirements.txt', line: 2 },
      ...{ from: { specifier: '==2.12.0' }, to: { specifier: '==2.16.1', version: '2.16.1' }, size: 'major' },
      repairs: ['conflicting:tensorflow-gpu==2.12.0', 'conflicting:tensorflow-gpu==2.12.0#2'],
    });
    const record = report.evidence.find(({ id }) => id === change!.evidence[0]);
    expect(record).toMatchObject({
      claim: 'tensorflow-gpu (requirements.txt:2) has to give way to tensorflow 2.16.1',
      verdict: 'proven',
      how: "index page of tensorflow-gpu; TensorFlow's installation guide: one package since 2.1, removed in 2022",
    });
    expect(service!.findings.filter(({ problem }) => problem).map(({ outcome }) => outcome)).toEqual([
      'planned',
      'planned',
    ]);
    const set = service!.plan!.locks[0]!.packages;
    expect(set.find(({ name }) => name === 'tensorflow')?.lines).toEqual([
      { file: 'requirements.txt', line: 2 },
    ]);
  });

  test('is told as such in every form', async () => {
    const planned = await planOf(ONE);
    const report = reportOf(planned);
    expect(planScreen(planned, screen)).toMatch(/^tensorflow-gpu +2\.12\.0 -> tensorflow 2\.16\.1$/m);
    expect(await formatReport(report, 'markdown')).toContain(
      '| tensorflow-gpu | 2.12.0 | tensorflow 2.16.1 | nothing of it installs',
    );
    expect(htmlReport(report, [], { script: '', style: '' })).toContain('<b>tensorflow 2.16.1</b>');
    const { changes: made } = planned.plans[0]!.plan;
    expect(subjectOf(made)).toBe('Replace tensorflow-gpu by tensorflow 2.16.1');
    expect(commitMessage('models', made)).toBe(
      'models: replace tensorflow-gpu by tensorflow 2.16.1\n\ntensorflow-gpu 2.12.0 -> tensorflow 2.16.1',
    );
  });

  test('counts as one line that has to change, also where its number stays', async () => {
    for (const pin of ['==2.12.0', '==2.16.1']) {
      const { plans } = await planOf({ ...ONE, files: { 'requirements.txt': `tensorflow-gpu${pin}\n` } });
      const { proof } = plans[0]!.plan;
      expect(proof).toMatchObject({ proven: true, lowerBound: 1, changes: 1 });
      expect(proof.tiers).not.toContain('transitive changes');
    }
  });

  test('is repaired once the files were read again, and the set is whole', async () => {
    const repaired = await written(ONE);
    const report = reportOf(repaired);
    expect(report.verdict).toMatchObject({ kind: 'repaired', exitCode: 0 });
    expect(report.services[0]!.after).toMatchObject({ left: [], introduced: [] });
    expect(repaired.after!.services[0]!.examined.today.whole).toBe(true);
  });

  test('stands beside what else is repaired, and what it brings in is bounded by a line of its own', async () => {
    const planned = await planOf({
      ...ONE,
      advisories: [
        { id: 'CVE-1', package: 'app', events: 'introduced 0, fixed 1.1' },
        { id: 'CVE-2', package: 'keras', events: 'introduced 3.1' },
      ],
    });
    expect(changes(planned)).toEqual({
      '.': ['app ==1.0 -> ==1.1', 'tensorflow-gpu ==2.12.0 -> tensorflow ==2.16.1', 'add keras ==3.0'],
    });
    expect(planned.plans[0]!.plan.changes[0]!.repairs).toEqual(['vulnerable:app:1.0:CVE-1']);
    expect(planned.write.refused).toEqual([]);
    expect(texts(planned)).toEqual({ 'requirements.txt': 'app==1.1\ntensorflow==2.16.1\nkeras==3.0\n' });
  });

  test('moves to the version that is free of advisories, though nothing of the old one was audited', async () => {
    const advisories = [{ id: 'CVE-1', package: 'tensorflow', events: 'introduced 0, fixed 2.18.0' }];
    const story = { ...ONE, advisories };
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({ '.': ['tensorflow-gpu ==2.12.0 -> tensorflow ==2.18.0'] });
    expect(findingsOf(await planAgain(story, planned)).filter(({ problem }) => problem)).toEqual([]);
  });

  test('is named by --only, whatever else is left', async () => {
    const story = {
      ...ONE,
      only: ['tensorflow-gpu'],
      advisories: [{ id: 'CVE-1', package: 'app', events: 'introduced 0, fixed 1.1' }],
    };
    expect(changes(await planOf(story))).toEqual({ '.': ['tensorflow-gpu ==2.12.0 -> tensorflow ==2.16.1'] });
  });

  test('does not stand in the way of a newer Python', async () => {
    const story: Story = {
      ...ONE,
      pythons: [],
      platforms: [],
      files: { 'requirements.txt': 'tensorflow-gpu==2.11.0\n', '.python-version': '3.10\n' },
    };
    const planned = await plan({ ...jobOf(story), raisePython: '3.12' }, worldOf(story, story.files));
    expect(planned.write.refused).toEqual([]);
    expect(texts(planned)).toEqual({
      '.python-version': '3.12\n',
      'requirements.txt': 'tensorflow==2.16.1\n',
    });
  });
});

describe('a line that services share', () => {
  const shared = {
    'base.txt': 'tensorflow-gpu==2.12.0\n',
    'a/requirements.txt': '-r ../base.txt\n',
    'b/requirements.txt': '-r ../base.txt\napp==1.0\n',
  };

  test('asks for the successor in all of them', async () => {
    const story: Story = { files: shared, packages: PACKAGES };
    const planned = await planOf(story);
    const one = ['tensorflow-gpu ==2.12.0 -> tensorflow ==2.16.1'];
    expect(changes(planned)).toEqual({ a: one, b: one });
    expect(planned.plans[0]!.plan.proof).toMatchObject({ lowerBound: 1, changes: 1 });
    expect(texts(planned)).toEqual({ 'base.txt': 'tensorflow==2.16.1\n' });
    expect(findingsOf(await planAgain(story, planned)).filter(({ problem }) => problem)).toEqual([]);
    expect(changes(await planOf({ ...story, service: 'a' }))).toEqual({ a: one });
    const beside = await planOf({ ...story, service: 'a' });
    expect(texts(beside)).toEqual({ 'base.txt': 'tensorflow==2.16.1\n' });
  });

  test('stays where something of the package still installs for one of them', async () => {
    const story: Story = {
      ...{ pythons: [], platforms: [], packages: PACKAGES },
      files: {
        ...shared,
        'base.txt': 'tensorflow-gpu>=2.11\n',
        'a/.python-version': '3.12\n',
        'b/.python-version': '3.10\n',
      },
    };
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({ a: [], b: [] });
    expect(planned.plans[0]!.plan.warnings.at(-1)).toBe(
      'nothing of tensorflow-gpu (base.txt:1) installs and tensorflow takes its place, but its line stays as it is: something of it may still be installed for b',
    );
  });
});

test('a shared line stays where it would go for one service and ask for the successor for another', async () => {
  const files = {
    'base.txt': 'tensorflow-gpu==2.12.0\n',
    'a/requirements.txt': '-r ../base.txt\ntensorflow==2.18.0\n',
    'b/requirements.txt': '-r ../base.txt\n',
  };
  const planned = await planOf({ files, packages: PACKAGES });
  expect(changes(planned)).toEqual({ a: [], b: [] });
  expect(planned.write).toMatchObject({ files: [], refused: [] });
});

describe('a line stays', () => {
  test('where its service has a lock, which only its own tool writes', async () => {
    const files = {
      'pyproject.toml':
        '[project]\nname = "svc"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["tensorflow-gpu"]\n',
      'uv.lock': `version = 1
revision = 3
requires-python = ">=3.12"

[[package]]
name = "tensorflow-gpu"
version = "2.12.0"
source = { registry = "https://index.example/simple" }

[[package]]
name = "svc"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "tensorflow-gpu" }]

[package.metadata]
requires-dist = [{ name = "tensorflow-gpu" }]
`,
    };
    const planned = await planOf({ files, packages: PACKAGES });
    expect(changes(planned)).toEqual({ '.': [] });
    expect(planned.write.files).toEqual([]);
    expect(planned.plans[0]!.plan.warnings.at(-1)).toMatch(
      /^nothing of tensorflow-gpu \(pyproject\.toml:5\) installs .*: uv\.lock has to be written anew by its own tool: change the name by hand$/,
    );
  });

  test('and is told as a problem that is left, for the plan is one without it', async () => {
    const files = { 'requirements.txt': `tensorflow-gpu==2.12.0 --hash=sha256:${'a'.repeat(64)}\n` };
    const planned = await planOf({ files, packages: PACKAGES });
    const [service] = reportOf(planned).services;
    expect(service!.findings.filter(({ problem }) => problem).map(({ outcome }) => outcome)).toEqual([
      'open',
      'open',
    ]);
    expect(planScreen(planned, screen)).toMatch(/^No change repairs what is wrong: 2 problems left open\.$/m);
  });

  test('where another one asks for the successor on some of its targets alone', async () => {
    const files = {
      'requirements.txt': 'tensorflow-gpu==2.12.0\ntensorflow==2.18.0 ; python_version >= "3.13"\n',
    };
    const planned = await planOf({ files, packages: PACKAGES, pythons: ['3.12', '3.13'] });
    expect(changes(planned)).toEqual({ '.': [] });
    expect(planned.plans[0]!.plan.warnings.at(-1)).toMatch(
      /but its line stays as it is: requirements\.txt:2 asks for tensorflow too, and not everywhere$/,
    );
  });

  test('as a key whose table has the successor already', async () => {
    const files = {
      Pipfile:
        '[packages]\ntensorflow-gpu = "==2.12.0"\ntensorflow = {version = "*", sys_platform = "== \'win32\'"}\n',
    };
    const planned = await planOf({ files, packages: PACKAGES });
    expect(changes(planned)).toEqual({ '.': [] });
    expect(planned.write).toMatchObject({ files: [], refused: [] });
  });
});
