import type { Service } from '../../domain/project.ts';
import type { Target } from '../../domain/target.ts';
import { Resolution } from '../resolution/resolution.ts';
import type { GraphOptions } from '../resolution/graph.ts';
import type { Bounds } from '../solver/bounds.ts';
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

/**
 * Judges a service's lines on each target by itself. All cells ask one index, which reads every page once and every
 * metadata file once, and they wait for it together.
 */
export async function judgeMatrix(service: Service, options: MatrixOptions): Promise<Matrix> {
  const { targets, bounds } = options;
  const answers = await Promise.all(
    targets.map(async (target) =>
      judgeCell(await Resolution.open(service, { ...options, targets: [target] }), bounds),
    ),
  );
  return {
    cells: targets.map((target, at) => ({
      ...{ target, answer: answers[at]!.answer, unread: answers[at]!.unread },
    })),
    hindrances: grouped(answers),
  };
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
  return [...groups.values()].sort((a, b) => b.cells.length - a.cells.length);
}
