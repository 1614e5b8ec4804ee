import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Planned } from '../../../src/change/repaired.ts';
import { planScreen } from '../../../src/show/terminal/plan-screen.ts';
import { paintFor } from '../../../src/show/terminal/paint.ts';
import { changeText, findingsOf, planAgain, planOf } from './plan-scenario.ts';
import type { Story } from './plan-scenario.ts';

const screen = { width: 100, verbose: false, paint: paintFor(false) };
const FIXED_IN_2 = [{ id: 'CVE-1', package: 'lib', events: 'introduced 0, fixed 2.0' }];
const LIB = { '1.0': {}, '1.5': {}, '2.0': {}, '2.1': {}, '3.0': {} };

/** Two services whose requirements.txt includes base.txt. */
function two(files: Readonly<Record<string, string>>, more: Omit<Partial<Story>, 'files'>): Story {
  return { files, packages: {}, ...more };
}

/** By service, what its plan changes. */
function changes({ plans }: Planned): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(plans.map(({ plan }) => [plan.service, plan.changes.map(changeText)]));
}

function after(planned: Planned): Readonly<Record<string, string>> {
  return Object.fromEntries(planned.write.files.map((file) => [file.path, file.after]));
}

/** Nothing is refused, every service resolves once it is written, and has nothing left of what the plan says it repairs. */
async function holds(story: Story, planned: Planned): Promise<void> {
  expect(planned.write.refused).toEqual([]);
  const again = await planAgain(story, planned);
  for (const { examined } of again.scan.services) expect(examined.today.whole).toBe(true);
  const left = new Set(findingsOf(again).map(({ id }) => id));
  const repaired = planned.plans.flatMap(({ plan }) => plan.changes.flatMap((change) => change.repairs));
  expect(repaired.filter((id) => left.has(id))).toEqual([]);
  expect(changes(again)).toEqual(Object.fromEntries(planned.plans.map(({ plan }) => [plan.service, []])));
}

describe('services that share a file', () => {
  const capped = two(
    {
      'base.txt': 'lib==1.0\n',
      'a/requirements.txt': '-r ../base.txt\n',
      'b/requirements.txt': '-r ../base.txt\nuser==1.0\n',
    },
    {
      packages: { lib: LIB, user: { '1.0': { needs: ['lib!=2.0'] } } },
      advisories: FIXED_IN_2,
    },
  );

  test('are planned together where alone each would take another version', async () => {
    const planned = await planOf(capped);
    expect(changes(planned)).toEqual({ a: ['lib ==1.0 -> ==2.1'], b: ['lib ==1.0 -> ==2.1'] });
    expect(after(planned)).toEqual({ 'base.txt': 'lib==2.1\n' });
    await holds(capped, planned);
    const alone = await planOf({
      ...capped,
      files: {
        ...capped.files,
        'a/requirements.txt': 'lib==1.0\n',
        'b/requirements.txt': 'lib==1.0\nuser==1.0\n',
      },
    });
    expect(changes(alone)).toEqual({ a: ['lib ==1.0 -> ==2.0'], b: ['lib ==1.0 -> ==2.1'] });
  });

  test('the finding ids, the sets and the targets of each plan are those of its service', async () => {
    const { plans, scan } = await planOf(capped);
    const [a, b] = plans.map(({ plan }) => plan);
    expect(a!.changes[0]!.repairs).toEqual(['vulnerable:a:lib:1.0:CVE-1']);
    expect(b!.changes[0]!.repairs).toEqual(['vulnerable:b:lib:1.0:CVE-1']);
    expect(a!.locks.map(({ packages }) => packages.map(({ name }) => name))).toEqual([['lib']]);
    expect(b!.locks.map(({ packages }) => packages.map(({ name }) => name))).toEqual([['lib', 'user']]);
    expect(a!.locks[0]!.target).toBe(scan.services[0]!.examined.service.targets[0]);
    expect(a!.together).toEqual({ services: ['b'], files: ['base.txt'] });
    expect(a!.proof).toMatchObject({ proven: true, changes: 1 });
  });

  test('says so on the screen', async () => {
    const text = planScreen(await planOf(capped), screen);
    expect(text).toContain('planned together with b, which shares base.txt');
    expect(text).toContain('planned together with a, which shares base.txt');
  });

  test("a service's own pin that caps the shared line moves with it", async () => {
    const story = two(
      {
        'base.txt': 'lib==1.0\n',
        'a/requirements.txt': '-r ../base.txt\n',
        'b/requirements.txt': '-r ../base.txt\nuser==1.0\n',
      },
      {
        packages: { lib: LIB, user: { '1.0': { needs: ['lib<2'] }, '2.0': { needs: ['lib>=3'] } } },
        advisories: FIXED_IN_2,
      },
    );
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({
      a: ['lib ==1.0 -> ==3.0'],
      b: ['lib ==1.0 -> ==3.0', 'user ==1.0 -> ==2.0'],
    });
    expect(planned.plans[0]!.plan.proof).toMatchObject({ proven: true, changes: 2, lowerBound: 2 });
    await holds(story, planned);
    expect(planScreen(planned, screen)).toMatch(/2 lines in all.*Fewer is impossible/s);
  });

  test('the shared line suits the Pythons of both', async () => {
    const story = two(
      {
        'base.txt': 'lib==1.0\n',
        'a/requirements.txt': '-r ../base.txt\n',
        'a/Dockerfile': 'FROM python:3.9-slim\nRUN pip install -r requirements.txt\n',
        'b/requirements.txt': '-r ../base.txt\n',
        'b/Dockerfile': 'FROM python:3.12-slim\nRUN pip install -r requirements.txt\n',
      },
      {
        pythons: [],
        packages: {
          lib: { '1.0': {}, '2.0': { python: '<3.12' }, '2.1': { python: '>=3.12' }, '2.2': {} },
        },
        advisories: FIXED_IN_2,
      },
    );
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({ a: ['lib ==1.0 -> ==2.2'], b: ['lib ==1.0 -> ==2.2'] });
    await holds(story, planned);
  });

  test('one that is asked for is solved for all of them, and repairs nothing else of the others', async () => {
    const story = two(
      {
        'base.txt': 'lib==1.0\n',
        'a/requirements.txt': '-r ../base.txt\n',
        'b/requirements.txt': '-r ../base.txt\nuser==1.0\nother==1.0\n',
        'c/requirements.txt': 'other==1.0\n',
      },
      {
        service: 'a',
        packages: {
          lib: LIB,
          other: { '1.0': {}, '2.0': {} },
          user: { '1.0': { needs: ['lib<2'] }, '2.0': { needs: ['lib>=3'] } },
        },
        advisories: [...FIXED_IN_2, { id: 'CVE-2', package: 'other', events: 'introduced 0, fixed 2.0' }],
      },
    );
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({ a: ['lib ==1.0 -> ==3.0'] });
    expect(planned.scan.services.map(({ examined }) => examined.service.name)).toEqual(['a']);
    expect(after(planned)).toEqual({
      'b/requirements.txt': '-r ../base.txt\nuser==2.0\nother==1.0\n',
      'base.txt': 'lib==3.0\n',
    });
    const text = planScreen(planned, screen);
    expect(text).toContain('planned together with b, which shares base.txt');
    expect(text).toContain('b/requirements.txt:2: user ==1.0 -> ==2.0');
    expect(text).not.toContain('other');
    await holds(story, planned);
  });

  test('what one has to leave, the other does not leave with it', async () => {
    const story = two(
      {
        'base.txt': 'other==1.0\n',
        'a/requirements.txt': '-r ../base.txt\nlib==1.0\nuser==1.0\n',
        'b/requirements.txt': '-r ../base.txt\nlib==1.0\n',
      },
      {
        packages: { lib: LIB, other: { '1.0': {} }, user: { '1.0': { needs: ['lib<2'] } } },
        advisories: FIXED_IN_2,
      },
    );
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({ a: [], b: ['lib ==1.0 -> ==2.0'] });
    const [a, b] = planned.plans.map(({ plan }) => plan);
    expect(a!.unrepaired.map(({ finding }) => finding)).toEqual(['vulnerable:a:lib:1.0:CVE-1']);
    expect(a!.unrepaired[0]!.because).toContain('in a');
    expect(b!.unrepaired).toEqual([]);
  });

  test('a bound that both need goes once to the shared file', async () => {
    const story = two(
      {
        'base.txt': 'user==1.0\n',
        'a/requirements.txt': '-r ../base.txt\nother==1.0\n',
        'b/requirements.txt': '-r ../base.txt\nother==1.0\n',
      },
      {
        packages: {
          user: { '1.0': { needs: ['lib'] } },
          lib: { '1.0': {}, '1.1': {} },
          other: { '1.0': {} },
        },
        advisories: [{ id: 'CVE-1', package: 'lib', events: 'introduced 1.1, last_affected 1.1' }],
      },
    );
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({ a: ['add lib ==1.0'], b: ['add lib ==1.0'] });
    expect(after(planned)).toEqual({ 'base.txt': 'user==1.0\nlib==1.0\n' });
    await holds(story, planned);
  });

  test('a bound that only one needs goes to its own file', async () => {
    const story = two(
      {
        'base.txt': 'user==1.0\n',
        'a/requirements.txt': '-r ../base.txt\nother==1.0\n',
        'b/requirements.txt': '-r ../base.txt\nlib==1.0\n',
      },
      {
        packages: {
          user: { '1.0': { needs: ['lib'] } },
          lib: { '1.0': {}, '1.1': {} },
          other: { '1.0': {} },
        },
        advisories: [{ id: 'CVE-1', package: 'lib', events: 'introduced 1.1, last_affected 1.1' }],
      },
    );
    const planned = await planOf(story);
    expect(changes(planned)).toEqual({ a: ['add lib ==1.0'], b: [] });
    expect(after(planned)).toEqual({ 'a/requirements.txt': '-r ../base.txt\nother==1.0\nlib==1.0\n' });
    await holds(story, planned);
  });
});

const version = fc.constantFrom('1.0', '2.0', '3.0');
const bound = fc.tuple(fc.constantFrom('>=', '<=', '!='), version).map(([sign, text]) => `${sign}${text}`);
const needs = (names: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc
    .subarray([...names])
    .chain((chosen) => fc.tuple(...chosen.map((name) => bound.map((text) => `${name}${text}`))));
const releases = (names: readonly string[]) =>
  fc
    .tuple(needs(names), needs(names), needs(names))
    .map(([one, two, three]) => ({ '1.0': { needs: one }, '2.0': { needs: two }, '3.0': { needs: three } }));
const pin = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    version.map((text) => `${name}==${text}\n`),
    fc.constant(`${name}\n`),
    fc.constant(''),
  );

test('after any joint plan every service resolves, and is free of what the plan says it repairs', async () => {
  const stories = fc.record({
    ...{ shared: fc.tuple(pin('lib'), pin('mid')), a: pin('top'), b: pin('top'), own: pin('low') },
    ...{
      low: releases([]),
      lib: releases(['low']),
      mid: releases(['low', 'lib']),
      top: releases(['lib', 'mid']),
    },
    touched: fc.tuple(fc.constantFrom('low', 'lib', 'mid', 'top'), version),
  });
  let together = 0;
  await fc.assert(
    fc.asyncProperty(stories, async ({ shared, a, b, own, touched, ...packages }) => {
      const story: Story = {
        files: {
          'base.txt': `${shared.join('')}same==1.0\n`,
          'a/requirements.txt': `-r ../base.txt\n${a}`,
          'b/requirements.txt': `-r ../base.txt\n${b}${own}`,
        },
        packages: { ...packages, same: { '1.0': {} } },
        advisories: [{ id: 'CVE-1', package: touched[0], events: `introduced 0, fixed ${touched[1]}` }],
      };
      const planned = await planOf(story);
      if (planned.plans.some(({ plan }) => plan.locks.length === 0) || planned.write.refused.length > 0)
        return;
      together += planned.plans.every(({ plan }) => plan.together !== undefined) ? 1 : 0;
      const again = await planAgain(story, planned);
      for (const { examined } of again.scan.services)
        if (examined.today.unmet.length === 0) expect(examined.today.whole).toBe(true);
      const left = new Set(findingsOf(again).map(({ id }) => id));
      const repaired = planned.plans.flatMap(({ plan }) => plan.changes.flatMap((change) => change.repairs));
      expect(repaired.filter((id) => left.has(id))).toEqual([]);
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(together).toBeGreaterThan(30);
});
