import type { Service } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import { Resolution } from '../resolution/resolution.ts';
import type { GraphOptions } from '../resolution/graph.ts';
import type { Bounds } from '../solver/bounds.ts';
import { judgeByExample } from './by-example.ts';
import { hindranceKey } from './hindrance.ts';
import type { Hindrance } from './hindrance.ts';
import { judgeCell } from './judge-cell.ts';
import type { CellAnswer } from './judge-cell.ts';

/** One target of a matrix. */
export interface Cell extends Pick<CellAnswer, 'answer' | 'unread'> {
  readonly target: Target;
}

/** On which targets a service's lines hold, and what forbids the others. */
export interface Matrix {
  readonly cells: readonly Cell[];
  /** Each with the cells (by position) that it is found in; those found in most first. */
  readonly hindrances: readonly { readonly hindrance: Hindrance; readonly cells: readonly number[] }[];
}

export interface MatrixOptions extends GraphOptions {
  readonly bounds: Bounds;
}

/** Cells that were solved before what is left is no longer tried by their example: where three do not fit, the next hardly will. */
const MOST_EXAMPLES = 3;

/**
 * Judges a service's lines on each target by itself. All cells ask one index, which reads every page once and every
 * metadata file once. A cell that is solved is an example for the others: most are answered by checking it.
 */
export async function judgeMatrix(service: Service, options: MatrixOptions): Promise<Matrix> {
  const { targets, bounds } = options;
  const answers = new Map<Target, CellAnswer>();
  const solve = async (target: Target): Promise<CellAnswer> => {
    const answer = await judgeCell(await Resolution.open(service, { ...options, targets: [target] }), bounds);
    answers.set(target, answer);
    return answer;
  };
  const order = await fewestBarredFirst(service, options);
  const left = (): readonly Target[] => order.filter((target) => !answers.has(target));
  for (let solved = 0; solved < MOST_EXAMPLES && left().length > 0; solved++) {
    const { selected } = await solve(left()[0]!);
    if (selected.size === 0) continue;
    await Promise.all(
      left().map(async (target) => {
        const answer = await judgeByExample(service, target, selected, options);
        if (answer !== null) answers.set(target, answer);
      }),
    );
  }
  await Promise.all(left().map(solve));
  const all = targets.map((target) => answers.get(target)!);
  return {
    cells: targets.map((target, at) => ({ target, answer: all[at]!.answer, unread: all[at]!.unread })),
    hindrances: grouped(all),
  };
}

/** The cell in which most lines can be met is the best example. */
async function fewestBarredFirst(service: Service, options: MatrixOptions): Promise<readonly Target[]> {
  const { targets, index, rules } = options;
  const lines = await Promise.all(
    service.manifests
      .flatMap(({ requirements }) => requirements)
      .filter(({ dependency }) => dependency.url === null)
      .map(async (requirement) => ({ requirement, page: await index.package(requirement.dependency.name) })),
  );
  const barred = new Map(
    targets.map((target) => [
      target,
      lines.filter(
        ({ requirement: { dependency }, page }) =>
          page !== null &&
          rules.applies(dependency.condition, target, []) !== 'no' &&
          !page.matching(dependency.specifier).intersects(page.installable(target)),
      ).length,
    ]),
  );
  return targets.toSorted((a, b) => barred.get(a)! - barred.get(b)!);
}

function grouped(answers: readonly CellAnswer[]): Matrix['hindrances'] {
  const groups = new Map<string, { readonly hindrance: Hindrance; readonly cells: number[] }>();
  for (const [cell, { hindrances }] of answers.entries())
    for (const hindrance of hindrances) {
      const key = hindranceKey(hindrance);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { hindrance, cells: [cell] });
      else if (!known.cells.includes(cell)) known.cells.push(cell);
    }
  // A package of its own before what fails for want of it.
  const rank = ({ hindrance }: Matrix['hindrances'][number]): number =>
    hindrance.kind === 'conflict' ? 1 : 0;
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.cells.length - a.cells.length);
}
