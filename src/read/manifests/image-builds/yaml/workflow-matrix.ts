import { placedList, placedTables } from '../../placed/placed.ts';
import type { PlacedTable } from '../../placed/placed.ts';
import type { ReadingBound } from '../../reading-bound.ts';

/** GitHub starts no more jobs of one matrix. */
const MOST_JOBS = 256;

/** The values of `matrix` in each job that `strategy.matrix` starts; one without any where there is none, or it is computed. */
export function matrixJobs(matrix: PlacedTable | null, bound: ReadingBound): readonly PlacedTable[] {
  if (matrix === null) return [new Map()];
  const axes = [...matrix].flatMap(([name, placed]) => {
    const values = name === 'include' || name === 'exclude' ? null : placedList(placed);
    return values === null ? [] : [{ name, values }];
  });
  let jobs: readonly PlacedTable[] = axes.length === 0 ? [] : [new Map()];
  for (const [n, { name, values }] of axes.entries()) {
    const count = Math.min(jobs.length * values.length, MOST_JOBS);
    bound.take(count * (n + 1));
    jobs = Array.from(
      { length: count },
      (_, job) => new Map([...jobs[Math.floor(job / values.length)]!, [name, values[job % values.length]!]]),
    );
  }
  const excluded = placedTables(matrix.get('exclude'));
  for (const entry of excluded) bound.take(jobs.length * (entry.size + 1));
  const left = jobs.filter((job) => !excluded.some((one) => agrees(job, one)));
  const included = placedTables(matrix.get('include')).slice(0, MOST_JOBS);
  const names = new Set(axes.map(({ name }) => name));
  const all = withIncluded(left, included, names, bound);
  return all.length === 0 ? [new Map()] : all;
}

/** An entry that contradicts no axis of a job adds its values to it; one that fits none is a job of its own. */
function withIncluded(
  jobs: readonly PlacedTable[],
  included: readonly PlacedTable[],
  axes: ReadonlySet<string>,
  bound: ReadingBound,
): readonly PlacedTable[] {
  const all = [...jobs];
  for (const entry of included) {
    bound.take((jobs.length + 1) * (entry.size + 1));
    const onAxes: PlacedTable = new Map([...entry].filter(([name]) => axes.has(name)));
    const fitting = jobs.flatMap((job, n) => (agrees(job, onAxes) ? [n] : []));
    for (const n of fitting) {
      bound.take(all[n]!.size);
      all[n] = new Map([...all[n]!, ...entry]);
    }
    if (fitting.length === 0) all.push(entry);
  }
  return all;
}

function agrees(job: PlacedTable, entry: PlacedTable): boolean {
  return [...entry].every(([name, { value }]) => job.get(name)?.value === value);
}
