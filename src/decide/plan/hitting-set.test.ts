import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimumHittingSet } from './hitting-set.ts';
import type { Cost } from './cost.ts';
import type { Demand } from './hitting-set-bound.ts';

interface Problem {
  readonly costs: readonly (readonly Cost[])[];
  readonly demands: readonly Demand[];
}

const TIERS = 2;

/** Rungs whose costs rise in the order of the tiers, though a later tier may fall where an earlier one rises. */
const ladder = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -1, max: 2 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((steps) =>
    steps.reduce<Cost[]>(
      (rungs, [first, second]) => {
        const [a, b] = rungs.at(-1)!;
        return [...rungs, [a! + first, first === 0 ? b! + Math.max(0, second) : b! + second]];
      },
      [[0, 0]],
    ),
  );

const problem: fc.Arbitrary<Problem> = fc.array(ladder, { minLength: 1, maxLength: 5 }).chain((costs) => {
  const demand = fc
    .uniqueArray(fc.nat(costs.length - 1), { minLength: 1, maxLength: 3 })
    .chain((choices) =>
      fc.tuple(
        ...choices.map((choice) =>
          fc.integer({ min: 1, max: costs[choice]!.length - 1 }).map((rung) => ({ choice, rung })),
        ),
      ),
    );
  return fc.record({ costs: fc.constant(costs), demands: fc.array(demand, { maxLength: 7 }) });
});

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((entry, i) => entry !== b[i]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}

function everyRungs(costs: Problem['costs']): readonly (readonly number[])[] {
  return costs.reduce<readonly (readonly number[])[]>(
    (all, ladder) => all.flatMap((rungs) => ladder.map((_, rung) => [...rungs, rung])),
    [[]],
  );
}

function costAt({ costs }: Problem, rungs: readonly number[]): readonly number[] {
  return [0, 1].map((tier) => rungs.reduce((sum, rung, choice) => sum + costs[choice]![rung]![tier]!, 0));
}

function byTryingAll(each: Problem): { readonly rungs: readonly number[]; readonly cost: readonly number[] } {
  const meeting = everyRungs(each.costs).filter((rungs) =>
    each.demands.every((demand) => demand.some(({ choice, rung }) => rungs[choice]! >= rung)),
  );
  const rungs = meeting.reduce((a, b) =>
    compare([...costAt(each, a), ...a], [...costAt(each, b), ...b]) <= 0 ? a : b,
  );
  return { rungs, cost: costAt(each, rungs) };
}

/** Pairs of a ring: the bound is half a unit short of the truth, so something has to be searched. */
function ring(size: number): Problem {
  return {
    costs: Array.from({ length: size }, () => [[0], [1]]),
    demands: Array.from({ length: size }, (_, i) => [
      { choice: i, rung: 1 },
      { choice: (i + 1) % size, rung: 1 },
    ]),
  };
}

describe('minimumHittingSet', () => {
  it('is the cheapest in the order of the tiers, and of those the lowest in the order of the choices', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async (each) => {
        const found = await minimumHittingSet(each.costs, each.demands, TIERS);
        expect(found).toEqual({ ...byTryingAll(each), proven: true, lowerBound: found.cost });
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same cost by a mixed-integer program where branch and bound gives up at once', async () => {
    await fc.assert(
      fc.asyncProperty(problem, async (each) => {
        const found = await minimumHittingSet(each.costs, each.demands, TIERS, 0);
        expect(found.cost).toEqual(byTryingAll(each).cost);
        expect(found.proven).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('does not ask for what no demand asks for', async () => {
    const found = await minimumHittingSet(
      [
        [[3], [5]],
        [[0], [1]],
      ],
      [[{ choice: 1, rung: 1 }]],
      1,
    );
    expect(found).toEqual({ rungs: [0, 1], cost: [4], lowerBound: [4], proven: true });
  });

  it('never trades a tier against a later one', async () => {
    const costs = [
      [
        [0, 0],
        [1, 0],
      ],
      ...Array.from({ length: 50 }, () => [
        [0, 0],
        [0, 1000],
      ]),
    ];
    const demands = Array.from({ length: 50 }, (_, i) => [
      { choice: 0, rung: 1 },
      { choice: i + 1, rung: 1 },
    ]);
    const found = await minimumHittingSet(costs, demands, 2);
    expect(found.cost).toEqual([0, 50_000]);
    expect(found.rungs[0]).toBe(0);
  });

  it('lets the choice that comes first have what it wants', async () => {
    const demand = [0, 1, 2].map((choice) => ({ choice, rung: 1 }));
    const found = await minimumHittingSet(
      [
        [[0], [1]],
        [[0], [1]],
        [[0], [1]],
      ],
      [demand],
      1,
    );
    expect(found.rungs).toEqual([0, 0, 1]);
  });

  it('searches where the bound alone proves nothing', async () => {
    const { costs, demands } = ring(9);
    const found = await minimumHittingSet(costs, demands, 1);
    expect(found).toMatchObject({ cost: [5], proven: true });
  });

  it('solves parts that share no choice apart, so that many small ones stay small', async () => {
    const parts = 200;
    const one = ring(3);
    const costs = Array.from({ length: parts }, () => one.costs).flat();
    const demands = Array.from({ length: parts }, (_, p) =>
      one.demands.map((demand) => demand.map(({ choice, rung }) => ({ choice: choice + 3 * p, rung }))),
    ).flat();
    const found = await minimumHittingSet(costs, demands, 1, 10);
    expect(found).toMatchObject({ cost: [2 * parts], proven: true });
    expect(found.rungs.slice(0, 3)).toEqual([0, 1, 1]);
  });
});
