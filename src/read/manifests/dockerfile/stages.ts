import { Arg, Copy, Env, From, Run, Workdir } from 'dockerfile-ast';
import type { Dockerfile, Instruction } from 'dockerfile-ast';
import { posix } from 'node:path';
import { settingsIn } from './installer-settings.ts';
import type { InstallerSetting } from './installer-settings.ts';
import { jsonStrings } from './json-form.ts';
import { expandVariables } from './variables.ts';
import type { Lookup } from './variables.ts';
import { ReadingBound } from '../reading-bound.ts';
import { instructionsOf } from './parse-dockerfile.ts';

/** A COPY or ADD: sources and where they land, both expanded. */
export interface CopyStep {
  readonly sources: readonly string[];
  /** Absolute in the image; ends in a slash where it is a folder by its spelling. */
  readonly destination: string;
  /** The stage or image that it copies from; null: the build context. */
  readonly from: string | null;
}

/** A RUN with what holds when it runs. */
export interface RunStep {
  readonly instruction: Run;
  readonly workdir: string;
  readonly lookup: Lookup;
  /** Variables that are options of installers, by name. */
  readonly settings: ReadonlyMap<string, InstallerSetting>;
  /** Copies of this stage that stand before it. */
  readonly copies: readonly CopyStep[];
}

/** One build stage. */
export interface Stage {
  readonly name: string | null;
  readonly from: From;
  /** The base as written with its variables expanded; null where a variable is not known. */
  readonly base: string | null;
  /** The stage that `base` names, or null where it is an image. */
  readonly parent: Stage | null;
  /** `--platform` as expanded; null where it is not given or not known. */
  readonly platform: string | null;
  readonly copies: readonly CopyStep[];
  readonly runs: readonly RunStep[];
}

/** A stage while its instructions are read. */
interface OpenStage extends Stage {
  readonly copies: CopyStep[];
  readonly runs: RunStep[];
  readonly variables: Map<string, string>;
  readonly settings: Map<string, InstallerSetting>;
  workdir: string;
}

/**
 * The stages of a Dockerfile in order, by the rules of the Dockerfile reference for ARG, ENV, WORKDIR and FROM. Past `bound` no
 * variable is known.
 */
export function stagesOf(dockerfile: Dockerfile, bound = new ReadingBound()): readonly Stage[] {
  const stages: OpenStage[] = [];
  const named = new Map<string, OpenStage>();
  const globals = new Map<string, string>();
  for (const instruction of instructionsOf(dockerfile)) {
    const stage = stages.at(-1);
    if (instruction instanceof From) {
      const opened = openStage(instruction, named, globals, bound);
      stages.push(opened);
      if (opened.name !== null) named.set(opened.name.toLowerCase(), opened);
    } else if (stage) readInstruction(instruction, stage, globals, bound);
    else if (instruction instanceof Arg) declare(instruction, globals, null);
  }
  return stages;
}

function openStage(
  from: From,
  named: ReadonlyMap<string, OpenStage>,
  globals: Map<string, string>,
  bound: ReadingBound,
): OpenStage {
  const lookup: Lookup = (name) => globals.get(name);
  const base = expandVariables(from.getImage() ?? '', lookup);
  const parent = named.get(base?.toLowerCase() ?? '') ?? null;
  const platform = from.getPlatformFlag()?.getValue() ?? null;
  return {
    name: from.getBuildStage(),
    from,
    base,
    parent,
    platform: platform === null ? null : expandVariables(platform, lookup),
    copies: [...(parent?.copies ?? [])],
    runs: [],
    variables: bound.copyOf(parent?.variables),
    settings: new Map(parent?.settings),
    workdir: parent?.workdir ?? '/',
  };
}

function readInstruction(
  instruction: Instruction,
  stage: OpenStage,
  globals: Map<string, string>,
  bound: ReadingBound,
): void {
  const lookup: Lookup = (name) => stage.variables.get(name);
  for (const setting of settingsIn(instruction, lookup)) stage.settings.set(setting.name, setting);
  if (instruction instanceof Arg) declare(instruction, stage.variables, globals);
  else if (instruction instanceof Env) {
    for (const property of instruction.getProperties())
      set(stage.variables, property.getName(), expandVariables(property.getValue() ?? '', lookup));
  } else if (instruction instanceof Workdir) {
    const path = instruction.getPath();
    if (path !== null) stage.workdir = posix.resolve(stage.workdir, expandVariables(path, lookup) ?? path);
  } else if (instruction instanceof Copy || instruction.getKeyword() === 'ADD') {
    const step = copyStep(instruction, stage.workdir, lookup);
    if (step) stage.copies.push(step);
  } else if (instruction instanceof Run) {
    const variables = bound.copyOf(stage.variables);
    stage.runs.push({
      instruction,
      workdir: stage.workdir,
      lookup: bound.allowing((name) => variables.get(name)),
      settings: new Map(stage.settings),
      copies: [...stage.copies],
    });
  }
}

/** An ARG inside a stage without a default takes the one given before the first FROM. */
function declare(arg: Arg, variables: Map<string, string>, globals: Map<string, string> | null): void {
  const property = arg.getProperty();
  if (!property) return;
  const written = property.getValue();
  const value = written === null ? null : expandVariables(written, (name) => variables.get(name));
  set(variables, property.getName(), value ?? globals?.get(property.getName()) ?? null);
}

function set(variables: Map<string, string>, name: string, value: string | null): void {
  if (value === null) variables.delete(name);
  else variables.set(name, value);
}

function copyStep(instruction: Instruction, workdir: string, lookup: Lookup): CopyStep | null {
  const words =
    jsonStrings(instruction.getArgumentsContent() ?? '') ??
    instruction.getArguments().map((argument) => argument.getValue());
  const paths = words.map((word) => expandVariables(word.replace(/^(['"])(.*)\1$/, '$2'), lookup) ?? word);
  const last = paths.pop();
  if (last === undefined || paths.length === 0) return null;
  const isFolder = last.endsWith('/') || /(^|\/)\.{1,2}$/.test(last) || paths.length > 1;
  const destination = posix.resolve(workdir, last);
  return {
    sources: paths.filter((path) => !path.startsWith('<<') && !/^[a-z]+:\/\//.test(path)),
    destination: isFolder && destination !== '/' ? `${destination}/` : destination,
    from: instruction instanceof Copy ? (instruction.getFromFlag()?.getValue() ?? null) : null,
  };
}

/** Stages by what a `--from` may call them: the name in lower case, or the number from 0. */
export function stagesByName(stages: readonly Stage[]): ReadonlyMap<string, Stage> {
  const byName = new Map<string, Stage>(stages.map((stage, n) => [String(n), stage]));
  for (const stage of stages) if (stage.name !== null) byName.set(stage.name.toLowerCase(), stage);
  return byName;
}
