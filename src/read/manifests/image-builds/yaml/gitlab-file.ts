import { placedList, placedTable, placedWord } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import { imagesOfScript } from '../image-command.ts';
import type { ImageBuild } from '../image-build.ts';
import type { YamlFile } from './yaml-file.ts';

const SCRIPTS = ['before_script', 'script', 'after_script'] as const;

/** The images that the scripts of GitLab's jobs build. Of variables those of the file count, a job's own before the others'. */
export function imagesOfGitlab({ root, source }: YamlFile): readonly ImageBuild[] {
  const general = variablesOf(root);
  return [...root].flatMap(([, placed]) => {
    const job = placedTable(placed);
    if (job === null) return [];
    const variables = new Map([['CI_PROJECT_DIR', '.'], ...general, ...variablesOf(job)]);
    const seen = new Set<Placed>();
    const lines = SCRIPTS.flatMap((name) => linesOf(job.get(name), seen));
    const parts = lines.map(({ value, start, end }) => ({ text: value, at: source.place(start, end) }));
    return imagesOfScript(parts, '.', (name) => variables.get(name));
  });
}

/** Lists of lines may stand within one another, and in many places by an alias: each of them counts once. */
function linesOf(
  placed: Placed | undefined,
  seen: Set<Placed>,
): readonly (Placed & { readonly value: string })[] {
  if (placed === undefined || seen.has(placed)) return [];
  seen.add(placed);
  const { value, start, end } = placed;
  if (typeof value === 'string') return [{ value, start, end }];
  return (placedList(placed) ?? []).flatMap((one) => linesOf(one, seen));
}

function variablesOf(table: PlacedTable): ReadonlyMap<string, string> {
  return new Map(
    [...(placedTable(table.get('variables')) ?? [])].flatMap(
      ([name, placed]): readonly [string, string][] => {
        const value = placedWord(placedTable(placed)?.get('value') ?? placed);
        return value === null ? [] : [[name, value]];
      },
    ),
  );
}
