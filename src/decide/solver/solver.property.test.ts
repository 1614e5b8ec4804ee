import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VersionSet } from '../../domain/version-set.ts';
import { checkCore } from './check-core.ts';
import type { External, Incompatibility, Term } from './incompatibility.ts';
import type { Outcome } from './outcome.ts';
import { Solver } from './solver.ts';
import { trimCore } from './trim-core.ts';
import type { Universe } from './universe.ts';

/** A term as plain data: the states a package may have, `count` standing for "not selected". */
type Say = readonly [id: number, states: readonly number[]];

/** A universe as data. Its facts are all that is true of it; the solver is told each where it begins to count. */
interface Small {
  /** Versions of each package. The last packages are selectors: one version, no dependencies. */
  readonly counts: readonly number[];
  readonly facts: readonly (readonly Say[])[];
  /** Of the facts, those that the solver is told beforehand. */
  readonly rules: readonly (readonly Say[])[];
  readonly slow: boolean;
}

const PACKAGES = 5;
const SELECTORS = 3;

const subset = (size: number) => fc.subarray(Array.from({ length: size }, (_, i) => i));

const smallUniverse: fc.Arbitrary<Small> = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: PACKAGES, maxLength: PACKAGES })
  .chain((versions) => {
    const counts = [1, ...versions, ...Array<number>(SELECTORS).fill(1)];
    const someone = fc.integer({ min: 0, max: PACKAGES });
    const states = (id: number) => subset(counts[id]! + 1).map((list): Say => [id, list]);
    // "These versions of `from` need one of those of `to`, if `when` holds": {from in S, when in W, to not in R}.
    const dependency = fc
      .tuple(someone, fc.integer({ min: 1, max: PACKAGES }), fc.option(someone.chain(states)))
      .chain(([from, to, when]) =>
        fc.tuple(
          fc.constant(from),
          subset(counts[from]!),
          fc.constant(to),
          subset(counts[to]!),
          fc.constant(when),
        ),
      )
      .map(([from, S, to, R, when]): Say[] => [
        [from, S.length === 0 ? [0] : S],
        ...(when === null ? [] : [when]),
        [to, without(counts[to]! + 1, R)],
      ]);
    const rule = fc
      .tuple(
        fc.integer({ min: PACKAGES + 1, max: PACKAGES + SELECTORS }),
        fc.integer({ min: 1, max: PACKAGES }),
      )
      .chain(([selector, id]) =>
        subset(counts[id]! + 1).map((states): Say[] => [
          [selector, [0]],
          [id, states],
        ]),
      );
    const anything = fc
      .uniqueArray(fc.integer({ min: 0, max: PACKAGES }), { minLength: 1, maxLength: 3 })
      .chain((ids) => fc.tuple(...ids.map(states)));
    return fc.record({
      counts: fc.constant(counts),
      facts: fc.array(dependency, { minLength: 3, maxLength: 18 }),
      rules: fc
        .tuple(fc.array(rule, { maxLength: 6 }), fc.array(anything, { maxLength: 2 }))
        .map(([rules, wild]) => [...rules, ...wild]),
      slow: fc.boolean(),
    });
  });

/** Root, selectors, and bounds on packages, in any order. */
function assumptionsFor(small: Small): fc.Arbitrary<readonly Say[]> {
  const one = fc.integer({ min: 0, max: small.counts.length - 1 }).chain((id) => {
    const count = small.counts[id]!;
    const fixed = id === 0 || id > PACKAGES;
    return (fixed ? fc.constant([0]) : subset(count + 1)).map((states): Say => [id, states]);
  });
  return fc
    .uniqueArray(one, { maxLength: 6, selector: ([id]) => id })
    .map((list) => list.filter(([, states]) => states.length > 0))
    .map((list) => (list.some(([id]) => id === 0) ? list : [[0, [0]], ...list]));
}

const question = smallUniverse.chain((small) => fc.tuple(fc.constant(small), assumptionsFor(small)));
const questions = smallUniverse.chain((small) =>
  fc.tuple(fc.constant(small), fc.array(assumptionsFor(small), { minLength: 2, maxLength: 6 })),
);

function without(size: number, positions: readonly number[]): number[] {
  return Array.from({ length: size }, (_, i) => i).filter((i) => !positions.includes(i));
}

// What the solver sees of it.

function termOf(small: Small, [id, states]: Say): Term {
  return { package: id, states: VersionSet.of(small.counts[id]! + 1, ...states) };
}

function factOf(small: Small, says: readonly Say[]): External<string> {
  return { kind: 'external', terms: says.map((say) => termOf(small, say)), cause: JSON.stringify(says) };
}

function universeOf(small: Small): Universe<string> {
  return {
    versionsOf: (id) => small.counts[id]!,
    dependenciesOf: (id, version) => {
      const answer = small.facts
        .filter(([[from, versions] = [-1, []]]) => from === id && versions.includes(version))
        .map((fact) => factOf(small, fact));
      return small.slow && (id + version) % 2 === 0 ? Promise.resolve(answer) : answer;
    },
    prefer: (_id, possible) => possible.last,
  };
}

function solverOf(small: Small): Solver<string> {
  const solver = new Solver(universeOf(small));
  for (const rule of small.rules) solver.add(factOf(small, rule));
  return solver;
}

// Brute force: every package in every state. Shares nothing with the solver but the data.

function allWorlds(small: Small): number[][] {
  const laws = [...small.facts, ...small.rules];
  let worlds: number[][] = [[]];
  for (const [id, count] of small.counts.entries()) {
    const complete = laws.filter((law) => Math.max(...law.map(([each]) => each)) === id);
    worlds = worlds
      .flatMap((world) => Array.from({ length: count + 1 }, (_, state) => [...world, state]))
      .filter((world) => !complete.some((law) => meets(world, law)));
  }
  return worlds;
}

function meets(world: readonly number[], says: readonly Say[]): boolean {
  return says.every(([id, states]) => states.includes(world[id]!));
}

function worldOf(small: Small, outcome: Outcome<string>): number[] {
  if (outcome.kind !== 'solved') throw new Error('not solved');
  return small.counts.map((count, id) => outcome.versions.get(id) ?? count);
}

function violates(world: readonly number[], incompatibility: Incompatibility<string>): boolean {
  return incompatibility.terms.every((term) => term.states.has(world[term.package]!));
}

function* nodes(of: Incompatibility<string>): Generator<Incompatibility<string>> {
  yield of;
  if (of.kind === 'external') return;
  yield* nodes(of.conflict);
  yield* nodes(of.other);
}

const runs = { numRuns: 1500 };

test('a universe is solvable under assumptions exactly when some choice of states breaks no law', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ([small, says]) => {
      const outcome = await solverOf(small).solve(says.map((say) => termOf(small, say)));
      const possible = allWorlds(small).some((world) => meets(world, says));
      expect(outcome.kind).toBe(possible ? 'solved' : 'unsolvable');
    }),
    runs,
  );
});

test('a solution breaks no law and meets the assumptions', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ([small, says]) => {
      const outcome = await solverOf(small).solve(says.map((say) => termOf(small, say)));
      fc.pre(outcome.kind === 'solved');
      const world = worldOf(small, outcome);
      expect(meets(world, says)).toBe(true);
      for (const law of [...small.facts, ...small.rules]) expect(meets(world, law)).toBe(false);
    }),
    runs,
  );
});

test('the assumptions of a core cannot be met, and its derivation speaks of their packages alone', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ([small, says]) => {
      const solver = solverOf(small);
      const assumptions = says.map((say) => termOf(small, say));
      const outcome = await solver.solve(assumptions);
      fc.pre(outcome.kind === 'unsolvable');
      const { core, derivation } = outcome;
      for (const term of core) expect(assumptions).toContain(term);
      const coreSays = says.filter((_, i) => core.includes(assumptions[i]!));
      expect(allWorlds(small).some((world) => meets(world, coreSays))).toBe(false);
      const speaksOf = derivation.terms.filter((term) => !term.states.isFull).map((term) => term.package);
      expect(new Set(speaksOf)).toEqual(new Set(core.map((term) => term.package)));
      for (const term of core)
        expect(term.states.isSubsetOf(derivation.terms.find((t) => t.package === term.package)!.states)).toBe(
          true,
        );
      await checkCore(solver, outcome);
    }),
    runs,
  );
});

test('whatever is learned follows from the laws alone, and every step of a derivation from its two parents', async () => {
  await fc.assert(
    fc.asyncProperty(questions, async ([small, series]) => {
      const solver = solverOf(small);
      const lawful = allWorlds(small);
      for (const says of series) await solver.solve(says.map((say) => termOf(small, say)));
      for (const learned of solver.learned) {
        expect(lawful.some((world) => violates(world, learned))).toBe(false);
        for (const node of nodes(learned)) {
          if (node.kind === 'external') continue;
          const everything = allWorlds({ ...small, facts: [], rules: [] });
          const unsound = everything.some(
            (world) =>
              violates(world, node) && !violates(world, node.conflict) && !violates(world, node.other),
          );
          expect(unsound).toBe(false);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('a solver that has answered other questions gives the answer that a fresh one gives', async () => {
  await fc.assert(
    fc.asyncProperty(questions, async ([small, series]) => {
      const solver = solverOf(small);
      const lawful = allWorlds(small);
      for (const says of series) {
        const assumptions = says.map((say) => termOf(small, say));
        const again = await solver.solve(assumptions);
        const fresh = await solverOf(small).solve(assumptions);
        expect(again.kind).toBe(fresh.kind);
        if (again.kind === 'unsolvable') {
          await checkCore(solver, again);
        } else {
          const world = worldOf(small, again);
          expect(meets(world, says)).toBe(true);
          expect(lawful.some((other) => other.every((state, id) => state === world[id]))).toBe(true);
        }
      }
    }),
    { numRuns: 600 },
  );
});

test('the same questions get the same answers, whether the universe answers at once or later', async () => {
  await fc.assert(
    fc.asyncProperty(questions, async ([small, series]) => {
      const solvers = [solverOf({ ...small, slow: true }), solverOf({ ...small, slow: false })];
      for (const says of series) {
        const [a, b] = await Promise.all(
          solvers.map((solver) => solver.solve(says.map((say) => termOf(small, say)))),
        );
        expect(b).toEqual(a);
      }
    }),
    { numRuns: 400 },
  );
});

test('a trimmed core can spare none of its assumptions', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ([small, says]) => {
      const solver = solverOf(small);
      const assumptions = says.map((say) => termOf(small, say));
      const outcome = await solver.solve(assumptions);
      fc.pre(outcome.kind === 'unsolvable');
      const { unsolvable, minimal } = await trimCore(solver, assumptions, outcome, { maxSolves: 20 });
      expect(minimal).toBe(true);
      const lawful = allWorlds(small);
      const left = says.filter((_, i) => unsolvable.core.includes(assumptions[i]!));
      expect(lawful.some((world) => meets(world, left))).toBe(false);
      for (const spared of left)
        expect(
          lawful.some((world) =>
            meets(
              world,
              left.filter((say) => say !== spared),
            ),
          ),
        ).toBe(true);
    }),
    { numRuns: 600 },
  );
});
