import { UserFacingError } from '../../domain/errors.ts';
import { targetText } from '../../domain/target.ts';
import type { Target } from '../../domain/target.ts';
import type { Rules, TargetHint, Told } from './manifest-reader.ts';
import { parsePlatform } from './platform.ts';
import type { Platform } from './platform.ts';

/** `--python` and `--platform`, as given; empty where the project decides. */
export interface TargetFlags {
  readonly python: readonly string[];
  readonly platform: readonly string[];
}

/** What is taken where nothing says it: what most services are deployed on today. */
const ASSUMED = {
  python: '3.12',
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
} as const;
/** The musl of the oldest Alpine that is still kept, for `--platform linux/amd64/musl` alone. */
const ASSUMED_MUSL = '1.2.5';

/** What the repository says of where a service runs, the first with the last word. */
export interface SaidOfTargets {
  readonly dockerfiles: readonly TargetHint[];
  /** requires-python, .python-version, runtime.txt, in this order. */
  readonly others: readonly TargetHint[];
  /** The Pythons on which a CI installs the service. */
  readonly tried: readonly Told<Target['runtime']>[];
}

export const NOTHING_SAID: SaidOfTargets = { dockerfiles: [], others: [], tried: [] };

/**
 * The targets of a service. Each part is taken from the first that tells it: flags, a Dockerfile, other files of the project, then
 * what its CI installs it on; else it is assumed. Several Dockerfiles, flags or Pythons of a CI make several targets. Flags that
 * cannot be read throw `usage`.
 */
export function chooseTargets(
  flags: TargetFlags,
  { dockerfiles, others, tried }: SaidOfTargets,
  rules: Rules,
): readonly Target[] {
  const asked = flags.python.map((text) => pythonFlag(text, rules));
  const platforms = flags.platform.map(platformFlag);
  const other = others.find((hint) => hint.runtime)?.runtime;
  const targets = new Map<string, Target>();
  for (const dockerfile of dockerfiles.length > 0 ? dockerfiles : [null])
    for (const python of pythonsOn(dockerfile, asked, other ? [other] : tried, rules))
      for (const platform of platforms.length > 0 ? platforms : [null]) {
        const image = asked.length === 0 ? dockerfile?.image : undefined;
        const target = targetOf(python, platform, dockerfile, image);
        const text = targetText(target);
        if (!targets.has(text)) targets.set(text, target);
      }
  return [...targets.values()];
}

function pythonsOn(
  dockerfile: TargetHint | null,
  asked: readonly Told<Target['runtime']>[],
  others: readonly Told<Target['runtime']>[],
  rules: Rules,
): readonly Told<Target['runtime']>[] {
  if (asked.length > 0) return asked;
  if (dockerfile?.runtime) return [dockerfile.runtime];
  return others.length > 0 ? others : [assumedRuntime(rules)];
}

function targetOf(
  runtime: Told<Target['runtime']>,
  platform: Platform | null,
  dockerfile: TargetHint | null,
  image: string | undefined,
): Target {
  const os: Told<Target['os']> = platform
    ? { value: platform.os, from: '--platform' }
    : (dockerfile?.os ?? { value: ASSUMED.os, from: 'assumed' });
  const architecture: Told<string> = platform
    ? { value: platform.architecture, from: '--platform' }
    : (dockerfile?.architecture ?? { value: ASSUMED.architecture, from: 'assumed' });
  const libc = os.value === 'linux' ? libcOf(platform, dockerfile) : null;
  return {
    runtime: runtime.value,
    os: os.value,
    architecture: architecture.value,
    libc: libc?.value ?? null,
    ...(image === undefined ? {} : { image }),
    readFrom: readFrom([
      { from: runtime.from, part: `Python ${runtime.value.version}` },
      { from: os.from, part: os.value },
      { from: architecture.from, part: architecture.value },
      ...(libc ? [{ from: libc.from, part: `${libc.value.name} ${libc.value.version}` }] : []),
    ]),
  };
}

function libcOf(platform: Platform | null, dockerfile: TargetHint | null): Told<NonNullable<Target['libc']>> {
  const named = platform?.libc ?? null;
  const read = dockerfile?.libc ?? null;
  if (named?.version) return { value: { name: named.name, version: named.version }, from: '--platform' };
  if (read && (named === null || named.name === read.value.name)) return read;
  if (named?.name === 'musl') return { value: { name: 'musl', version: ASSUMED_MUSL }, from: 'assumed' };
  return { value: ASSUMED.libc, from: 'assumed' };
}

/** Each source once, in order, a remark on it included; what was assumed is named, unless everything was. */
function readFrom(parts: readonly { readonly from: string; readonly part: string }[]): readonly string[] {
  const all = [...new Set(parts.map(({ from }) => from))];
  const sources = all.filter(
    (from) => !all.some((other) => other.startsWith(`${from} (`) || `${other} `.includes(`, ${from} `)),
  );
  const assumed = parts.filter(({ from }) => from === 'assumed').map(({ part }) => part);
  if (sources.length === 1) return sources;
  return sources.map((from) => (from === 'assumed' ? `assumed: ${assumed.join(', ')}` : from));
}

function assumedRuntime(rules: Rules): Told<Target['runtime']> {
  const runtime = rules.parseRuntime(ASSUMED.python);
  if ('kind' in runtime) throw new Error(`the ecosystem does not know runtime ${ASSUMED.python}`);
  return { value: runtime, from: 'assumed' };
}

function pythonFlag(text: string, rules: Rules): Told<Target['runtime']> {
  const runtime = rules.parseRuntime(text);
  if (!('kind' in runtime)) return { value: runtime, from: '--python' };
  throw new UserFacingError('usage', `--python ${JSON.stringify(text)}: ${runtime.message}`, {
    hint: 'write a version, such as --python 3.12 or --python 3.11.9',
  });
}

function platformFlag(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform) return platform;
  throw new UserFacingError('usage', `--platform ${JSON.stringify(text)} is no known platform`, {
    hint: 'write it as linux/amd64, linux/arm64, linux/amd64/musl, macos/arm64 or windows/amd64',
  });
}
