import { describe, expect, it } from 'vitest';
import { onceWritten } from '../../../src/domain/job.ts';
import { remember } from '../../../src/learned.ts';
import { plan, scan } from '../../../src/repair.ts';
import { markdownReport } from '../../../src/show/report/markdown.ts';
import { reportOf } from '../../../src/show/report/make-report.ts';
import { scanScreen } from '../../../src/show/terminal/scan-screen.ts';
import { paintFor } from '../../../src/show/terminal/paint.ts';
import {
  changeText,
  findingsOf,
  jobOf,
  learnedOf,
  planAgain,
  planOf,
  scanOf,
  worldOf,
} from './plan-scenario.ts';
import type { Story } from './plan-scenario.ts';

const BREAK = { importer: 'app 1.0', provider: 'lib 2.0 2.1', imports: 'lib.old' };
const NEEDED = { importer: 'app 1.0', provider: 'tools 1.0', kind: 'needed', imports: 'tools' } as const;

const STORY: Story = {
  files: { 'requirements.txt': 'app==1.0\n' },
  packages: {
    app: { '1.0': { needs: ['lib'] } },
    lib: { '1.0': {}, '1.9': {}, '2.0': {}, '2.1': {} },
    tools: { '1.0': {}, '2.0': {} },
  },
};

const written = (planned: Awaited<ReturnType<typeof planOf>>): Readonly<Record<string, string>> =>
  Object.fromEntries(planned.write.files.map(({ path, after }) => [path, after]));

describe('what was learned', () => {
  it('changes nothing of what an installer would take today', async () => {
    const sets = async (story: Story): Promise<unknown> =>
      (await planOf(story)).scan.services.map(({ examined }) => examined.today.locks);
    expect(await sets({ ...STORY, learned: [BREAK, NEEDED] })).toEqual(await sets(STORY));
  });

  it('is told by a scan, in its screen and its report with what was seen', async () => {
    const scanned = await scanOf({ ...STORY, learned: [BREAK] });
    const screen = scanScreen(scanned, { width: 100, verbose: false, paint: paintFor(false) });
    expect(screen).toMatch(/does not import +1/);
    expect(screen).toContain('app 1.0 does not import: app imports lib.old');
    const report = reportOf({ scan: scanned });
    expect(report.learned).toMatchObject([
      { imports: 'lib.old', importer: { package: 'app', read: ['1.0'] }, remembered: false },
    ]);
    const text = markdownReport(report);
    expect(text).toContain('## What Was Learned by Running');
    expect(text).toContain('**Does not import:**');
    expect(text).toContain("ModuleNotFoundError: No module named 'lib.old'");
    expect(reportOf({ scan: await scanOf(STORY) })).not.toHaveProperty('learned');
  });

  it('is planned and no longer there once the plan is written', async () => {
    const story = { ...STORY, learned: [BREAK] };
    const planned = await planOf(story);
    const again = await planAgain(story, planned);
    expect(findingsOf(again).filter(({ problem }) => problem)).toEqual([]);
    const { outcome } = reportOf(planned).services[0]!.findings.find(
      ({ kind }) => kind === 'breaks-at-import',
    )!;
    expect(outcome).toBe('planned');
    expect(planned.plans[0]!.plan.changes[0]!.repairs).toEqual(['breaks-at-import:app:1.0:app:lib:lib.old']);
  });

  it('of a service’s own sources binds no other service', async () => {
    const files = { 'a/requirements.txt': 'lib>=1\n', 'b/requirements.txt': 'lib>=1\n' };
    const learned = [{ provider: 'lib 2.0 2.1', imports: 'lib.old', service: 'a' }];
    const planned = await planOf({ ...STORY, files, learned });
    expect(written(planned)).toEqual({ 'a/requirements.txt': 'lib>=1,<2.0\n' });
    // With a line that both have, the bound stands where it binds the one alone.
    const shared = { 'base.txt': 'app==1.0\n' };
    const both = { 'a/requirements.txt': '-r ../base.txt\n', 'b/requirements.txt': '-r ../base.txt\n' };
    const joint = await planOf({ ...STORY, files: { ...shared, ...both }, learned });
    expect(written(joint)).toEqual({ 'a/requirements.txt': '-r ../base.txt\nlib<2.0\n' });
  });

  it.each([
    [
      'a constraints file',
      { 'requirements.txt': '-c c.txt\napp==1.0\n', 'c.txt': 'app<2\n' },
      'c.txt',
      'lib<2.0',
    ],
    [
      'Poetry',
      {
        'pyproject.toml':
          '[tool.poetry]\nname = "x"\nversion = "1"\ndescription = ""\nauthors = []\n[tool.poetry.dependencies]\npython = "^3.11"\napp = "1.0"\nlib = ">=1.0"\n',
      },
      'pyproject.toml',
      'lib = ">=1.0,<2.0"',
    ],
    [
      'Poetry, as a new key',
      {
        'pyproject.toml':
          '[tool.poetry]\nname = "x"\nversion = "1"\ndescription = ""\nauthors = []\n[tool.poetry.dependencies]\npython = "^3.11"\napp = "1.0"\n',
      },
      'pyproject.toml',
      'lib = "<2.0"',
    ],
    ['a Pipfile', { Pipfile: '[packages]\napp = "==1.0"\nlib = "*"\n' }, 'Pipfile', 'lib = "<2.0"'],
    [
      'setup.cfg',
      { 'setup.cfg': '[metadata]\nname = x\n[options]\ninstall_requires =\n    app==1.0\n    lib\n' },
      'setup.cfg',
      '    lib<2.0',
    ],
  ])('becomes a bound in the manner of %s', async (_, files, file, line) => {
    const planned = await planOf({ ...STORY, files, learned: [BREAK] });
    expect(planned.write.refused).toEqual([]);
    expect(written(planned)[file]?.split('\n')).toContain(line);
  });

  it('is held by a lock without a bound, and a requirement that nobody asks for is added all the same', async () => {
    const registry = 'source = { registry = "https://index.example/simple" }';
    const files = {
      'pyproject.toml':
        '[project]\nname = "svc"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["app>=1.0"]\n\n[tool.uv]\n',
      'uv.lock': `version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n[[package]]\nname = "app"\nversion = "1.0"\n${registry}\ndependencies = [{ name = "lib" }]\n\n[[package]]\nname = "lib"\nversion = "2.0"\n${registry}\n\n[[package]]\nname = "svc"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "app" }]\n\n[package.metadata]\nrequires-dist = [{ name = "app", specifier = ">=1.0" }]\n`,
    };
    const held = await planOf({ ...STORY, files, learned: [BREAK] });
    const [{ plan: first }] = held.plans as [(typeof held.plans)[number]];
    expect(first.changes).toEqual([]);
    expect(first.lock?.moves.map(({ name, to, repairs }) => [name, to?.text, repairs])).toEqual([
      ['lib', '1.9', ['breaks-at-import:app:1.0:app:lib:lib.old']],
    ]);
    const needed = await planOf({ ...STORY, files, learned: [NEEDED] });
    expect(needed.plans[0]!.plan.changes.map(changeText)).toEqual(['add tools <2.0']);
    // Among uv's constraints it would ask for nothing.
    expect(written(needed)['pyproject.toml']).toContain('dependencies = ["app>=1.0", "tools<2.0"]');
  });

  it('by an earlier run is kept to by a plan, which says so, and by no scan, bundle or past', async () => {
    const world = worldOf(STORY, STORY.files);
    const job = jobOf(STORY);
    remember(await scan(job, world), [learnedOf(BREAK)], world);
    expect((await scan(job, world)).learned).toEqual([]);
    const planned = await plan(job, world);
    const [{ plan: made }] = planned.plans as [(typeof planned.plans)[number]];
    expect(made.changes.map(changeText)).toEqual(['add lib <2.0']);
    expect(made.warnings).toEqual([
      'the plan keeps to what an earlier run on this machine learned: app imports lib.old, which lib does not give',
    ]);
    expect(reportOf(planned).learned).toMatchObject([{ remembered: true }]);
    const past = await plan({ ...job, asOf: new Date('2026-11-22T00:00:00Z') }, world);
    expect(past.plans[0]!.plan.changes).toEqual([]);
    expect(onceWritten(job, []).learned).toEqual([]);
  });
});
