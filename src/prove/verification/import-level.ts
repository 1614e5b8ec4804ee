import { join } from 'node:path';
import type { Failure, LevelOutcome } from '../../domain/verification.ts';
import type { Blame } from '../blame/blame.ts';
import { becauseOf } from '../blame/learn.ts';
import type { Lesson } from '../blame/learn-from.ts';
import type { Environment } from '../environment/environment.ts';
import { checkOf } from '../evidence/check-of.ts';
import { checkImports } from '../imports/check-imports.ts';
import { seenDeprecations } from '../imports/deprecations.ts';
import { importsOfDistributions } from '../imports/distribution-imports.ts';
import type { ImportedModule, ImportOutcome } from '../imports/import-check.ts';
import { readSourceImports } from '../imports/read-sources.ts';
import type { SourceImports } from '../imports/read-sources.ts';
import { importsOfSources } from '../imports/source-imports.ts';
import { levelOutcome } from './level-outcome.ts';
import { serviceFolder } from './service-folder.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

/** The imports of one set, each in a process of its own. */
export interface ImportsTried {
  readonly outcomes: readonly ImportOutcome[];
  readonly sources: SourceImports;
  readonly environment: Environment;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Imports what the direct distributions bring and what the service's own sources ask for; null without a sandbox. */
export async function tryImports(
  { direct }: SetToVerify,
  environment: Environment,
  trial: Trial,
): Promise<ImportsTried | null> {
  const { sandbox, world, root, service } = trial;
  if ('kind' in sandbox) return null;
  const [startedAt, began] = [world.clock.now(), performance.now()];
  const distributions = await importsOfDistributions(direct, environment, world.files);
  const sources = await readSourceImports({
    ...{ root, folders: [join(root, serviceFolder(service))], environment, sandbox },
    ...{ files: world.files, processes: world.processes },
  });
  const modules = [...distributions.modules, ...importsOfSources(sources, environment)];
  const outcomes = await checkImports(modules, environment, sandbox, {
    cache: world.cache,
    onProgress: (done, all) => trial.onStage(`importing ${done} of ${all}`),
  });
  return { outcomes, sources, environment, startedAt, durationMs: performance.now() - began };
}

/** The level as it is told. `lesson`: what the failures come from, where that was looked for. */
export function importLevel(
  set: SetToVerify,
  tried: ImportsTried | null,
  lesson: Lesson | null,
  trial: Trial,
): LevelOutcome {
  const told = { level: 'import', how: 'each import in a process of its own, in the sandbox' } as const;
  const claim = 'the distributions, and all that the service imports of them, can be imported';
  const { sandbox } = trial;
  if (tried === null || 'kind' in sandbox) {
    const { why, hint } = sandbox as Extract<typeof sandbox, { kind: 'no-sandbox' }>;
    return levelOutcome(trial, set, { ...told, claim, verdict: 'unknown', seen: `not tried: ${why}`, hint });
  }
  const { outcomes, environment, durationMs } = tried;
  const failures = outcomes.flatMap((outcome) => failureOf(outcome, blameOf(outcome, lesson), environment));
  const open =
    outcomes.filter(({ result }) => result.kind === 'not-run').length + tried.sources.unreadable.length;
  const imported = outcomes.filter(({ result }) => result.kind === 'imported').length;
  const ofPackages = failures.filter(({ ofMachine }) => !ofMachine);
  return levelOutcome(trial, set, {
    ...{ ...told, claim, failures, durationMs },
    verdict: ofPackages.length > 0 ? 'refuted' : failures.length + open > 0 ? 'unknown' : 'proven',
    seen: `${imported} of ${outcomes.length}`,
    notes: notesOf(tried),
    hint: failures.length > ofPackages.length ? 'mend what this machine lacks' : null,
    checks: [importCheck(tried, trial, environment)],
  });
}

function importCheck(
  { outcomes, durationMs, startedAt }: ImportsTried,
  { sandbox, world }: Trial,
  { interpreter, runtimeVersion, digest }: Environment,
): ReturnType<typeof checkOf> {
  const failed = outcomes.flatMap(({ result }) => (result.kind === 'raised' ? [result.traceback] : []));
  const limits = 'kind' in sandbox ? [] : sandbox.limitsInForce;
  const versions = { CPython: runtimeVersion, ...('kind' in sandbox ? {} : sandbox.versions) };
  return checkOf(
    {
      command: [interpreter, '-I', '-c', 'import …'],
      result: { stdout: '', stderr: failed.join('\n'), durationMs, exitCode: failed.length > 0 ? 1 : 0 },
      ...{ startedAt, versions, limits, digests: { environment: digest } },
    },
    world.environment,
  );
}

function blameOf(outcome: ImportOutcome, lesson: Lesson | null): Blame | null {
  return lesson?.blames.find((one) => one.outcome === outcome)?.blame ?? null;
}

function failureOf(
  outcome: ImportOutcome,
  blame: Blame | null,
  { sitePackages }: Environment,
): readonly Failure[] {
  const { result, asked } = outcome;
  if (result.kind === 'imported' || result.kind === 'not-run') return [];
  const what =
    result.kind === 'raised'
      ? `${result.error.type}: ${result.error.message.replaceAll(`${sitePackages}/`, '')}`
      : `it ended: ${result.why}`;
  const because = blame === null ? null : blameText(blame);
  return [
    {
      key: importText(asked),
      what,
      because,
      ofMachine: blame?.kind === 'environment' && blame.lacks !== 'runtime',
    },
  ];
}

function blameText(blame: Blame): string | null {
  if (blame.kind === 'pair') return becauseOf(blame);
  return blame.kind === 'environment' ? blame.because : null;
}

/** "import flask", "from jinja2 import escape (app/main.py:3)": the same before and after. */
function importText({ module, from }: ImportedModule): string {
  if (from.kind === 'distribution') return `import ${module}`;
  const names =
    from.names.length === 0 ? `import ${module}` : `from ${module} import ${from.names.join(', ')}`;
  return `${names} (${from.file}:${from.line})`;
}

const MOST_NOTES = 5;

function notesOf({ outcomes, environment, sources }: ImportsTried): readonly string[] {
  const deprecations = seenDeprecations(outcomes, environment);
  const told = deprecations
    .slice(0, MOST_NOTES)
    .map(
      ({ distribution, category, message }) =>
        `${distribution === null ? '' : `${distribution.name} ${distribution.version}: `}${category}: ${message.split('\n')[0]!.slice(0, 200)}`,
    );
  const more = deprecations.length - told.length;
  return [
    ...told,
    ...(more > 0 ? [`${more} more warnings of deprecation`] : []),
    ...sources.unreadable.map(({ file, why }) => `${file} was not read: ${why}`),
    ...sources.leftOut,
  ];
}
