import type { Highs } from 'highs';
import type { Demand, Ladders } from './hitting-set-bound.ts';

/** A mixed-integer program gives up after so many nodes, a measure that is the same on every machine. */
const MAX_NODES = 500;

const OPTIONS = {
  output_flag: false,
  random_seed: 0,
  mip_rel_gap: 0,
  mip_abs_gap: 0.5,
  mip_max_nodes: MAX_NODES,
} as const;

let loading: Promise<Highs> | null = null;

/** Loaded when first needed. Its declarations describe the CommonJS build, whose default lies one step deeper. */
function highs(): Promise<Highs> {
  loading ??= import('highs').then((module) =>
    (module as unknown as { default: () => Promise<Highs> }).default(),
  );
  return loading;
}

/**
 * The same question as `HittingSetSearch` answers, as a chain of mixed-integer programs: each tier in turn is minimised
 * with all tiers before it frozen at their optimum. For the few hard parts that branch and bound cannot prove.
 * @param tiers how many of the ladders' tiers to minimise
 * @param start rungs that meet every demand
 * @returns the rungs, and whether every tier was solved to the end (else they are as good as they were found)
 */
export async function hittingSetByMilp(
  ladders: Ladders,
  demands: readonly Demand[],
  tiers: number,
  start: readonly number[],
): Promise<{ readonly at: readonly number[]; readonly proven: boolean }> {
  const solver = await highs();
  const rows = [...demandRows(demands), ...orderRows(ladders)];
  let at = start;
  for (let tier = 0; tier < tiers; tier++) {
    const terms = tierTerms(ladders, tier);
    const least = terms.reduce((sum, { factor }) => sum + Math.min(factor, 0), 0);
    if (tierValue(ladders, tier, at) > least) {
      const answer = solver.solve(program(terms, rows, ladders), OPTIONS);
      const better = answer.Status === 'Optimal' ? readRungs(ladders, answer.Columns) : null;
      if (better === null || !meetsAll(demands, better)) return { at, proven: false };
      at = better;
    }
    if (terms.length > 0) rows.push(`${sum(terms)} = ${tierValue(ladders, tier, at)}`);
  }
  return { at, proven: true };
}

interface LinearTerm {
  readonly factor: number;
  readonly variable: string;
}

/** "Choice c stands at rung k or above." */
function reaches(choice: number, rung: number): string {
  return `y${choice}_${rung}`;
}

function demandRows(demands: readonly Demand[]): readonly string[] {
  return demands.map(
    (demand) => `${sum(demand.map((o) => ({ factor: 1, variable: reaches(o.choice, o.rung) })))} >= 1`,
  );
}

function orderRows({ steps }: Ladders): readonly string[] {
  return steps.flatMap((ladder, choice) =>
    ladder.slice(1).map((_, k) => `${reaches(choice, k + 1)} - ${reaches(choice, k + 2)} >= 0`),
  );
}

function tierTerms({ steps }: Ladders, tier: number): readonly LinearTerm[] {
  return steps.flatMap((ladder, choice) =>
    ladder
      .map((cost, k) => ({ factor: cost[tier]!, variable: reaches(choice, k + 1) }))
      .filter(({ factor }) => factor !== 0),
  );
}

function tierValue({ steps }: Ladders, tier: number, at: readonly number[]): number {
  return steps.reduce(
    (total, ladder, choice) => ladder.slice(0, at[choice]).reduce((part, cost) => part + cost[tier]!, total),
    0,
  );
}

/** One term a line: the format bounds the length of lines. */
function sum(terms: readonly LinearTerm[]): string {
  return terms
    .map(({ factor, variable }) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${variable}`)
    .join('\n ');
}

function program(objective: readonly LinearTerm[], rows: readonly string[], { steps }: Ladders): string {
  const variables = steps.flatMap((ladder, choice) => ladder.map((_, k) => reaches(choice, k + 1)));
  const constraints = rows.map((row, i) => ` r${i}: ${row}`).join('\n');
  return `Minimize\n obj: ${sum(objective)}\nSubject To\n${constraints}\nBinary\n ${variables.join('\n ')}\nEnd\n`;
}

function readRungs(
  { steps }: Ladders,
  columns: Readonly<Record<string, { readonly Primal?: number }>>,
): readonly number[] {
  return steps.map(
    (ladder, choice) =>
      ladder.filter((_, k) => Math.round(columns[reaches(choice, k + 1)]?.Primal ?? 0) === 1).length,
  );
}

/** Checked again in whole numbers, for a program is solved in floating point. */
function meetsAll(demands: readonly Demand[], at: readonly number[]): boolean {
  return demands.every((demand) => demand.some(({ choice, rung }) => at[choice]! >= rung));
}
