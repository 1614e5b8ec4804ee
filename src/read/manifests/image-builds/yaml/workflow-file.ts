import { placedAt, placedTable, placedTables, placedText, placedWord } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import { imagesOfScript } from '../image-command.ts';
import type { ImageBuild } from '../image-build.ts';
import { imageBuild } from '../told-build.ts';
import type { ToldText } from '../told-build.ts';
import { matrixJobs } from './workflow-matrix.ts';
import { mentionsArm, runnerPlatform } from './workflow-runner.ts';
import { expanded, inMatrix, jobsOf, scriptOf, usedBy, valuesOf } from './workflow-values.ts';
import type { Values } from './workflow-values.ts';
import type { YamlFile } from './yaml-file.ts';

const BUILD_ACTION = /(?:^|\/)build-push-action@/;

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
  // Of a file that speaks of no ARM no runner is told: its images are for what services run on anyway.
  const tellsRunners = mentionsArm(file.source.text);
  return jobsOf(file).flatMap((job) => {
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
  file: YamlFile,
  own: ToldText | null,
): readonly ImageBuild[] {
  const script = scriptOf(run, scopes, values, file);
  return script === null ? [] : imagesOfScript(script.parts, script.folder, script.lookup, file.bound, own);
}
