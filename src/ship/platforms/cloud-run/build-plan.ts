import type { DeploySettings } from '../../../domain/deploy-settings.ts';
import type { BuildFile, BuildStep } from './build-file.ts';
import { isDeployStep, isImageStep, readDeployStep } from './deploy-step.ts';
import { checkedSubstitutions, isDynamic, substituted } from './substitutions.ts';

/** What Cloud Build is asked to do, and which image comes of it. */
export interface BuildPlan {
  /** google.devtools.cloudbuild.v1.Build, as its client takes it, without a source. */
  readonly build: Readonly<Record<string, unknown>>;
  /** The service's image, with its tag; null: it cannot be told before the build. */
  readonly image: string | null;
  readonly notes: readonly string[];
}

const DEFAULT_TIMEOUT = '3600s';

/** The build of a Dockerfile where the repository has no build file. */
export function dockerfilePlan(dockerfile: string, image: string): BuildPlan {
  const args = ['build', '--tag', image, '--file', dockerfile, '.'];
  return {
    build: {
      steps: [{ id: 'build', name: 'docker', args }],
      images: [image],
      options: LOGGING,
      timeout: DEFAULT_TIMEOUT,
    },
    image,
    notes: [],
  };
}

/** Lines are read from Cloud Logging, so they have to be written there. */
const LOGGING = { logging: 'CLOUD_LOGGING_ONLY' } as const;

/**
 * The file's build without what deploys: a canary cannot be run by a build's own step. Of what follows the first such step only what
 * makes images is kept, for the rest rests on what is deployed.
 */
export function planOf(file: BuildFile, settings: DeploySettings): BuildPlan {
  const { content } = file;
  const values = checkedSubstitutions(file, settings.cloudRun.substitutions);
  const known = new Map([...values, ...projectOf(settings)]);
  const first = content.steps.findIndex(isDeployStep);
  const isKept = (step: BuildStep, at: number): boolean => first === -1 || at < first || isImageStep(step);
  const kept = content.steps.filter(isKept);
  const left = content.steps.filter((step, at) => !isKept(step, at));
  const gone = new Set(left.flatMap(({ id }) => id ?? []));
  const { logging } = content.options;
  return {
    build: {
      ...content,
      steps: kept.map((step) => stepToSend(step, gone)),
      substitutions: Object.fromEntries(values),
      // Keys that only the steps left out use are no longer matched; the whole file was checked before.
      options: {
        ...(logging === undefined ? LOGGING : {}),
        ...content.options,
        substitutionOption: 'ALLOW_LOOSE',
      },
      timeout: content.timeout ?? DEFAULT_TIMEOUT,
    },
    image: imageOf(file, settings, known),
    notes: notesOn(file, left),
  };
}

function projectOf({ cloudRun }: DeploySettings): readonly (readonly [string, string])[] {
  return cloudRun.project === null ? [] : [['PROJECT_ID', cloudRun.project]];
}

function stepToSend(step: BuildStep, gone: ReadonlySet<string>): object {
  if (step.waitFor === undefined) return step;
  return { ...step, waitFor: step.waitFor.filter((id) => !gone.has(id)) };
}

function notesOn({ content, path }: BuildFile, left: readonly BuildStep[]): readonly string[] {
  const names = left.map((step) => step.id ?? `number ${content.steps.indexOf(step) + 1}`);
  const logging = content.options['logging'];
  return [
    ...(names.length === 0
      ? []
      : [
          `left out of ${path}: ${names.join(', ')}: fettle deploys, with a canary, which a step of a build cannot`,
        ]),
    ...(logging === 'GCS_ONLY' || logging === 'NONE'
      ? [`options.logging is ${logging}: the lines of the build are not seen here`]
      : []),
  ];
}

/** What the deploy step takes, else what is pushed for the service, else the first that is pushed. */
function imageOf(
  file: BuildFile,
  settings: DeploySettings,
  values: ReadonlyMap<string, string>,
): string | null {
  const deploys = file.content.steps.filter(isDeployStep).map((step) => readDeployStep(file, step, values));
  const services = new Set([settings.service, ...settings.stages.map(({ service }) => service)]);
  const mine = deploys.find(({ service }) => service !== null && services.has(service)) ?? deploys[0];
  if (mine?.image != null) return mine.image;
  const pushed = [
    ...file.content.images,
    ...file.content.steps
      .filter(isImageStep)
      .flatMap(({ args }) => (args[0] === 'push' ? args.slice(-1) : [])),
  ].flatMap((text) => substituted(text, values, isDynamic(file)) ?? []);
  return pushed.find((image) => image.split(/[/:@]/).includes(settings.service)) ?? pushed[0] ?? null;
}
