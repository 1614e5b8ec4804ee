import type { PackageName } from '../../domain/package-name.ts';
import { LEVELS } from '../../domain/verification.ts';
import type { Level, LevelOutcome, VerifiedSet } from '../../domain/verification.ts';
import type { BlameNeeds } from '../blame/blame-needs.ts';
import { learnFrom } from '../blame/learn-from.ts';
import type { Lesson } from '../blame/learn-from.ts';
import type { Environment } from '../environment/environment.ts';
import { removeImage } from '../images/use-store.ts';
import { imageLevel } from './image-level.ts';
import type { ImageTried } from './image-level.ts';
import { importLevel, tryImports } from './import-level.ts';
import type { ImportsTried } from './import-level.ts';
import { installLevel } from './install-level.ts';
import { resolveLevel } from './resolve-level.ts';
import { runLevel } from './run-level.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';
import { testLevels } from './test-level.ts';

/** A set that was tried out as far as its imports: what a plan can learn from. */
export interface TriedSet {
  readonly set: SetToVerify;
  readonly outcomes: readonly LevelOutcome[];
  readonly environment: Environment | null;
  readonly imports: ImportsTried | null;
}

export function reaches(level: Level, { level: asked }: Pick<Trial, 'level'>): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(asked);
}

/** Resolves, installs and imports, as far as the level asks for it and as one leads to the next. */
export async function trySet(set: SetToVerify, trial: Trial): Promise<TriedSet> {
  const resolved = resolveLevel(set, trial);
  const nothing = { set, environment: null, imports: null };
  if (!reaches('install', trial) || set.unresolved !== null) return { ...nothing, outcomes: [resolved] };
  trial.onStage(`installing ${set.packages.length} packages (${set.side})`);
  const { outcome, environment } = await installLevel(set, trial);
  if (!reaches('import', trial) || environment === null)
    return { ...nothing, environment, outcomes: [resolved, outcome] };
  const imports = await tryImports(set, environment, trial);
  return { set, environment, imports, outcomes: [resolved, outcome, importLevel(set, imports, null, trial)] };
}

/** What the failed imports of a set come from. `before`: the environment of the old set, where there is one. */
export async function lessonOf(
  { imports, environment }: TriedSet,
  before: Environment | null,
  { world, rules, index, target, service, onStage }: Trial,
): Promise<Lesson> {
  const failed = imports?.outcomes.filter(({ result }) => result.kind === 'raised') ?? [];
  if (environment === null || failed.length === 0) return { blames: [], learned: [] };
  onStage('looking for what broke the imports');
  const needs: BlameNeeds = { world, ecosystem: rules, index, target, environment, before };
  const lesson = await learnFrom(failed, needs);
  const learned = lesson.learned.map((one) =>
    one.importer === null ? { ...one, service: service.name } : one,
  );
  return { ...lesson, learned };
}

/** The same with its failures blamed. */
export function blamed(tried: TriedSet, lesson: Lesson, trial: Trial): TriedSet {
  if (tried.imports === null) return tried;
  const outcomes = tried.outcomes.map((outcome) =>
    outcome.level === 'import' ? importLevel(tried.set, tried.imports, lesson, trial) : outcome,
  );
  return { ...tried, outcomes };
}

export interface VerifiedSides {
  readonly before: VerifiedSet | null;
  readonly after: VerifiedSet;
  /** What the builder said, by side. */
  readonly logs: ReadonlyMap<'before' | 'after', string>;
}

/** The levels above imports, on both sides. */
export async function verifySides(
  before: TriedSet | null,
  after: TriedSet,
  trial: Trial,
): Promise<VerifiedSides> {
  const outcomes = { before: [...(before?.outcomes ?? [])], after: [...after.outcomes] };
  if (reaches('test', trial) && after.environment !== null) {
    const sides = { ...after, environment: after.environment };
    const tested = await testLevels(before, sides, changedIn(before, after), trial);
    if (tested.before !== null) outcomes.before.push(tested.before);
    outcomes.after.push(tested.after);
  }
  const logs = new Map<'before' | 'after', string>();
  for (const tried of [before, after]) {
    if (tried === null || !reaches('image', trial) || tried.set.unresolved !== null) continue;
    const { levels, log } = await imageAndRun(tried, trial);
    outcomes[tried.set.side].push(...levels);
    if (log !== null) logs.set(tried.set.side, log);
  }
  return {
    before: before === null ? null : { side: 'before', outcomes: outcomes.before },
    after: { side: 'after', outcomes: outcomes.after },
    logs,
  };
}

async function imageAndRun(
  { set, environment, imports }: TriedSet,
  trial: Trial,
): Promise<{ readonly levels: readonly LevelOutcome[]; readonly log: string | null }> {
  const needed = new Set<string>(set.packages.map(({ name }) => name));
  const { outcome, image, log } = await imageLevel(set, needed, trial);
  try {
    const isBroken = outcome.verdict === 'refuted';
    if (!reaches('run', trial) || isBroken) return { levels: [outcome], log };
    trial.onStage(`starting the service (${set.side})`);
    const run = await runLevel(set, environment, image, await textsOf(imports, trial), trial);
    return { levels: [outcome, run], log };
  } finally {
    await forget(image, trial);
  }
}

async function forget(image: ImageTried['image'], { world }: Trial): Promise<void> {
  if (image !== null) await removeImage(image.built.reference, image.builder, world);
}

const MOST_SOURCES = 200;
const MOST_BYTES = 1 << 20;

/** The service's Python files, in which its health path is looked for. */
async function textsOf(imports: ImportsTried | null, { root, world }: Trial): Promise<readonly string[]> {
  const files = imports?.sources.files.slice(0, MOST_SOURCES) ?? [];
  const bytes = await Promise.all(files.map((file) => world.files.read(`${root}/${file}`, MOST_BYTES)));
  return bytes.flatMap((one) => (one === null ? [] : [new TextDecoder().decode(one)]));
}

/** Packages that the plan moves or brings in; none where there is no set to compare with. */
function changedIn(before: TriedSet | null, after: TriedSet): readonly PackageName[] {
  if (before === null) return [];
  const versions = new Map(before.set.packages.map(({ name, version }) => [name, version]));
  const names = after.set.packages.filter(({ name, version }) => versions.get(name) !== version);
  return names.map(({ name }) => name as PackageName);
}
