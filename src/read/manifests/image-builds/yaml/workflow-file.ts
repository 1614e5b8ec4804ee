import { posix } from 'node:path';
import { placedAt, placedTable, placedTables, placedText, placedWord } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import { imagesOfScript } from '../image-command.ts';
import type { ImageBuild } from '../image-build.ts';
import type { ReadingBound } from '../../reading-bound.ts';
import { imageBuild } from '../told-build.ts';
import type { ToldText } from '../told-build.ts';
import { matrixJobs } from './workflow-matrix.ts';
import { mentionsArm, runnerPlatform } from './workflow-runner.ts';
import type { YamlFile } from './yaml-file.ts';

const BUILD_ACTION = /(?:^|\/)build-push-action@/;
const EXPRESSION = /\$\{\{([^{}]*)\}\}/g;
/** No file is read any deeper. */
const PATH = /^[\w-]+(?:\.[\w-]+){1,100}$/;

/** What stands in place of `env.X`, `matrix.X` and the like. */
type Values = (path: readonly string[]) => string | undefined;

/** One of the jobs that a matrix starts. */
interface StartedJob {
  readonly matrix: PlacedTable;
  readonly runner: ToldText | null;
}

/**
 * The images that a workflow of GitHub Actions builds: by `docker/build-push-action` and its likes, and by commands of `run`; for the platforms that
 * they name, else for that of their runner.
 */
export function imagesOfWorkflow(file: YamlFile): readonly ImageBuild[] {
  // Of what stands in several places by an alias each counts once.
  const jobs = new Set(
    [...(placedTable(file.root.get('jobs')) ?? [])].flatMap(([, job]) => placedTable(job) ?? []),
  );
  // Of a file that speaks of no ARM no runner is told: its images are for what services run on anyway.
  const tellsRunners = mentionsArm(file.source.text);
  return [...jobs].flatMap((job) => {
    const steps = stepsOf(job, file);
    if (steps.length === 0) return [];
    const started = startedJobs(job, tellsRunners, file);
    return steps.flatMap((step) => imagesOfStep(step, job, started, file));
  });
}

function startedJobs(job: PlacedTable, tellsRunners: boolean, file: YamlFile): readonly StartedJob[] {
  const runsOn = tellsRunners ? job.get('runs-on') : undefined;
  const matrices = matrixJobs(placedTable(placedAt(job, 'strategy', 'matrix')), file.bound);
  return matrices.map((matrix) => {
    const values = valuesOf((path) => inMatrix(matrix, path), [job, file.root], file.bound);
    return { matrix, runner: runnerPlatform(runsOn, file, (text) => expanded(text, values, file.bound)) };
  });
}

function inMatrix(matrix: PlacedTable, path: readonly string[]): string | undefined {
  return placedWord(placedAt(matrix, ...path)) ?? undefined;
}

/** The steps that may build something. */
function stepsOf(job: PlacedTable, { bound }: YamlFile): readonly PlacedTable[] {
  const steps = placedTables(job.get('steps'));
  bound.take(steps.length);
  return [...new Set(steps)].filter((step) => {
    const uses = usedBy(step);
    bound.take(uses.length);
    return step.has('run') || BUILD_ACTION.test(uses);
  });
}

function usedBy(step: PlacedTable): string {
  return placedText(step.get('uses')) ?? '';
}

/** In each job of the matrix; on each runner once where nothing is asked of the matrix, for it builds the same in all of them. */
function imagesOfStep(
  step: PlacedTable,
  job: PlacedTable,
  started: readonly StartedJob[],
  file: YamlFile,
): readonly ImageBuild[] {
  const scopes = [step, job, file.root];
  const run = step.get('run');
  let isAsked = false;
  const builtOn = new Set<string | undefined>();
  return started.flatMap(({ matrix, runner }) => {
    if (!isAsked && builtOn.has(runner?.written)) return [];
    builtOn.add(runner?.written);
    const ofMatrix: Values = (path) => {
      isAsked = true;
      return inMatrix(matrix, path);
    };
    const values = valuesOf(ofMatrix, scopes, file.bound);
    return run ? imagesOfRun(run, scopes, values, file, runner) : imagesOfAction(step, values, file, runner);
  });
}

/** `scopes`: the step, its job and the workflow, of which the nearest has the last word. */
function valuesOf(ofMatrix: Values, scopes: readonly PlacedTable[], bound: ReadingBound): Values {
  const values = (path: readonly string[], depth = 0): string | undefined => {
    const [context, ...rest] = path;
    if (path.join('.') === 'github.workspace') return '.';
    if (context === 'matrix' && rest.length > 0) return ofMatrix(rest);
    if (context !== 'env' || rest.length !== 1 || depth > scopes.length) return undefined;
    const written = scopes
      .map((scope) => placedWord(placedAt(scope, 'env', rest[0]!)))
      .find((one) => one !== null);
    return written == null
      ? undefined
      : (expanded(written, (inner) => values(inner, depth + 1), bound) ?? undefined);
  };
  return values;
}

/** Null where an expression's value is not known. */
function expanded(text: string, values: Values, bound: ReadingBound): string | null {
  let isKnown = true;
  bound.take(text.length);
  const result = text.replace(EXPRESSION, (_, expression: string) => {
    const path = PATH.exec(expression.trim())?.[0].split('.');
    const value = path && values(path);
    isKnown &&= value !== undefined;
    bound.take(value?.length ?? 0);
    return value ?? '';
  });
  return isKnown && !result.includes('${{') ? result : null;
}

function imagesOfAction(
  step: PlacedTable,
  values: Values,
  file: YamlFile,
  own: ToldText | null,
): readonly ImageBuild[] {
  const uses = usedBy(step);
  const name = placedText(step.get('name')) ?? uses;
  file.bound.take(uses.length + name.length);
  const told = (input: string): ToldText | null => {
    const placed = placedAt(step, 'with', input);
    const written = placedWord(placed);
    return placed === undefined || written === null
      ? null
      : {
          written,
          text: expanded(written, values, file.bound),
          at: file.source.place(placed.start, placed.end),
        };
  };
  const platforms = told('platforms') ?? own;
  const image = imageBuild({
    name: `the step ${JSON.stringify(name)}`,
    context: told('context'),
    dockerfile: told('file'),
    platforms: platforms === null ? [] : [platforms],
  });
  return image === null ? [] : [image];
}

function imagesOfRun(
  run: Placed,
  scopes: readonly PlacedTable[],
  values: Values,
  { source, bound }: YamlFile,
  own: ToldText | null,
): readonly ImageBuild[] {
  const script = placedText(run);
  if (script === null) return [];
  bound.take(script.length);
  const folder = scopes
    .flatMap((scope) => [
      placedAt(scope, 'working-directory'),
      placedAt(scope, 'defaults', 'run', 'working-directory'),
    ])
    .map(placedWord)
    .find((one) => one !== null);
  const known = folder == null ? '.' : expanded(folder, values, bound);
  const text = script.replace(
    EXPRESSION,
    (whole, inner: string) => expanded(whole, values, bound) ?? asVariable(inner),
  );
  return imagesOfScript(
    [{ text, at: source.place(run.start, run.end) }],
    known && posix.normalize(known),
    (name) => (name === 'GITHUB_WORKSPACE' ? '.' : values(['env', name])),
    bound,
    own,
  );
}

/** What a shell sees in place of an expression of which nothing is known: a variable that has no value, named after it. */
function asVariable(expression: string): string {
  return `\${_${expression.trim().slice(0, 60).replace(/\W/g, '_')}}`;
}
