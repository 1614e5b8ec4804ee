import { placedList, placedTables } from '../../placed/placed.ts';
import type { PlacedTable } from '../../placed/placed.ts';

/** GitHub starts no more jobs of one matrix. */
const MOST_JOBS = 256;

/** The values of `matrix` in each job that `strategy.matrix` starts; one without any where there is none, or it is computed. */
export function matrixJobs(matrix: PlacedTable | null): readonly PlacedTable[] {
  if (matrix === null) return [new Map()];
  const axes = [...matrix].flatMap(([name, placed]) => {
    const values = name === 'include' || name === 'exclude' ? null : placedList(placed);
    return values === null ? [] : [{ name, values }];
  });
  let jobs: readonly PlacedTable[] = axes.length === 0 ? [] : [new Map()];
  for (const { name, values } of axes)
    jobs = jobs
      .flatMap((job) => values.slice(0, MOST_JOBS).map((value) => new Map([...job, [name, value]])))
      .slice(0, MOST_JOBS);
  const left = jobs.filter((job) => !placedTables(matrix.get('exclude')).some((one) => agrees(job, one)));
  const included = placedTables(matrix.get('include')).slice(0, MOST_JOBS);
  const names = new Set(axes.map(({ name }) => name));
  const all = withIncluded(left, included, names);
  return all.length === 0 ? [new Map()] : all;
}

/** An entry that contradicts no axis of a job adds its values to it; one that fits none is a job of its own. */
function withIncluded(
  jobs: readonly PlacedTable[],
  included: readonly PlacedTable[],
  axes: ReadonlySet<string>,
): readonly PlacedTable[] {
  const all = [...jobs];
  for (const entry of included) {
    const onAxes: PlacedTable = new Map([...entry].filter(([name]) => axes.has(name)));
    const fitting = jobs.flatMap((job, n) => (agrees(job, onAxes) ? [n] : []));
    for (const n of fitting) all[n] = new Map([...all[n]!, ...entry]);
    if (fitting.length === 0) all.push(entry);
  }
  return all;
}

function agrees(job: PlacedTable, entry: PlacedTable): boolean {
  return [...entry].every(([name, { value }]) => job.get(name)?.value === value);
}
