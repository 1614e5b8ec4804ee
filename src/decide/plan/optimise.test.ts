import { describe, expect, it } from 'vitest';
import { VersionSet } from '../../domain/version-set.ts';
import type { PackageId, Term } from '../solver/incompatibility.ts';
import { Solver } from '../solver/solver.ts';
import type { PlanningProblem } from './choice-solver.ts';
import type { Choice } from './choice.ts';
import { optimise } from './optimise.ts';
import { reasons } from './optimise-reasons.ts';
import { settle } from './optimise-settle.ts';

/** Packages are numbers with `counts[id]` versions, the last one preferred; what may not be together is given as rules. */
function solverOf(rules: readonly (readonly Term[])[], counts: readonly number[] = []): Solver<string> {
  const solver = new Solver<string>({
    versionsOf: (id) => counts[id] ?? 1,
    dependenciesOf: () => [],
    prefer: (_id, possible) => possible.last,
  });
  for (const terms of rules) solver.add({ kind: 'external', terms, cause: 'rule' });
  return solver;
}

function on(selector: PackageId): Term {
  return { package: selector, states: VersionSet.of(2, 0) };
}

function not(selector: PackageId): Term {
  return { package: selector, states: VersionSet.of(2, 1) };
}

/** Something wanted: its selectors are given up one after the other, at the cost that stands beside each. */
function wanted(id: string, ...steps: readonly (readonly [PackageId, ...number[]])[]): Choice {
  const tiers = steps[0]!.length - 1;
  const selectors = steps.map(([selector]) => on(selector));
  const costs = [new Array<number>(tiers).fill(0), ...steps.map(([, ...cost]) => cost)];
  return { id, levels: costs.map((cost, level) => ({ selectors: selectors.slice(level), cost })) };
}

function problemOf(
  solver: PlanningProblem<string>['solver'],
  choices: readonly Choice[],
  tierNames: readonly string[] = ['tier'],
): PlanningProblem<string> {
  return { solver, hard: () => [], choices, tierNames };
}

async function planned(problem: PlanningProblem<string>): ReturnType<typeof optimise<string>> {
  return optimise(problem);
}

describe('optimise', () => {
  it('gives everything its best level where everything fits together', async () => {
    const optimum = await planned(problemOf(solverOf([]), [wanted('a', [0, 1]), wanted('b', [1, 1])]));
    expect(optimum).toMatchObject({
      kind: 'optimal',
      cost: [0],
      lowerBound: [0],
      proven: ['tier'],
    });
  });

  it('gives up much of a later tier before a little of an earlier one', async () => {
    const dear = wanted('dear', [0, 1, 0]);
    const cheap = [1, 2, 3, 4].map((id) => wanted(`cheap ${id}`, [id, 0, 100]));
    const rules = [1, 2, 3, 4].map((id) => [on(0), on(id)]);
    const optimum = await planned(problemOf(solverOf(rules), [dear, ...cheap], ['first', 'second']));
    expect(optimum).toMatchObject({ kind: 'optimal', cost: [0, 400], lowerBound: [0, 400] });
  });

  it('assumes first what is dearest to give up, and of a core gives up the cheapest alone', async () => {
    const solver = solverOf([[on(0), on(1)]]);
    const asked: (readonly PackageId[])[] = [];
    const listening: PlanningProblem<string>['solver'] = {
      solve: (assumptions) => {
        asked.push(assumptions.map((term) => term.package));
        return solver.solve(assumptions);
      },
    };
    await planned(problemOf(listening, [wanted('a cheap one', [0, 1]), wanted('dear', [1, 5])]));
    expect(asked).toEqual([[], [1, 0], [1]]);
  });

  it('climbs no further than it must', async () => {
    const line = wanted('line', [0, 1, 0], [1, 1, 1], [2, 1, 5]);
    const optimum = await planned(
      problemOf(
        solverOf([
          [on(0), on(3)],
          [on(1), on(3)],
        ]),
        [line, wanted('rule', [3, 9, 0])],
        ['lines', 'size'],
      ),
    );
    expect(optimum).toMatchObject({ kind: 'optimal', cost: [1, 1] });
    expect(optimum).toHaveProperty(
      'levels',
      new Map([
        ['line', 2],
        ['rule', 0],
      ]),
    );
  });

  it.each([
    [['a', 'b', 'c'], 'c'],
    [['c', 'b', 'a'], 'c'],
    [['B', 'a', 'b'], 'b'],
  ])('of %j, equally dear, gives up the one that comes last by its id', async (ids, loser) => {
    const choices = ids.map((id, selector) => wanted(id, [selector, 1]));
    const optimum = await planned(problemOf(solverOf([[on(0), on(1), on(2)]]), choices));
    expect(optimum).toHaveProperty(
      'levels',
      new Map([...ids].sort().map((id) => [id, id === loser ? 1 : 0])),
    );
  });

  it('names the hard terms that forbid every plan', async () => {
    const solver = solverOf([
      [on(7), on(8)],
      [on(0), on(1)],
    ]);
    const choices = [wanted('a', [0, 1]), wanted('b', [1, 1])];
    const optimum = await planned({ ...problemOf(solver, choices), hard: () => [on(6), on(7), on(8)] });
    expect(optimum).toMatchObject({
      kind: 'impossible',
      hard: expect.arrayContaining([on(7), on(8)]) as Term[],
    });
    expect(optimum).toHaveProperty('hard.length', 2);
  });

  it('drops what it learned from a hard term that no longer counts, and plans again', async () => {
    const permission = [10, 11];
    const solver = solverOf([[on(10), on(0)]]);
    let solved = 0;
    const changing: PlanningProblem<string> = {
      ...problemOf(
        {
          solve: async (assumptions) => {
            solved++;
            return solver.solve(assumptions);
          },
        },
        [wanted('a', [0, 1])],
      ),
      hard: () => [on(permission[solved < 3 ? 0 : 1]!)],
    };
    expect(await planned(changing)).toMatchObject({ kind: 'optimal', cost: [0], lowerBound: [0] });
  });

  it('has no plan where the bounds come before the first, and says what it knows', async () => {
    const problem = problemOf(solverOf([]), [wanted('a', [0, 1])]);
    expect(await optimise(problem, { maxSolves: 0 })).toMatchObject({
      kind: 'unfinished',
      proven: [],
      solves: 0,
    });
    expect(await optimise(problem, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'unfinished' });
  });

  it('has a plan from the first solve on, and bounds that close in on the optimum', async () => {
    const ids = [0, 1, 2, 3, 4, 5];
    const rules = ids.flatMap((a) => ids.filter((b) => b > a).map((b) => [on(a), on(b)]));
    const make = (): PlanningProblem<string> =>
      problemOf(
        solverOf(rules),
        ids.map((id) => wanted(`${id}`, [id, 1])),
      );
    const whole = await optimise(make());
    expect(whole).toMatchObject({ kind: 'optimal', cost: [5] });
    for (let maxSolves = 1; maxSolves < whole.solves; maxSolves++) {
      const part = await optimise(make(), { maxSolves });
      if (part.kind !== 'bounded') throw new Error(part.kind);
      expect(part.cost[0]).toBeGreaterThanOrEqual(5);
      expect(part.lowerBound[0]).toBeLessThanOrEqual(5);
      expect(part.solves).toBe(maxSolves);
    }
  });

  it('counts a solution by what it does in fact where the caller can tell, and solves less often', async () => {
    const solver = solverOf([[on(0), on(4)]]);
    const line = wanted('line', [0, 1, 0, 0, 0], [1, 1, 0, 1, 0], [2, 1, 1, 0, 0]);
    const blind = problemOf(solver, [line], ['lines', 'major', 'minor', 'age']);
    const seeing = { ...blind, choices: [{ ...line, levelIn: () => 1 }] };
    const found = [];
    for (const problem of [blind, seeing]) found.push(await optimise({ ...problem, hard: () => [on(4)] }));
    for (const optimum of found)
      expect(optimum).toMatchObject({ kind: 'optimal', cost: [1, 0, 0, 0], levels: new Map([['line', 1]]) });
    expect(found[1]!.solves).toBeLessThan(found[0]!.solves);
  });

  it('refuses to go on with a solver whose cores are wrong', async () => {
    const derivation = { kind: 'external', terms: [on(0)], cause: 'wrong' } as const;
    const lying = {
      solve: (assumptions: readonly Term[]) =>
        Promise.resolve(
          assumptions.length === 0
            ? ({ kind: 'solved', versions: new Map<number, number>(), decisions: 0 } as const)
            : ({ kind: 'unsolvable', core: [on(0)], derivation } as const),
        ),
    };
    const choices = [wanted('a', [0, 1]), wanted('b', [1, 1])];
    await expect(optimise(problemOf(lying, choices))).rejects.toThrow('a core');
  });
});

describe('a choice', () => {
  const good = wanted('good', [0, 1]);
  it.each<[string, readonly Choice[]]>([
    ['the last level of bad assumes something', [{ id: 'bad', levels: [good.levels[0]!] }]],
    [
      'level 1 of bad assumes what the one before does not',
      [{ id: 'bad', levels: [good.levels[1]!, { selectors: [on(3)], cost: [1] }, good.levels[1]!] }],
    ],
    [
      'level 1 of bad costs less',
      [
        {
          id: 'bad',
          levels: [
            { selectors: [on(3)], cost: [2] },
            { selectors: [], cost: [1] },
          ],
        },
      ],
    ],
    ['level 0 of bad has not one whole number', [{ id: 'bad', levels: [{ selectors: [], cost: [0.5] }] }]],
    ['two choices are called good', [good, { ...good, levels: [good.levels[1]!] }]],
    ['selector package 0 belongs to both good and other', [good, { ...good, id: 'other' }]],
  ])('that breaks its contract is a bug: %s', async (message, choices) => {
    await expect(optimise(problemOf(solverOf([]), choices))).rejects.toThrow(message);
  });
});

describe('settle', () => {
  /** Packages 0 and 1 with four versions each, both asked for; they may not both be at 2 or above. */
  const tooHigh = (id: number): Term => ({ package: id, states: VersionSet.of(5, 2, 3) });
  const asked = (id: number): Term => ({ package: id, states: VersionSet.range(5, 0, 4) });
  const missing = (id: number): readonly Term[] => [{ package: id, states: VersionSet.of(5, 4) }];
  const solver = (): Solver<string> => solverOf([[tooHigh(0), tooHigh(1)], missing(0), missing(1)], [4, 4]);

  async function settled(
    order: readonly PackageId[],
    best: readonly number[],
  ): Promise<readonly (number | undefined)[]> {
    const problem = { ...problemOf(solver(), []), hard: () => [asked(0), asked(1)] };
    const optimum = await optimise(problem);
    if (optimum.kind !== 'optimal') throw new Error(optimum.kind);
    const { solution } = await settle(
      problem,
      optimum,
      order.map((id) => ({ package: id, versionCount: 4, best })),
    );
    return [0, 1].map((id) => solution.versions.get(id));
  }

  it.each([
    [
      [0, 1],
      [3, 2, 1, 0],
      [3, 1],
    ],
    [
      [1, 0],
      [3, 2, 1, 0],
      [1, 3],
    ],
    [
      [0, 1],
      [2, 1, 3, 0],
      [2, 1],
    ],
    [
      [0, 1],
      [0, 1, 2, 3],
      [0, 0],
    ],
  ])('gives packages in the order %j the first possible of %j', async (order, best, versions) => {
    expect(await settled(order, best)).toEqual(versions);
  });

  it('solves nothing for packages that have their best version or are not selected', async () => {
    const problem = problemOf(solver(), []);
    const solution = { kind: 'solved', versions: new Map([[0, 3]]), decisions: 0 } as const;
    const plan = {
      kind: 'optimal',
      levels: new Map(),
      solution,
      cost: [0],
      lowerBound: [0],
      proven: [],
      solves: 0,
    } as const;
    const order = [0, 1].map((id) => ({ package: id, versionCount: 4, best: [3, 2, 1, 0] }));
    expect(await settle(problem, plan, order)).toEqual({ solution, proven: true, solves: 0 });
  });
});

describe('reasons', () => {
  it('tell for each choice that had to give way what forbids the next lower level, and nothing beside', async () => {
    const solver = solverOf([
      [on(0), on(2)],
      [on(1), on(2), on(3)],
      [on(4), on(5), not(9)],
    ]);
    const choices = [
      wanted('line', [0, 0, 1], [1, 0, 2]),
      wanted('rule', [2, 1, 0]),
      wanted('another rule', [3, 1, 0]),
      wanted('free', [4, 0, 1]),
    ];
    const problem = { ...problemOf(solver, choices, ['rules', 'lines']), hard: () => [on(9)] };
    const optimum = await optimise(problem);
    if (optimum.kind !== 'optimal') throw new Error(optimum.kind);
    const found = await reasons(problem, optimum);
    expect(found.map(({ choice, level }) => [choice, level])).toEqual([['line', 2]]);
    expect(found[0]!.notLower!.floors).toEqual(
      new Map([
        ['line', 2],
        ['rule', 1],
        ['another rule', 1],
      ]),
    );
  });

  it('rest on a solution that is known where it meets what is left of a core', async () => {
    const hard = on(9);
    /** A line wants version 1 of a package that the project asks for, a rule wants version 0. */
    const pair = (name: string, line: PackageId, rule: PackageId, lib: PackageId): readonly Choice[] => {
      const at = (version: number) => ({ package: lib, states: VersionSet.of(3, version) });
      laws.push([hard, at(2)], [on(line), at(0)], [on(rule), at(1)]);
      const held = (choice: Choice, version: number): Choice => ({
        ...choice,
        levelIn: (solution) => (solution.versions.get(lib) === version ? 0 : 1),
      });
      return [held(wanted(`line ${name}`, [line, 0, 1]), 1), held(wanted(`rule ${name}`, [rule, 1, 0]), 0)];
    };
    const laws: Term[][] = [];
    const choices = [...pair('a', 0, 1, 10), ...pair('b', 2, 3, 11), ...pair('c', 4, 5, 12)];
    const solver = solverOf(laws, Object.assign([], { 10: 2, 11: 2, 12: 2 }));
    let solves = 0;
    const counting: PlanningProblem<string>['solver'] = {
      solve: (assumptions) => {
        solves++;
        return solver.solve(assumptions);
      },
    };
    const problem = { ...problemOf(counting, choices, ['rules', 'lines']), hard: () => [hard] };
    const optimum = await optimise(problem);
    if (optimum.kind !== 'optimal') throw new Error(optimum.kind);
    solves = 0;
    const found = await reasons(problem, optimum);
    expect(found.map(({ notLower }) => [...notLower!.floors.keys()].sort())).toEqual([
      ['line a', 'rule a'],
      ['line b', 'rule b'],
      ['line c', 'rule c'],
    ]);
    // One for each core, and one for what is left of the first.
    expect(solves).toBe(4);
  });
});
