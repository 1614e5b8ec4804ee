import { placedList, placedTable, placedWord } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import type { Lookup } from '../../dockerfile/variables.ts';
import { imagesOfScript } from '../image-command.ts';
import type { ImageBuild } from '../image-build.ts';
import type { ReadingBound } from '../../reading-bound.ts';
import type { YamlFile } from './yaml-file.ts';

/** What GitLab itself sets, as far as it is known. */
const PREDEFINED: ReadonlyMap<string, string> = new Map([['CI_PROJECT_DIR', '.']]);
const SCRIPTS = ['before_script', 'script', 'after_script'] as const;

/** The images that the scripts of GitLab's jobs build. Of variables those of the file count, a job's own before the others'. */
export function imagesOfGitlab({ root, source, bound }: YamlFile): readonly ImageBuild[] {
  const general = variablesOf(root, bound);
  // A job that stands in several places by an alias counts once.
  const jobs = new Set([...root].flatMap(([, placed]) => placedTable(placed) ?? []));
  return [...jobs].flatMap((job) => {
    const own = variablesOf(job, bound);
    const seen = new Set<Placed>();
    const lines = SCRIPTS.flatMap((name) => linesOf(job.get(name), seen, bound));
    const parts = lines.map(({ value, start, end }) => ({ text: value, at: source.place(start, end) }));
    return imagesOfScript(parts, '.', lookupIn(own, general), bound);
  });
}

/** What a job has in its environment: its own variables, those of the file, then GitLab's. */
export function lookupIn(own: ReadonlyMap<string, string>, general: ReadonlyMap<string, string>): Lookup {
  return (name) => own.get(name) ?? general.get(name) ?? PREDEFINED.get(name);
}

/** Lists of lines may stand within one another, and in many places by an alias: each of them counts once. */
export function linesOf(
  placed: Placed | undefined,
  seen: Set<Placed>,
  bound: ReadingBound,
): readonly (Placed & { readonly value: string })[] {
  bound.take(1);
  if (placed === undefined || seen.has(placed)) return [];
  seen.add(placed);
  const { value, start, end } = placed;
  if (typeof value === 'string') return [{ value, start, end }];
  return (placedList(placed) ?? []).flatMap((one) => linesOf(one, seen, bound));
}

/** The variables that a job or a file sets. */
export function variablesOf(table: PlacedTable, bound: ReadingBound): ReadonlyMap<string, string> {
  const variables = placedTable(table.get('variables')) ?? new Map<string, Placed>();
  bound.take(variables.size);
  return new Map(
    [...variables].flatMap(([name, placed]): readonly [string, string][] => {
      const value = placedWord(placedTable(placed)?.get('value') ?? placed);
      return value === null ? [] : [[name, value]];
    }),
  );
}
