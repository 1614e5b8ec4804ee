import type { Dockerfile } from 'dockerfile-ast';
import { posix } from 'node:path';
import type { Unreadable } from '../../../domain/project.ts';
import { ReadingBound } from '../reading-bound.ts';
import { withIds } from '../locate-requirement.ts';
import { NOTHING_READ } from '../manifest-reader.ts';
import type { ManifestContent, ReadingContext } from '../manifest-reader.ts';
import { mergeConflict } from '../merge-conflict.ts';
import { isForDevelopment } from '../requirements-file/recognise.ts';
import type { SourceText } from '../source-text.ts';
import { buildContext } from './build-context.ts';
import { CopiedFiles } from './copied-paths.ts';
import { InstallReading } from './install-reading.ts';
import type { StageInstall } from './install-reading.ts';
import { withSettings } from './installer-settings.ts';
import { MOST_FLAGS, MOST_INSTRUCTIONS, parseDockerfile } from './parse-dockerfile.ts';
import { pipInstall } from './pip-installs.ts';
import { projectInstall } from './project-installs.ts';
import { runCommands } from './run-scripts.ts';
import { stagesByName, stagesOf } from './stages.ts';
import type { CopyStep, Stage } from './stages.ts';
import { stageTarget } from './target-hint.ts';

const TOO_MANY_FLAGS = `an instruction has more than ${MOST_FLAGS} flags; those from here on are not read`;
const TOO_MANY_INSTRUCTIONS = `the file has more than ${MOST_INSTRUCTIONS} instructions; those from here on are not read`;
const TOO_LONG_VARIABLES = 'the variables of the file come to too much to be read; some are taken as unknown';

/**
 * Reads a Dockerfile: what pip installs into the image that it builds, by name or from which requirements files of the
 * build context, and the target that the base image of that stage stands for.
 */
export async function readDockerfile(source: SourceText, context: ReadingContext): Promise<ManifestContent> {
  const { dockerfile, passedOver } = parseDockerfile(source.text);
  const bound = new ReadingBound();
  const stages = stagesOf(dockerfile, bound);
  const final = finalStage(stages);
  const conflict = mergeConflict(source);
  const conflicts = [
    ...(conflict === null ? [] : [conflict]),
    ...passedOver.map((one) => notRead(TOO_MANY_FLAGS, one, source)),
    ...tooManyInstructions(dockerfile, source),
  ];
  if (!final) return { ...NOTHING_READ, unreadable: conflicts };
  const installs = stages.flatMap((stage) => installsOf(stage, source, dockerfile.getEscapeCharacter()));
  const shipped = shippedStages(final, stages);
  const copied = new CopiedFiles(stages, context.tree);
  const folder = buildContext(posix.dirname(source.path), installs, stages, copied, context.tree);
  const reading = new InstallReading(source, context, copied, folder);
  for (const install of installs) await reading.read(install, shipped.has(install.stage));
  const installing = installs.find((install) => shipped.has(install.stage))?.stage ?? final;
  const from = (stage: Stage): string => `${source.path}:${lineOf(stage)}`;
  const target = stageTarget(installing, from, context.rules);
  const problems = targetProblems(installing, final, target.unknown, source, context);
  return {
    requirements: withIds(reading.requirements),
    unreadable: [
      ...conflicts,
      ...(bound.isExceeded ? [notRead(TOO_LONG_VARIABLES, { start: 0, end: 1 }, source)] : []),
      ...reading.unreadable,
      ...problems,
    ],
    includes: reading.includes,
    indexOptions: reading.indexOptions.asOptions(),
    generatedBy: null,
    targetHint: target.hint,
    ...(reading.unreadable.length > 0 ? { unreadInstalls: true } : {}),
  };
}

function notRead(
  message: string,
  { start, end }: { readonly start: number; readonly end: number },
  source: SourceText,
): Unreadable {
  return { message, hint: null, at: source.place(start, end) };
}

function tooManyInstructions(dockerfile: Dockerfile, source: SourceText): readonly Unreadable[] {
  const first = dockerfile.getInstructions()[MOST_INSTRUCTIONS]?.getRange().start;
  if (!first) return [];
  const start = source.offsetAt(first.line, first.character);
  return [notRead(TOO_MANY_INSTRUCTIONS, { start, end: start + 1 }, source)];
}

/**
 * The stage that is deployed: Docker builds the last, unless `--target` says otherwise, which deployments do where the last
 * is for development or tests by its name.
 */
export function finalStage(stages: readonly Stage[]): Stage | undefined {
  return stages.findLast((stage) => stage.name === null || !isForDevelopment(stage.name)) ?? stages.at(-1);
}

export function installsOf(stage: Stage, source: SourceText, escape: string): readonly StageInstall[] {
  return stage.runs.flatMap((run) => {
    const copies = [...run.copies, ...boundFiles(run.instruction.getFlags(), run.workdir)];
    let view = { workdir: run.workdir, copies };
    return runCommands(run.instruction, source, escape, run.lookup).flatMap(({ commands, notEditable }) =>
      commands.flatMap((command) => {
        const [program, to] = command.words.map((word) => word.text.text);
        if (program === 'cd' && to !== undefined) view = { workdir: posix.resolve(view.workdir, to), copies };
        const install = pipInstall(command) ?? projectInstall(command);
        if (install === null) return [];
        return [{ ...withSettings(install, run.settings.values(), source), stage, view, notEditable }];
      }),
    );
  });
}

/** `--mount=type=bind` shows a file or folder of the build context while a RUN runs. */
function boundFiles(
  flags: readonly { getName(): string; getValue(): string | null }[],
  workdir: string,
): readonly CopyStep[] {
  return flags.flatMap((flag): readonly CopyStep[] => {
    if (flag.getName() !== 'mount') return [];
    const fields = new Map(
      (flag.getValue() ?? '').split(',').map((field): [string, string] => {
        const [key = '', value = ''] = field.split('=', 2);
        return [key, value];
      }),
    );
    if ((fields.get('type') ?? 'bind') !== 'bind') return [];
    const source = fields.get('source') ?? fields.get('src') ?? '.';
    const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
    if (target === undefined) return [];
    return [
      { sources: [source], destination: posix.resolve(workdir, target), from: fields.get('from') ?? null },
    ];
  });
}

/** Files that carry no installed packages: copying only these out of a stage ships nothing of it. */
const PLAIN_FILE = /\.(txt|in|toml|lock|json|ya?ml|js|css|html|md|cfg|ini|sh)$/;

/** The final stage, those that it is built on, and those from which it copies what may be packages. */
export function shippedStages(final: Stage, stages: readonly Stage[]): ReadonlySet<Stage> {
  const shipped = new Set<Stage>();
  const named = new Set<string>();
  const byName = stagesByName(stages);
  const waiting = [final];
  for (let stage = waiting.pop(); stage !== undefined; stage = waiting.pop()) {
    if (shipped.has(stage)) continue;
    shipped.add(stage);
    if (stage.parent) waiting.push(stage.parent);
    for (const { from, sources } of stage.copies) {
      if (from === null || named.has(from) || sources.every((path) => PLAIN_FILE.test(path))) continue;
      named.add(from);
      const origin = byName.get(from.toLowerCase());
      if (origin) waiting.push(origin);
    }
  }
  return shipped;
}

function lineOf(stage: Stage): number {
  return stage.from.getRange().start.line + 1;
}

/** A base image that tells too little, and packages that are copied to another Python or C library than they were installed for. */
function targetProblems(
  installing: Stage,
  final: Stage,
  unknown: string | null,
  source: SourceText,
  context: ReadingContext,
): readonly Unreadable[] {
  const at = placeOf(final, source);
  const told: Unreadable[] = [];
  if (unknown !== null)
    told.push({
      message: unknown,
      hint: 'say it with --python and --platform',
      at: placeOf(installing, source),
    });
  if (installing === final) return told;
  const target = (stage: Stage) => stageTarget(stage, () => '', context.rules).hint;
  const [built, runs] = [target(installing), target(final)];
  const [before, after] = [built.runtime?.value.version, runs.runtime?.value.version];
  if (before !== undefined && after !== undefined && series(before) !== series(after))
    told.push({
      message: `packages are installed with Python ${before} and run with Python ${after}`,
      hint: 'build both stages on the same Python',
      at,
    });
  if (built.libc && runs.libc && built.libc.value.name !== runs.libc.value.name)
    told.push({
      message: `packages are installed for ${built.libc.value.name} and run on ${runs.libc.value.name}`,
      hint: 'build both stages on the same distribution',
      at,
    });
  return told;
}

function series(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function placeOf(stage: Stage, source: SourceText): Unreadable['at'] {
  const range = stage.from.getImageRange() ?? stage.from.getRange();
  return source.place(
    source.offsetAt(range.start.line, range.start.character),
    source.offsetAt(range.end.line, range.end.character),
  );
}
