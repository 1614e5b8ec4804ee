import { beforeAll, describe, expect, it } from 'vitest';
import type { Solving } from '../../src/decide/plan/choice-solver.ts';
import type { Term } from '../../src/decide/solver/incompatibility.ts';
import { optimise } from '../../src/decide/plan/optimise.ts';
import { assignmentOf, plan, prepare } from './planner-harness.ts';
import { assignmentText, compareNumbers, inOneList, oracle } from './planner-oracle.ts';
import type { Judgement, OracleAnswer } from './planner-oracle.ts';
import { seeded } from '../support/seeded.ts';
import { isPrerelease, universeOf } from './planner-universe.ts';
import type { Universe } from './planner-universe.ts';

/** Universes that have a plan at all; those that have none are met on the way and must be called impossible. */
const UNIVERSES = 2_000;
/** A universe with more combinations than this is not tried; the generator makes none so far. */
const MOST_PAIRS = 100_000;

/** What the generator must show, as a share of the universes that have a plan. */
const LEAST_SHARES = {
  extras: 0.3,
  markers: 0.5,
  'two targets': 0.35,
  'pre-releases': 0.5,
  'yanked versions': 0.5,
  'selects a pre-release or a yanked version': 0.2,
  'unknown metadata': 0.2,
  'range lines': 0.25,
  'an advisory that no plan fixes': 0.4,
  'a line that caps a vulnerable package': 0.4,
  'at least two lines change': 0.6,
  'no plan is safe': 0.2,
  'a fully safe plan': 0.2,
} as const;
type Feature = keyof typeof LEAST_SHARES;

interface Case {
  readonly universe: Universe;
  readonly answer: OracleAnswer;
}

const withPlan: (Case & { readonly answer: { readonly best: Judgement } })[] = [];
const withoutPlan: Case[] = [];

beforeAll(() => {
  for (let seed = 0; withPlan.length < UNIVERSES; seed++) {
    const universe = universeOf(seed);
    const answer = oracle(universe, MOST_PAIRS);
    if (answer === null) continue;
    const { best } = answer;
    if (best === null) withoutPlan.push({ universe, answer });
    else withPlan.push({ universe, answer: { ...answer, best } });
  }
});

/** What is wrong with the planner's answer by the oracle's account, or null. */
async function disagreement(
  { universe, answer }: Case,
  wrap?: (solver: Solving<unknown>) => Solving<unknown>,
): Promise<string | null> {
  const { planned, optimum } = await plan(await prepare(universe, { wrap: wrap as never }));
  if (planned === null || answer.best === null)
    return planned === null && answer.best === null ? null : `seed ${universe.seed}: ${optimum.kind}`;
  const text = assignmentText(planned.assignment);
  const seen = answer.valid.get(text);
  if (seen === undefined) return `seed ${universe.seed}: not a valid plan: ${text}`;
  if (optimum.kind !== 'optimal') return `seed ${universe.seed}: ${optimum.kind}`;
  const said = inOneList(planned.judgement);
  if (compareNumbers(said, inOneList(seen)) !== 0)
    return `seed ${universe.seed}: it costs something else: ${text}`;
  return compareNumbers(said, inOneList(answer.best)) === 0
    ? null
    : `seed ${universe.seed}: not the best: ${text}`;
}

describe('the planner against brute force', { timeout: 600_000 }, () => {
  it(`finds the best plan of ${UNIVERSES} universes, in every entry of its cost, and says so`, async () => {
    const wrong: string[] = [];
    for (const each of withPlan) {
      const found = await disagreement(each);
      if (found !== null) wrong.push(found);
    }
    expect(wrong).toEqual([]);
  });

  it('says of a universe without any plan that it has none', async () => {
    const wrong: string[] = [];
    for (const each of withoutPlan) {
      const found = await disagreement(each);
      if (found !== null) wrong.push(found);
    }
    expect(withoutPlan.length).toBeGreaterThan(UNIVERSES / 50);
    expect(wrong).toEqual([]);
  });

  it('was tried on enough of everything', () => {
    const counts = new Map<Feature, number>();
    for (const { universe, answer } of withPlan)
      for (const feature of featuresOf(universe, answer)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
    const tooFew = Object.entries(LEAST_SHARES).filter(
      ([feature, share]) => (counts.get(feature as Feature) ?? 0) < share * UNIVERSES,
    );
    expect(tooFew.map(([feature]) => [feature, counts.get(feature as Feature)])).toEqual([]);
  });

  it('is seen to fail when it drops one core', async () => {
    let [dropped, wrong] = [0, 0];
    for (const each of withPlan.slice(0, 200)) {
      const dropping: DropsOneCore[] = [];
      const found = await disagreement(each, (solver) => {
        dropping.push(new DropsOneCore(solver));
        return dropping[0]!;
      }).catch(String);
      if (dropping[0]!.dropped === null) continue;
      dropped++;
      if (found !== null) wrong++;
    }
    expect(dropped).toBeGreaterThan(150);
    expect(wrong / dropped).toBeGreaterThan(0.9);
  });

  it('is seen to fail when its cores leave out a choice', async () => {
    let [shortened, wrong] = [0, 0];
    for (const each of withPlan.slice(0, 200)) {
      const shortening: ShortensCores[] = [];
      const found = await disagreement(each, (solver) => {
        shortening.push(new ShortensCores(solver));
        return shortening[0]!;
      }).catch(String);
      if (!shortening[0]!.shortened) continue;
      shortened++;
      if (found !== null) wrong++;
    }
    expect(shortened).toBeGreaterThan(100);
    expect(wrong / shortened).toBeGreaterThan(0.9);
  });

  it('has valid bounds around the optimum wherever it is stopped', async () => {
    for (const { universe, answer } of withPlan.slice(0, 60)) {
      for (let maxSolves = 1; ; maxSolves++) {
        const { resolution, problem } = await prepare(universe);
        const found = await optimise(problem, { maxSolves });
        if (found.kind === 'impossible' || found.kind === 'unfinished') throw new Error(found.kind);
        const { tiers } = answer.best;
        expect(answer.valid.has(assignmentText(assignmentOf(resolution, found.solution)))).toBe(true);
        expect(compareNumbers(found.lowerBound, tiers)).toBeLessThanOrEqual(0);
        expect(compareNumbers(found.cost, tiers)).toBeGreaterThanOrEqual(0);
        const proven = found.proven.length;
        expect(found.cost.slice(0, proven)).toEqual(tiers.slice(0, proven));
        if (found.kind === 'optimal') break;
      }
    }
  });

  it('gives the same plan whether answers come at once or by promises in any order', async () => {
    for (const { universe } of withPlan.slice(0, 100)) {
      const random = seeded(universe.seed);
      const later = (): number | null => (random() < 0.3 ? null : Math.floor(random() * 20));
      const [now, then] = [
        await prepare(universe, { lazily: true }),
        await prepare(universe, { later, lazily: true }),
      ];
      const [first, second] = [await plan(now), await plan(then)];
      expect(second.planned).toEqual(first.planned);
      expect(second.solves).toBe(first.solves);
    }
  });
});

/** Behaves as if the first core had never been found: what it forbids is let pass. */
class DropsOneCore implements Solving<unknown> {
  readonly #inner: Solving<unknown>;
  dropped: readonly Term[] | null = null;

  constructor(inner: Solving<unknown>) {
    this.#inner = inner;
  }

  async solve(assumptions: readonly Term[]): ReturnType<Solving<unknown>['solve']> {
    const outcome = await this.#inner.solve(assumptions);
    if (outcome.kind !== 'unsolvable' || outcome.core.length === 0) return outcome;
    this.dropped ??= outcome.core;
    const isDropped = (term: Term): boolean => this.dropped!.some((other) => other.package === term.package);
    return outcome.core.every(isDropped)
      ? this.solve(assumptions.filter((term) => !isDropped(term)))
      : outcome;
  }
}

/** Leaves the last assumption out of every core that has several. */
class ShortensCores implements Solving<unknown> {
  readonly #inner: Solving<unknown>;
  shortened = false;

  constructor(inner: Solving<unknown>) {
    this.#inner = inner;
  }

  async solve(assumptions: readonly Term[]): ReturnType<Solving<unknown>['solve']> {
    const outcome = await this.#inner.solve(assumptions);
    if (outcome.kind !== 'unsolvable' || outcome.core.length < 2) return outcome;
    this.shortened = true;
    return { ...outcome, core: outcome.core.slice(0, -1) };
  }
}

function featuresOf(
  universe: Universe,
  { best, valid }: OracleAnswer & { readonly best: Judgement },
): readonly Feature[] {
  const { lines, packages, targets, lock, advisories } = universe;
  const releases = packages.flatMap((each) => each.releases);
  const requirements = [...lines.map(({ text }) => text), ...releases.flatMap(({ requires }) => requires)];
  const judgements = [...valid.values()];
  const selects = [...valid].find(
    ([, judgement]) => compareNumbers(inOneList(judgement), inOneList(best)) === 0,
  )![0];
  const restricted = packages.flatMap(({ name, releases }) =>
    releases.filter((r) => r.yanked || isPrerelease(r.version)).map(({ version }) => `${name} ${version}`),
  );
  const found: Readonly<Record<Feature, boolean>> = {
    extras: requirements.some((text) => /^[a-z]\[/.test(text)),
    markers: requirements.some((text) => /python_version|sys_platform/.test(text)),
    'two targets': targets.length === 2,
    'pre-releases': releases.some(({ version }) => isPrerelease(version)),
    'yanked versions': releases.some(({ yanked }) => yanked),
    'selects a pre-release or a yanked version': restricted.some((text) =>
      selects.split(/, | \| /).includes(text),
    ),
    'unknown metadata': releases.some(({ metadataUnknown }) => metadataUnknown),
    'range lines': lines.some(({ text }) => !text.includes('==')),
    'an advisory that no plan fixes': advisories.some(({ id }) =>
      judgements.every((each) => each.levels[id] === 1),
    ),
    'a line that caps a vulnerable package': lock.some(({ name }) => isCapped(universe, name)),
    'at least two lines change': best.tiers[8]! >= 2,
    'no plan is safe': best.tiers.slice(3, 7).some((left) => left > 0),
    'a fully safe plan': advisories.length > 0 && best.tiers.slice(0, 7).every((left) => left === 0),
  };
  return (Object.keys(found) as Feature[]).filter((feature) => found[feature]);
}

/** Whether some line's version of today keeps the package below a version up to which it is vulnerable. */
function isCapped({ lines, packages, advisories }: Universe, name: string): boolean {
  return lines.some(({ text, current }) => {
    const { releases } = packages.find((each) => each.name === text[0])!;
    const caps = releases
      .filter(({ version }) => version === current)
      .flatMap(({ requires }) =>
        requires.filter((need) => need.startsWith(`${name}<`) && !need.includes(';')),
      );
    const versions = packages.find((each) => each.name === name)!.releases.map(({ version }) => version);
    return caps.some((cap) => {
      const below = versions.slice(0, versions.indexOf(cap.slice(2)));
      return advisories.some(
        (advisory) => advisory.name === name && below.every((version) => advisory.affected.includes(version)),
      );
    });
  });
}
