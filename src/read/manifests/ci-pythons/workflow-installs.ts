import { placedAt, placedTable, placedTables, placedText, placedWord } from '../placed/placed.ts';
import type { Placed, PlacedTable } from '../placed/placed.ts';
import { scriptCommands } from '../image-builds/script-commands.ts';
import { matrixJobs } from '../image-builds/yaml/workflow-matrix.ts';
import {
  expanded,
  inMatrix,
  jobsOf,
  scriptOf,
  usedBy,
  valuesOf,
} from '../image-builds/yaml/workflow-values.ts';
import type { Values } from '../image-builds/yaml/workflow-values.ts';
import type { YamlFile } from '../image-builds/yaml/yaml-file.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { ReadingBound } from '../reading-bound.ts';
import { onePython } from './ci-python.ts';
import type { CiPython } from './ci-python.ts';
import { imagePython } from './image-python.ts';
import { InstalledOn } from './installed-on.ts';
import { INSTALLS, installedFiles } from './installed-files.ts';
import type { InstalledFiles } from './installed-files.ts';

/** `actions/setup-python`, `astral-sh/setup-uv`, and actions of those names that stand elsewhere. */
const SETS_UP = /(?:^|\/)setup-(python|uv)(?:@|$)/i;
const CHECKS_OUT = /^actions\/checkout@/i;
const ONE_VALUE = /^\s*\$\{\{\s*matrix\.([\w.-]+)\s*\}\}\s*$/;

type Context = Pick<ReadingContext, 'rules' | 'tree'>;

/** One of the jobs that a matrix starts, on its way through the steps. */
interface StartedJob {
  readonly matrix: PlacedTable;
  /** What is set up so far; empty where that is not known. */
  pythons: readonly CiPython[];
}

/** What the jobs of a workflow install, each on the Pythons that it sets up before. */
export function installsOfWorkflow(file: YamlFile, context: Context): InstalledOn {
  const installed = new InstalledOn();
  for (const job of jobsOf(file))
    if (!neverRuns(job, file.bound)) new WorkflowJob(job, file, context).installInto(installed);
  return installed;
}

/** `if: false`: it is switched off. What other conditions come to is not known, and they are taken to hold. */
function neverRuns(table: PlacedTable, bound: ReadingBound): boolean {
  const condition = table.get('if')?.value;
  if (typeof condition !== 'string') return condition === false;
  bound.take(condition.length);
  return /^(?:\$\{\{)?\s*false\s*(?:\}\})?$/.test(condition);
}

/** Whether a step puts another repository, which it names, in the place of this one. */
function isOther(step: PlacedTable): boolean {
  const repository = placedText(placedAt(step, 'with', 'repository'));
  const isChecked = CHECKS_OUT.test(usedBy(step)) && placedAt(step, 'with', 'path') === undefined;
  return isChecked && repository !== null && !repository.includes('${{');
}

class WorkflowJob {
  readonly #job: PlacedTable;
  readonly #file: YamlFile;
  readonly #context: Context;

  constructor(job: PlacedTable, file: YamlFile, context: Context) {
    this.#job = job;
    this.#file = file;
    this.#context = context;
  }

  installInto(installed: InstalledOn): void {
    const steps = this.#steps();
    if (!steps.some((step) => step.has('run'))) return;
    const started = this.#started();
    for (const step of steps)
      if (isOther(step)) return;
      else if (step.has('run')) this.#install(step, started, installed);
      else for (const job of started) this.#setUp(step, job);
  }

  /** Those that set up a Python, may install something, or check out files that are none of these. */
  #steps(): readonly PlacedTable[] {
    const { bound } = this.#file;
    const steps = placedTables(this.#job.get('steps'));
    bound.take(steps.length);
    return steps.filter((step) => {
      const script = placedText(step.get('run'));
      const text = script ?? usedBy(step);
      bound.take(text.length);
      const counts = script === null ? SETS_UP.test(text) || isOther(step) : INSTALLS.test(text);
      return counts && !neverRuns(step, bound);
    });
  }

  #started(): readonly StartedJob[] {
    const container = this.#job.get('container');
    const image = placedTable(container)?.get('image') ?? container;
    const matrices = matrixJobs(placedTable(placedAt(this.#job, 'strategy', 'matrix')), this.#file.bound);
    return matrices.map((matrix) => ({
      matrix,
      pythons:
        image === undefined
          ? []
          : this.#told(image, matrix, this.#values(matrix, this.#job), (text) => [
              imagePython(text, this.#context.rules),
            ]),
    }));
  }

  #setUp(step: PlacedTable, job: StartedJob): void {
    const uses = usedBy(step);
    this.#file.bound.take(uses.length);
    const [, tool = ''] = SETS_UP.exec(uses) ?? [];
    const asked = placedAt(step, 'with', 'python-version');
    // uv brings no Python by itself. What `setup-python` takes where nothing is asked for, a file or the runner says.
    if (asked === undefined && tool.toLowerCase() === 'uv') return;
    const pythons =
      asked === undefined
        ? []
        : this.#told(asked, job.matrix, this.#values(job.matrix, step), (text) =>
            text.split('\n').map((line) => onePython(line, this.#context.rules)),
          );
    this.#file.bound.take(job.pythons.length);
    job.pythons = step.has('if') ? [...job.pythons, ...pythons] : pythons;
  }

  /** The Pythons that `read` finds in a text, told at the value of the matrix where the text is nothing else. */
  #told(
    placed: Placed,
    matrix: PlacedTable,
    values: Values,
    read: (text: string) => readonly (CiPython['value'] | null)[],
  ): readonly CiPython[] {
    const { bound, source } = this.#file;
    const written = placedWord(placed) ?? '';
    const text = expanded(written, values, bound) ?? '';
    const path = ONE_VALUE.exec(written)?.[1]!.split('.');
    const { start, end } = (path && placedAt(matrix, ...path)) ?? placed;
    const from = `${source.path}:${source.span(start, end).line}`;
    return read(text).flatMap((value) => (value === null ? [] : { value, from }));
  }

  /** A script that asks for nothing of its matrix is read once for all jobs. */
  #install(step: PlacedTable, started: readonly StartedJob[], installed: InstalledOn): void {
    const { bound } = this.#file;
    let isAsked = false;
    let files: readonly InstalledFiles[] | null = null;
    for (const job of started) {
      const values = this.#values(job.matrix, step, () => (isAsked = true));
      if (files === null || isAsked) files = this.#installedBy(step, values);
      for (const { paths, pythons: named, isAfter } of files) {
        const on = named ?? job.pythons;
        if (isAfter) job.pythons = on;
        bound.take(paths.length * (on.length + 1));
        for (const path of paths) installed.add(path, on);
      }
    }
  }

  #installedBy(step: PlacedTable, values: Values): readonly InstalledFiles[] {
    const script = scriptOf(step.get('run')!, [step, this.#job, this.#file.root], values, this.#file);
    if (script === null) return [];
    const { parts, folder, lookup } = script;
    return installedFiles(scriptCommands(parts, folder, lookup, this.#file.bound), this.#context);
  }

  #values(matrix: PlacedTable, table: PlacedTable, ask = (): void => undefined): Values {
    const ofMatrix: Values = (path) => {
      ask();
      return inMatrix(matrix, path);
    };
    return valuesOf(ofMatrix, [table, this.#job, this.#file.root], this.#file.bound);
  }
}
