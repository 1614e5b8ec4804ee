import { describe, expect, test } from 'vitest';
import { VersionSet } from '../../domain/version-set.ts';
import type { External, PackageId, Term } from './incompatibility.ts';
import { Solver } from './solver.ts';
import { trimCore } from './trim-core.ts';
import type { Universe } from './universe.ts';

const A = 0;
const B = 1;
const C = 2;
const ON = 3;
const ALSO_ON = 4;

type Facts = Readonly<Record<PackageId, Readonly<Record<number, readonly External<string>[]>>>>;

/** Packages A, B and C have three versions each, ON and ALSO_ON are selectors. */
function counts(id: PackageId): number {
  return id < ON ? 3 : 1;
}

class TestUniverse implements Universe<string> {
  readonly asked: string[] = [];
  readonly #facts: Facts;

  constructor(facts: Facts = {}) {
    this.#facts = facts;
  }

  versionsOf(id: PackageId): number {
    return counts(id);
  }

  dependenciesOf(
    id: PackageId,
    version: number,
  ): readonly External<string>[] | Promise<readonly External<string>[]> {
    this.asked.push(`${id}@${version}`);
    return this.#facts[id]?.[version] ?? [];
  }

  prefer(_id: PackageId, possible: VersionSet): number {
    return possible.last;
  }
}

/** The package is at one of these versions. */
function at(id: PackageId, ...versions: readonly number[]): Term {
  return { package: id, states: VersionSet.of(counts(id) + 1, ...versions) };
}

/** It is not: at another, or not selected. */
function not(term: Term): Term {
  return { package: term.package, states: term.states.complement() };
}

function never(...terms: readonly Term[]): External<string> {
  return { kind: 'external', terms, cause: 'a law' };
}

const any = (id: PackageId): Term => at(id, ...Array.from({ length: counts(id) }, (_, v) => v));

describe('bounds', () => {
  test('as many decisions as allowed are enough for a solution that needs them, one less is not', async () => {
    const solver = new Solver(new TestUniverse());
    expect(await solver.solve([any(A), any(B)], { maxDecisions: 2 })).toMatchObject({
      kind: 'solved',
      decisions: 2,
    });
    expect(await solver.solve([any(A), any(B)], { maxDecisions: 1 })).toEqual({ kind: 'unfinished' });
  });

  test('an aborted signal ends the solve even where the universe never answers', async () => {
    const universe = new TestUniverse();
    universe.dependenciesOf = () => new Promise(() => undefined);
    const controller = new AbortController();
    const outcome = new Solver(universe).solve([any(A)], { signal: controller.signal });
    controller.abort();
    expect(await outcome).toEqual({ kind: 'unfinished' });
  });

  test('after a universe that fails the solver can be asked again', async () => {
    const universe = new TestUniverse();
    const working = universe.dependenciesOf.bind(universe);
    universe.dependenciesOf = () => Promise.reject(new Error('the index is down'));
    const solver = new Solver(universe);
    await expect(solver.solve([any(A)])).rejects.toThrow('the index is down');
    universe.dependenciesOf = working;
    expect(await solver.solve([any(A)])).toMatchObject({ kind: 'solved' });
  });

  test('two questions at once are refused: their assignments would mix', async () => {
    const universe = new TestUniverse();
    universe.dependenciesOf = () => Promise.resolve([]);
    const solver = new Solver(universe);
    const first = solver.solve([any(A)]);
    expect(() => solver.add(never(any(A)))).toThrow('one question at a time');
    await expect(solver.solve([any(B)])).rejects.toThrow('one question at a time');
    expect(await first).toMatchObject({ kind: 'solved' });
  });
});

describe('what is kept between questions', () => {
  const facts: Facts = {
    [A]: { 2: [never(at(A, 2), not(at(B, 0)))], 1: [never(at(A, 1), not(at(C, 0)))] },
    [B]: { 0: [never(at(B, 0), not(at(C, 2)))] },
    [C]: { 2: [never(at(C, 2), at(A, 2))] },
  };

  test('nothing is asked of the universe twice', async () => {
    const universe = new TestUniverse(facts);
    const solver = new Solver(universe);
    await solver.solve([any(A)]);
    await solver.solve([any(A), any(B)]);
    await solver.solve([any(A)]);
    expect(universe.asked.length).toBe(new Set(universe.asked).size);
  });

  test('a question asked again runs into no conflict that was met before', async () => {
    const solver = new Solver(new TestUniverse(facts));
    const first = await solver.solve([any(A)]);
    expect(first).toMatchObject({
      kind: 'solved',
      versions: new Map([
        [A, 1],
        [C, 0],
      ]),
    });
    const learned = solver.learned.length;
    expect(learned).toBeGreaterThan(0);
    expect(await solver.solve([any(A)])).toMatchObject({
      kind: 'solved',
      versions: new Map([
        [A, 1],
        [C, 0],
      ]),
    });
    expect(solver.learned.length).toBe(learned);
  });

  test('a core found once is found again without a decision or a new derivation', async () => {
    const solver = new Solver(new TestUniverse(facts));
    solver.add(never(at(ON, 0), not(at(A, 2))));
    const first = await solver.solve([at(ON, 0)]);
    expect(first).toMatchObject({ kind: 'unsolvable', core: [at(ON, 0)] });
    expect(await solver.solve([any(B), at(ON, 0)])).toEqual(first);
  });

  test('a rule added later counts from then on, and adding it twice changes nothing', async () => {
    const solver = new Solver(new TestUniverse());
    expect(await solver.solve([any(A)])).toMatchObject({ versions: new Map([[A, 2]]) });
    solver.add(never(at(A, 2)));
    solver.add(never(at(A, 2)));
    expect(await solver.solve([any(A)])).toMatchObject({ versions: new Map([[A, 1]]) });
  });
});

describe('cores', () => {
  test('are empty where nothing can ever be solved', async () => {
    const solver = new Solver(new TestUniverse());
    solver.add(never(any(A)));
    solver.add(never(not(any(A))));
    const outcome = await solver.solve([at(ON, 0)]);
    expect(outcome).toMatchObject({ kind: 'unsolvable', core: [], derivation: { terms: [] } });
    expect((await solver.solve([])).kind).toBe('unsolvable');
  });

  test('name the assumption that is contradicted together with those that contradict it, and no other', async () => {
    const solver = new Solver(new TestUniverse());
    solver.add(never(at(ON, 0), at(A, 1, 2)));
    const outcome = await solver.solve([at(ALSO_ON, 0), at(ON, 0), any(B), at(A, 2)]);
    expect(outcome).toMatchObject({ kind: 'unsolvable', core: [at(ON, 0), at(A, 2)] });
  });

  test('tell by a wider term how far relaxing an assumption would not help', async () => {
    const solver = new Solver(new TestUniverse());
    solver.add(never(at(ON, 0), at(A, 1, 2)));
    const outcome = await solver.solve([at(ON, 0), at(A, 2)]);
    if (outcome.kind !== 'unsolvable') throw new Error(outcome.kind);
    expect(outcome.derivation.terms.find((term) => term.package === A)!.states).toEqual(at(A, 1, 2).states);
  });

  test('are left as they are where trimming may ask nothing more, and not called minimal', async () => {
    const solver = new Solver(new TestUniverse());
    solver.add(never(at(ON, 0), at(A, 2)));
    const assumptions = [at(ON, 0), at(A, 2)];
    const core = await solver.solve(assumptions);
    if (core.kind !== 'unsolvable') throw new Error(core.kind);
    const untried = { unsolvable: core, minimal: false, solves: 0 };
    expect(await trimCore(solver, assumptions, core, { maxSolves: 0 })).toEqual(untried);
    const tried = { unsolvable: core, minimal: true, solves: 2 };
    expect(await trimCore(solver, assumptions, core, { maxSolves: 2 })).toEqual(tried);
  });

  test('take of two assumptions about one package the one that is enough', async () => {
    const solver = new Solver(new TestUniverse());
    solver.add(never(at(A, 0, 1)));
    const outcome = await solver.solve([at(A, 0, 1, 2), at(A, 0, 1)]);
    expect(outcome).toMatchObject({ kind: 'unsolvable', core: [at(A, 0, 1)] });
    await expect(solver.solve([at(A, 0), at(A, 1)])).rejects.toThrow(RangeError);
  });
});

test('where one of several must be selected, one is, though no decision asks for it', async () => {
  const solver = new Solver(new TestUniverse());
  solver.add(never(not(at(A, 0)), not(at(B, 0))));
  const outcome = await solver.solve([]);
  if (outcome.kind !== 'solved') throw new Error(outcome.kind);
  expect([...outcome.versions]).toEqual([[B, 0]]);
});

describe('packages with thousands of versions that do not suit an early decision', () => {
  const many = 2000;
  const size = (id: PackageId): number => (id === A ? 3 : many);
  const only = (id: PackageId, v: number): Term => ({ package: id, states: VersionSet.of(size(id) + 1, v) });
  const selected = (id: PackageId): Term => ({
    package: id,
    states: VersionSet.range(size(id) + 1, 0, size(id)),
  });

  /** With A and B selected: the versions, and how often the universe was asked. */
  async function solved(needs: (id: PackageId, v: number) => readonly External<string>[]) {
    let asked = 0;
    const universe: Universe<string> = {
      versionsOf: size,
      dependenciesOf: (id, v) => {
        asked++;
        return needs(id, v);
      },
      prefer: (_id, possible) => possible.last,
    };
    const outcome = await new Solver(universe).solve([selected(A), selected(B)]);
    if (outcome.kind !== 'solved') throw new Error(outcome.kind);
    return { asked, versions: outcome.versions };
  }

  test('are not asked for all of them', async () => {
    // Each version of B needs the oldest A, told for that version alone.
    const { asked, versions } = await solved((id, v) =>
      id === B ? [never(only(B, v), not(only(A, 0)))] : [],
    );
    expect(asked).toBeLessThan(20);
    expect(versions.get(A)).toBe(0);
  });

  test('nor is what decides them in step', async () => {
    // Each version of B (boto3) needs the same of C (botocore), which needs the oldest A, told for that version alone.
    const { asked, versions } = await solved((id, v) => {
      if (id === B) return [never(only(B, v), not(only(C, v)))];
      return id === C ? [never(only(C, v), not(only(A, 0)))] : [];
    });
    expect(asked).toBeLessThan(20);
    expect([A, B, C].map((id) => versions.get(id))).toEqual([0, many - 1, many - 1]);
  });
});

test('a universe whose terms and counts differ is a bug that is said at once', async () => {
  const universe = new TestUniverse();
  universe.versionsOf = () => 7;
  await expect(new Solver(universe).solve([any(A)])).rejects.toThrow('package 0 has 7 versions');
});
