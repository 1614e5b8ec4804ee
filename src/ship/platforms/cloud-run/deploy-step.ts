import type { ServiceShape } from '../../../domain/deploy-settings.ts';
import type { BuildFile, BuildStep } from './build-file.ts';
import { bytesOf } from './quantity.ts';
import { isDynamic, substituted } from './substitutions.ts';

/** What a step of a build file deploys, and how. */
export interface DeployStep {
  readonly service: string | null;
  readonly image: string | null;
  readonly region: string | null;
  /** What its flags say; the rest is not said. */
  readonly shape: Partial<ServiceShape>;
}

const IN_SHELL =
  /\bgcloud\s+(?:(?:alpha|beta)\s+)?run\s+(?:deploy|services\s+(?:update|update-traffic|replace))\b/;

/** Whether a step deploys to Cloud Run: by gcloud, or by a shell that calls it. */
export function isDeployStep({ name, entrypoint, args, script }: BuildStep): boolean {
  if (script !== undefined && IN_SHELL.test(script)) return true;
  if (args.some((arg) => IN_SHELL.test(arg))) return true;
  const isGcloud =
    entrypoint === 'gcloud' || (entrypoint === undefined && /(?:^|\/)gcloud(?:[:@]|$)/.test(name));
  const words = args.filter((arg) => arg !== 'alpha' && arg !== 'beta');
  return isGcloud && words[0] === 'run' && (words[1] === 'deploy' || words[1] === 'services');
}

/** Whether a step makes, names or pushes an image. */
export function isImageStep({ args, entrypoint, name }: BuildStep): boolean {
  const isDocker = entrypoint === 'docker' || /(?:^|\/)docker(?:[:@]|$)/.test(name);
  return (
    isDocker && entrypoint !== 'bash' && ['build', 'buildx', 'push', 'tag', 'pull'].includes(args[0] ?? '')
  );
}

/** What the deploy step's flags say, with the substitutions made; of a step in a shell nothing is read. */
export function readDeployStep(
  file: BuildFile,
  step: BuildStep,
  values: ReadonlyMap<string, string>,
): DeployStep {
  const words = step.args.map((arg) => substituted(arg, values, isDynamic(file)));
  const from = words.indexOf('deploy');
  const { flags, rest } = flagsOf(from === -1 ? [] : words.slice(from + 1));
  return {
    service: rest[0] ?? null,
    image: flags.get('image') ?? null,
    region: flags.get('region') ?? null,
    shape: shapeOf(flags),
  };
}

const SWITCHES =
  /^(?:no-)?(?:allow-unauthenticated|traffic|quiet|async|cpu-throttling|cpu-boost|use-http2|session-affinity|invoker-iam-check|default-url)$/;

/** "--memory=4Gi", "--memory 4Gi", "--quiet"; words whose value is not known are passed over. */
function flagsOf(words: readonly (string | null)[]): {
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
} {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word == null) continue;
    const [, name, value] = /^--([a-z0-9-]+)(?:=([^]*))?$/.exec(word) ?? [];
    if (name === undefined) {
      if (!word.startsWith('-')) rest.push(word);
    } else if (value !== undefined) flags.set(name, value);
    else if (SWITCHES.test(name)) flags.set(name, '');
    else {
      const next = words[++at];
      if (next != null) flags.set(name, next);
    }
  }
  return { flags, rest };
}

function shapeOf(flags: ReadonlyMap<string, string>): Partial<ServiceShape> {
  const number = (flag: string): number | undefined => {
    const value = Number(flags.get(flag) ?? NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const memory = bytesOf(flags.get('memory') ?? '');
  const said: { [Key in keyof ServiceShape]?: ServiceShape[Key] | undefined } = {
    port: number('port'),
    memoryMiB: memory === null ? undefined : Math.round(memory / 2 ** 20),
    cpu: cpuOf(flags.get('cpu') ?? ''),
    concurrency: number('concurrency'),
    minInstances: number('min-instances'),
    maxInstances: number('max-instances'),
    serviceAccount: flags.get('service-account'),
    isPublic: flags.has('allow-unauthenticated')
      ? true
      : flags.has('no-allow-unauthenticated')
        ? false
        : undefined,
    environment: pairsOf(flags.get('set-env-vars') ?? flags.get('update-env-vars')),
    secrets: pairsOf(flags.get('set-secrets') ?? flags.get('update-secrets')),
    command: commandOf(flags),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** "4", "500m", "0.5". */
function cpuOf(text: string): number | undefined {
  const [, number, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) / (milli === 'm' ? 1000 : 1);
}

/** "A=1,B=2", "^@^A=1,2@B=3" (gcloud topic escaping). Files that are mounted ("/path=name:1") are no variables. */
function pairsOf(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  const [, delimiter = ',', list = ''] = /^(?:\^([^^]+)\^)?([^]*)$/.exec(text) ?? [];
  return Object.fromEntries(
    list.split(delimiter).flatMap((pair) => {
      const at = pair.indexOf('=');
      return at <= 0 || pair.startsWith('/') ? [] : [[pair.slice(0, at), pair.slice(at + 1)] as const];
    }),
  );
}

function commandOf(flags: ReadonlyMap<string, string>): readonly string[] | undefined {
  const command = flags.get('command');
  if (!command) return undefined;
  return [...command.split(','), ...(flags.get('args')?.split(',') ?? [])];
}
