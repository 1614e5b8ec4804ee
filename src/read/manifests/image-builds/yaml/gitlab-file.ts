import { placedList, placedTable } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import { imagesOfScript } from '../image-command.ts';
import type { ImageBuild } from '../image-build.ts';
import type { YamlFile } from './yaml-file.ts';

const SCRIPTS = ['before_script', 'script', 'after_script'] as const;
const DEEPEST = 10;

/** The images that the scripts of GitLab's jobs build. Of variables those of the file count, a job's own before the others'. */
export function imagesOfGitlab({ root, source }: YamlFile): readonly ImageBuild[] {
  const general = variablesOf(root);
  return [...root].flatMap(([, placed]) => {
    const job = placedTable(placed);
    if (job === null) return [];
    const variables = new Map([['CI_PROJECT_DIR', '.'], ...general, ...variablesOf(job)]);
    const lines = SCRIPTS.flatMap((name) => linesOf(job.get(name), 0));
    const parts = lines.map(({ value, start, end }) => ({ text: value, at: source.place(start, end) }));
    return imagesOfScript(parts, '.', (name) => variables.get(name));
  });
}

/** Lists of lines may stand within one another. */
function linesOf(
  placed: Placed | undefined,
  depth: number,
): readonly (Placed & { readonly value: string })[] {
  if (placed === undefined || depth > DEEPEST) return [];
  const { value, start, end } = placed;
  if (typeof value === 'string') return [{ value, start, end }];
  return (placedList(placed) ?? []).flatMap((one) => linesOf(one, depth + 1));
}

function variablesOf(table: PlacedTable): ReadonlyMap<string, string> {
  return new Map(
    [...(placedTable(table.get('variables')) ?? [])].flatMap(
      ([name, placed]): readonly [string, string][] => {
        const value = (placedTable(placed)?.get('value') ?? placed).value;
        return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
      },
    ),
  );
}
