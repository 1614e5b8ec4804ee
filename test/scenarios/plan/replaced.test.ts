import { describe, expect, test } from 'vitest';
import type { Planned, Repaired } from '../../../src/change/repaired.ts';
import { formatReport } from '../../../src/show/formats/format-report.ts';
import { htmlReport } from '../../../src/show/html/html-report.tsx';
import { reportOf } from '../../../src/show/report/make-report.ts';
import { paintFor } from '../../../src/show/terminal/paint.ts';
import { planScreen } from '../../../src/show/terminal/plan-screen.ts';
import { changeText, findingsOf, planAgain, planOf } from './plan-scenario.ts';
import type { Story } from './plan-scenario.ts';

const PACKAGES = {
  'scikit-learn': { '1.0': { uploaded: '2026-01-01' } },
  sklearn: { '0.0': { told: true }, '0.0.post12': { told: true } },
};
const BOTH: Story = {
  files: { 'requirements.txt': 'scikit-learn==1.0\nsklearn==0.0.post12\n' },
  packages: PACKAGES,
};
const WHY =
  "it ends its own build, so that nothing installs it; its successor scikit-learn (scikit-learn's note on the sklearn package, brownout of 2023) is asked for in requirements.txt:1";

function changes({ plans }: Planned): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(plans.map(({ plan }) => [plan.service, plan.changes.map(changeText)]));
}

/** The plan as written, and everything read again. */
async function written(story: Story): Promise<Repaired> {
  const planned = await planOf(story);
  const { scan } = await planAgain(story, planned);
  const paths = planned.write.files.map(({ path }) => path);
  return { ...planned, written: { run: '2026-11-23T08-00-00-000Z', paths }, after: scan };
}

describe('a line that is taken out for its package was replaced', () => {
  test('is told with its evidence in the report and its forms', async () => {
    const planned = await planOf(BOTH);
    const report = reportOf(planned);
    const [service] = report.services;
    const [change] = service!.plan!.changes;
    expect(change).toMatchObject({
      package: 'sklearn',
      to: null,
      because: WHY,
      repairs: ['deprecated:sklearn'],
    });
    const record = report.evidence.find(({ id }) => id === change!.evidence[0]);
    expect(record).toMatchObject({
      claim: 'sklearn (requirements.txt:2) has to go',
      verdict: 'proven',
      how: "index page of sklearn; scikit-learn's note on the sklearn package, brownout of 2023",
      seen: WHY,
    });
    expect(service!.plan!.proof).toMatchObject({
      ...{ proven: true, lowerBound: 1, changes: 1 },
      reasons: [
        [
          'as long as sklearn is asked for in requirements.txt:2, nothing can be installed: what that line selects ends its own build',
        ],
      ],
    });
    const found = service!.findings.find(({ id }) => id === 'deprecated:sklearn');
    expect(found?.outcome).toBe('planned');
    const seen = report.evidence.find(({ id }) => id === found!.evidence[0]);
    expect(seen?.how).toBe(
      "index page of sklearn; scikit-learn's note on the sklearn package, brownout of 2023",
    );
    expect(await formatReport(report, 'json')).toContain(JSON.stringify(WHY));
    expect(await formatReport(report, 'markdown')).toMatch(
      /\| sklearn \| ==0\.0\.post12 \| removed \| it ends its own build.*brownout of 2023.*requirements\.txt:1 \[e\d+\] \|/,
    );
    expect(htmlReport(report, [], { script: '', style: '' })).toContain(WHY);
    const screen = { width: 250, verbose: false, paint: paintFor(false) };
    expect(planScreen(planned, screen)).toContain(`==0.0.post12 removed  ${WHY}`);
  });

  test('is a fix of its result in SARIF', async () => {
    const log = JSON.parse(await formatReport(reportOf(await planOf(BOTH)), 'sarif')) as {
      readonly runs: readonly [
        { readonly results: readonly { ruleId: string; fixes?: readonly object[] }[] },
      ];
    };
    const told = log.runs[0].results.find(({ ruleId }) => ruleId.startsWith('deprecated'));
    expect(told?.fixes).toHaveLength(1);
  });

  test('is repaired once the files were read again without it, and the set is whole', async () => {
    const repaired = await written(BOTH);
    const report = reportOf(repaired);
    expect(report.verdict).toMatchObject({ kind: 'repaired', exitCode: 0 });
    expect(report.services[0]!.after).toMatchObject({
      fixed: ['no-distribution:sklearn:0.0.post12:build', 'deprecated:sklearn'],
      left: [],
    });
    expect(repaired.after!.services[0]!.examined.today.whole).toBe(true);
    for (const form of ['cyclonedx', 'spdx'] as const)
      expect(await formatReport(report, form, { set: 'after', product: null })).not.toContain('sklearn@');
  });

  test('is shown without a version where its line has none', async () => {
    const story = { ...BOTH, files: { 'requirements.txt': 'scikit-learn==1.0\nsklearn\n' } };
    const screen = { width: 250, verbose: false, paint: paintFor(false) };
    expect(planScreen(await planOf(story), screen)).toMatch(/^ *sklearn +removed {2}it ends its own build/m);
  });
});

/** A uv.lock of a project that asks for both. */
const UV_LOCK = `version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "scikit-learn"
version = "1.0"
source = { registry = "https://index.example/simple" }

[[package]]
name = "sklearn"
version = "0.0.post12"
source = { registry = "https://index.example/simple" }

[[package]]
name = "svc"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "scikit-learn" }, { name = "sklearn" }]

[package.metadata]
requires-dist = [{ name = "scikit-learn" }, { name = "sklearn" }]
`;

test('with a lock, the package goes out of that too', async () => {
  const manifest = (asks: string): string =>
    `[project]\nname = "svc"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [${asks}]\n`;
  const files = { 'pyproject.toml': manifest('"scikit-learn", "sklearn"'), 'uv.lock': UV_LOCK };
  const { plans, write } = await planOf({ files, packages: PACKAGES });
  const { lock, changes: made } = plans[0]!.plan;
  expect(made.map(changeText)).toEqual(['sklearn removed']);
  expect(lock).toMatchObject({ rewritten: true, moves: [{ name: 'sklearn', to: null }] });
  expect(write.files).toMatchObject([{ path: 'pyproject.toml', after: manifest('"scikit-learn"') }]);
});

describe('a line that services share', () => {
  const shared = {
    'base.txt': 'sklearn==0.0.post12\n',
    'a/requirements.txt': '-r ../base.txt\nscikit-learn==1.0\n',
  };

  test('goes where each of them asks for the successor', async () => {
    const story: Story = {
      files: { ...shared, 'b/requirements.txt': '-r ../base.txt\nscikit-learn==1.0\n' },
      packages: PACKAGES,
    };
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({
      a: ['sklearn ==0.0.post12 removed'],
      b: ['sklearn ==0.0.post12 removed'],
    });
    expect(planned.write.refused).toEqual([]);
    expect(findingsOf(await planAgain(story, planned)).filter(({ problem }) => problem)).toEqual([]);
  });

  test('goes for one of them that was asked for, as long as the other has the successor too', async () => {
    const files = { ...shared, 'b/requirements.txt': '-r ../base.txt\nscikit-learn==1.0\n' };
    const planned = await planOf({ service: 'a', files, packages: PACKAGES });
    expect(changes(planned)).toEqual({ a: ['sklearn ==0.0.post12 removed'] });
  });

  test('stays where one of them does not', async () => {
    const files = { ...shared, 'b/requirements.txt': '-r ../base.txt\n' };
    const planned = await planOf({ files, packages: PACKAGES });
    expect(changes(planned)).toEqual({ a: [], b: [] });
    expect(changes(await planOf({ service: 'a', files, packages: PACKAGES }))).toEqual({ a: [] });
  });
});
