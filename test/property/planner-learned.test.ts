import { beforeAll, describe, expect, it } from 'vitest';
import { plan, prepare } from './planner-harness.ts';
import { assignmentText, compareNumbers, inOneList, oracle } from './planner-oracle.ts';
import type { OracleAnswer } from './planner-oracle.ts';
import { universeOf, withBreaks } from './planner-universe.ts';
import type { Universe } from './planner-universe.ts';

const UNIVERSES = 800;
const MOST_PAIRS = 100_000;

interface Case {
  readonly universe: Universe;
  readonly answer: OracleAnswer;
  /** The best plan is another than that of the same universe without breaks. */
  readonly differs: boolean;
}

const cases: Case[] = [];

beforeAll(() => {
  for (let seed = 0; cases.length < UNIVERSES; seed++) {
    const without = universeOf(seed);
    const universe = withBreaks(without);
    const [answer, before] = [oracle(universe, MOST_PAIRS), oracle(without, MOST_PAIRS)];
    if (answer === null || before === null) continue;
    cases.push({ universe, answer, differs: bestText(answer) !== bestText(before) });
  }
}, 120_000);

function bestText({ best, valid }: OracleAnswer): string | null {
  if (best === null) return null;
  const same = [...valid].find(([, one]) => compareNumbers(inOneList(one), inOneList(best)) === 0);
  return same![0];
}

async function disagreement(
  { universe, answer }: Omit<Case, 'differs'>,
  lazily = false,
): Promise<string | null> {
  const { planned, optimum } = await plan(await prepare(universe, { lazily }));
  const said = planned === null ? null : assignmentText(planned.assignment);
  // Read lazily, a permission of a version that the search never looked at is missed (docs/solver.md).
  if (lazily && said === null) return null;
  if (said === null || answer.best === null)
    return said === null && answer.best === null ? null : `seed ${universe.seed}: ${optimum.kind}`;
  const seen = answer.valid.get(said);
  if (seen === undefined) return `seed ${universe.seed}: not a valid plan: ${said}`;
  if (lazily) return null;
  return compareNumbers(inOneList(seen), inOneList(answer.best)) === 0
    ? null
    : `seed ${universe.seed}: not the best: ${said}`;
}

describe('the planner against brute force, with what verification learned', { timeout: 300_000 }, () => {
  it(`finds the best plan of ${UNIVERSES} universes, or that there is none`, async () => {
    const wrong: string[] = [];
    for (const each of cases) {
      const found = await disagreement(each);
      if (found !== null) wrong.push(found);
    }
    expect(wrong).toEqual([]);
  });

  it('plans nothing that breaks where metadata is read as the search goes on', async () => {
    const wrong: string[] = [];
    for (const each of cases.slice(0, 300)) {
      const found = await disagreement(each, true);
      if (found !== null) wrong.push(found);
    }
    expect(wrong).toEqual([]);
  });

  it('was tried on breaks that change the plan', () => {
    expect(cases.filter(({ differs }) => differs).length).toBeGreaterThan(UNIVERSES / 10);
    const needed = cases.filter(({ universe }) => universe.learned!.some(({ kind }) => kind === 'needed'));
    expect(needed.length).toBeGreaterThan(UNIVERSES / 5);
  });

  it('is seen to fail when the planner does not know them', async () => {
    let wrong = 0;
    const changed = cases.filter(({ differs }) => differs).slice(0, 40);
    for (const { universe, ...rest } of changed) {
      const { learned, ...without } = universe;
      expect(learned).toBeDefined();
      if ((await disagreement({ universe: without, ...rest })) !== null) wrong++;
    }
    expect(wrong / changed.length).toBeGreaterThan(0.8);
  });
});
