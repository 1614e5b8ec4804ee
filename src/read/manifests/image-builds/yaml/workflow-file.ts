import { posix } from 'node:path';
import { placedAt, placedTable, placedTables, placedText, placedWord } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import { imagesOfScript } from '../image-command.ts';
import type { ImageBuild } from '../image-build.ts';
import { imageBuild } from '../told-build.ts';
import type { ToldText } from '../told-build.ts';
import { matrixJobs } from './workflow-matrix.ts';
import type { YamlFile } from './yaml-file.ts';

const BUILD_ACTION = /(?:^|\/)build-push-action@/;
const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;

/** What stands in place of `env.X`, `matrix.X` and the like. */
type Values = (path: readonly string[]) => string | undefined;

/** The images that a workflow of GitHub Actions builds: by `docker/build-push-action` and its likes, and by commands of `run`. */
export function imagesOfWorkflow(file: YamlFile): readonly ImageBuild[] {
  const jobs = [...(placedTable(file.root.get('jobs')) ?? [])].flatMap(([, job]) => placedTable(job) ?? []);
  return jobs.flatMap((job) => {
    const steps = placedTables(job.get('steps'));
    return matrixJobs(placedTable(placedAt(job, 'strategy', 'matrix'))).flatMap((matrix) =>
      steps.flatMap((step) => {
        const scopes = [step, job, file.root];
        const values = valuesOf(matrix, scopes);
        const run = step.get('run');
        return run ? imagesOfRun(run, scopes, values, file) : (imageOfAction(step, values, file) ?? []);
      }),
    );
  });
}

/** `scopes`: the step, its job and the workflow, of which the nearest has the last word. */
function valuesOf(matrix: PlacedTable, scopes: readonly PlacedTable[]): Values {
  const values = (path: readonly string[], depth = 0): string | undefined => {
    const [context, ...rest] = path;
    if (path.join('.') === 'github.workspace') return '.';
    if (context === 'matrix' && rest.length > 0) return placedWord(placedAt(matrix, ...rest)) ?? undefined;
    if (context !== 'env' || rest.length !== 1 || depth > scopes.length) return undefined;
    const written = scopes
      .map((scope) => placedWord(placedAt(scope, 'env', rest[0]!)))
      .find((one) => one !== null);
    return written === undefined || written === null
      ? undefined
      : (expanded(written, (inner) => values(inner, depth + 1)) ?? undefined);
  };
  return values;
}

/** Null where an expression's value is not known. */
function expanded(text: string, values: Values): string | null {
  let isKnown = true;
  const result = text.replace(EXPRESSION, (_, expression: string) => {
    const path = /^[\w-]+(?:\.[\w-]+)+$/.exec(expression.trim())?.[0].split('.');
    const value = path && values(path);
    isKnown &&= value !== undefined;
    return value ?? '';
  });
  return isKnown && !result.includes('${{') ? result : null;
}

function imageOfAction(step: PlacedTable, values: Values, file: YamlFile): ImageBuild | null {
  const uses = placedText(step.get('uses')) ?? '';
  if (!BUILD_ACTION.test(uses)) return null;
  const told = (name: string): ToldText | null => {
    const placed = placedAt(step, 'with', name);
    const written = placedWord(placed);
    return placed === undefined || written === null
      ? null
      : { written, text: expanded(written, values), at: file.source.place(placed.start, placed.end) };
  };
  const platforms = told('platforms');
  return imageBuild({
    name: `the step ${JSON.stringify(placedText(step.get('name')) ?? uses)}`,
    context: told('context'),
    dockerfile: told('file'),
    platforms: platforms === null ? [] : [platforms],
  });
}

function imagesOfRun(
  run: Placed,
  scopes: readonly PlacedTable[],
  values: Values,
  { source }: YamlFile,
): readonly ImageBuild[] {
  const script = placedText(run);
  if (script === null) return [];
  const folder = scopes
    .flatMap((scope) => [
      placedAt(scope, 'working-directory'),
      placedAt(scope, 'defaults', 'run', 'working-directory'),
    ])
    .map(placedWord)
    .find((one) => one !== null);
  const known = folder == null ? '.' : expanded(folder, values);
  const text = script.replace(
    EXPRESSION,
    (whole, inner: string) => expanded(whole, values) ?? asVariable(inner),
  );
  return imagesOfScript(
    [{ text, at: source.place(run.start, run.end) }],
    known && posix.normalize(known),
    (name) => (name === 'GITHUB_WORKSPACE' ? '.' : values(['env', name])),
  );
}

/** What a shell sees in place of an expression of which nothing is known: a variable that has no value, named after it. */
function asVariable(expression: string): string {
  return `\${_${expression.trim().slice(0, 60).replace(/\W/g, '_')}}`;
}
