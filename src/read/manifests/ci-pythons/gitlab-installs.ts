import { expandVariables } from '../dockerfile/variables.ts';
import type { Lookup } from '../dockerfile/variables.ts';
import { scriptCommands } from '../image-builds/script-commands.ts';
import { linesOf, lookupIn, variablesOf } from '../image-builds/yaml/gitlab-file.ts';
import { matrixJobs } from '../image-builds/yaml/workflow-matrix.ts';
import type { YamlFile } from '../image-builds/yaml/yaml-file.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import { placedAt, placedList, placedTable, placedTables, placedText, placedWord } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';
import type { CiPython } from './ci-python.ts';
import { imagePython } from './image-python.ts';
import { InstalledOn } from './installed-on.ts';
import { INSTALLS, installedFiles } from './installed-files.ts';

type Context = Pick<ReadingContext, 'rules' | 'tree'>;

/** What a file may say for all of its jobs, under `default` or at its root. */
const FOR_ALL: ReadonlySet<string> = new Set(['image', 'before_script']);
const NOTHING: Placed = { value: null, start: 0, end: 0 };
/** GitLab starts no more jobs of one matrix. */
const MOST_JOBS = 200;
/** GitLab follows `extends` no further. */
const DEEPEST = 11;

/** What the jobs of a GitLab CI install, each on the Python of its image. */
export function installsOfGitlab(file: YamlFile, context: Context): InstalledOn {
  const installed = new InstalledOn();
  const general = variablesOf(file.root, file.bound);
  for (const [name, placed] of file.root) {
    const job = placedTable(placed);
    // A job whose name begins with a dot is there for others to extend.
    if (job !== null && !name.startsWith('.')) install(job, general, file, context, installed);
  }
  return installed;
}

function install(
  job: PlacedTable,
  general: ReadonlyMap<string, string>,
  file: YamlFile,
  context: Context,
  installed: InstalledOn,
): void {
  const { source, bound } = file;
  const seen = new Set<Placed>();
  const lines = ['before_script', 'script'].flatMap((key) => linesOf(inherited(job, key, file), seen, bound));
  if (!lines.some(({ value }) => INSTALLS.test(value))) return;
  const parts = lines.map(({ value, start, end }) => ({ text: value, at: source.place(start, end) }));
  const image = inherited(job, 'image', file);
  const named = placedTable(image)?.get('name') ?? image;
  const own = variablesOf(new Map([['variables', inherited(job, 'variables', file) ?? NOTHING]]), bound);
  const variables = lookupIn(own, general);
  for (const matrix of matricesOf(job, file)) {
    const lookup: Lookup = (name) => placedWord(matrix.get(name)) ?? variables(name);
    let pythons = imagePythons(named, lookup, file, context);
    for (const { paths, pythons: other, isAfter } of installedFiles(
      scriptCommands(parts, '.', lookup, bound),
      context,
    )) {
      bound.take(paths.length + 1);
      if (isAfter) pythons = other ?? pythons;
      for (const path of paths) installed.add(path, other ?? pythons);
    }
  }
}

function imagePythons(
  image: Placed | undefined,
  lookup: Lookup,
  { source, bound }: YamlFile,
  { rules }: Context,
): readonly CiPython[] {
  const written = placedText(image);
  if (image === undefined || written === null) return [];
  bound.take(written.length);
  const value = imagePython(expandVariables(written, bound.taking(lookup)) ?? '', rules);
  return value === null
    ? []
    : [{ value, from: `${source.path}:${source.span(image.start, image.end).line}` }];
}

/** The variables of the matrix in each job of `parallel`; none in one job where there is no matrix. */
function matricesOf(job: PlacedTable, file: YamlFile): readonly PlacedTable[] {
  const parallel = placedTable(inherited(job, 'parallel', file));
  const entries = placedTables(parallel?.get('matrix')).slice(0, MOST_JOBS);
  return entries.length === 0
    ? [new Map()]
    : entries
        .flatMap((entry) => {
          const values = [...entry].map(([name, placed]): readonly [string, Placed] => [
            name,
            placedList(placed) === null ? { ...placed, value: [placed] } : placed,
          ]);
          return matrixJobs(new Map(values), file.bound);
        })
        .slice(0, MOST_JOBS);
}

/** What a job says by a key, or those that it extends, the last of them first; else what the file says for all jobs. */
function inherited(job: PlacedTable, key: string, file: YamlFile): Placed | undefined {
  const said = extended(job, key, file);
  if (said !== undefined || !FOR_ALL.has(key)) return said;
  return placedAt(file.root, 'default', key) ?? file.root.get(key);
}

/** Undefined: nobody says it. Of what a job extends that is not in the file nothing is known. */
function extended(job: PlacedTable, key: string, file: YamlFile, depth = 0): Placed | undefined {
  file.bound.take(1);
  const own = job.get(key);
  const parents = job.get('extends');
  if (own !== undefined || parents === undefined) return own;
  for (const parent of (placedList(parents) ?? [parents]).toReversed()) {
    const table = placedTable(file.root.get(placedText(parent) ?? ''));
    const said = table === null || depth === DEEPEST ? NOTHING : extended(table, key, file, depth + 1);
    if (said !== undefined) return said;
  }
  return undefined;
}
