import { listed } from '../../../domain/listed.ts';
import type { Target } from '../../../domain/target.ts';
import { libcVersion, platformTags } from './platform-tag.ts';
import { runtimeSeries } from './runtime.ts';
import { expandTags, supportedTags } from './tag.ts';

/** One triple of a wheel, and which of its halves the target takes. */
interface Judged {
  readonly python: string;
  readonly abi: string;
  readonly platform: string;
  readonly pythonFits: boolean;
  readonly platformFits: boolean;
}

/** A reason in words: `offers` is what there is, `why` says what the target has beside it. */
export interface TagReason {
  readonly offers: string;
  readonly why: string;
}

const reasons = new WeakMap<Target, Map<string, TagReason>>();

/**
 * Why none of a version's wheels fits a target, in words: "wheels for cp39 to cp311 only; the target is cp312",
 * "wheels for Windows and macOS only", "only manylinux_2_28; the target has glibc 2.17", "only a source distribution".
 * To be asked where no wheel fits. Remembered: most versions of a package have the tags of the one before.
 */
export function whyNoWheelFits(wheels: readonly string[], hasSdist: boolean, target: Target): TagReason {
  const known = reasons.get(target) ?? new Map<string, TagReason>();
  reasons.set(target, known);
  const key = `${hasSdist}\n${wheels.join('\n')}`;
  const reason = known.get(key) ?? reasonOf(wheels, hasSdist, target);
  known.set(key, reason);
  return reason;
}

function reasonOf(wheels: readonly string[], hasSdist: boolean, target: Target): TagReason {
  const also = hasSdist ? plainly('a source distribution') : [];
  const judged = wheels.flatMap(expandTags).map(judge(target));
  if (judged.length === 0)
    return joined(plainly(hasSdist ? 'only a source distribution' : 'no usable files'));
  const hereButPython = judged.filter(({ platformFits }) => platformFits);
  if (hereButPython.length > 0) return joined([pythonReason(hereButPython, target), ...also]);
  const pythonButHere = judged.filter(({ pythonFits }) => pythonFits);
  if (pythonButHere.length > 0) return joined([platformReason(pythonButHere, target), ...also]);
  return joined([pythonReason(judged, target), platformReason(judged, target), ...also]);
}

function plainly(offers: string): readonly TagReason[] {
  return [{ offers, why: offers }];
}

function joined(parts: readonly TagReason[]): TagReason {
  return {
    offers: parts.map(({ offers }) => offers).join(', and '),
    why: parts.map(({ why }) => why).join(', and '),
  };
}

/** What there is, and what the target has instead. */
function beside(offers: string, has: string): TagReason {
  return { offers, why: `${offers}; ${has}` };
}

const judges = new WeakMap<Target, (tag: string) => Judged>();

function judge(target: Target): (tag: string) => Judged {
  const known = judges.get(target);
  if (known !== undefined) return known;
  const platforms = new Set([...platformTags(target), 'any']);
  const pairs = new Set(supportedTags(target).map((tag) => tag.slice(0, tag.lastIndexOf('-'))));
  const made = (tag: string): Judged => {
    const [python, abi, platform] = tag.split('-') as [string, string, string];
    return {
      python,
      abi,
      platform,
      pythonFits: pairs.has(`${python}-${abi}`),
      platformFits: platforms.has(platform),
    };
  };
  judges.set(target, made);
  return made;
}

function pythonReason(judged: readonly Judged[], target: Target): TagReason {
  const { implementation } = target.runtime;
  const series = runtimeSeries(target.runtime).replace('.', '');
  const own = `${{ cpython: 'cp', pypy: 'pp' }[implementation] ?? implementation}${series}`;
  return beside(`wheels for ${pythonNames(judged)} only`, `the target is ${own}`);
}

/** "cp39 to cp311", "cp39, cp311 and py2"; a stable ABI and a free-threaded one are told apart: "cp312-abi3". */
function pythonNames(judged: readonly Judged[]): string {
  const names = new Set(
    judged.map(({ python, abi }) =>
      abi === 'none' || abi.startsWith(python) ? named(python, abi) : `${python}-${abi}`,
    ),
  );
  const numbered = [...names].filter((name) => /^cp\d{2,}$/.test(name)).sort(byNumber);
  const others = [...names].filter((name) => !/^cp\d{2,}$/.test(name)).sort();
  return listed([...runs(numbered), ...others]);
}

function named(python: string, abi: string): string {
  return abi === `${python}t` ? abi : python;
}

function byNumber(a: string, b: string): number {
  const [x, y] = [a, b].map(splitNumber) as [readonly [number, number], readonly [number, number]];
  return x[0] - y[0] || x[1] - y[1];
}

/** "cp311" is (3, 11). */
function splitNumber(name: string): readonly [major: number, minor: number] {
  return [Number(name[2]), Number(name.slice(3) || '0')];
}

/** Three or more in a row are told as "a to b". */
function runs(names: readonly string[]): readonly string[] {
  const groups: string[][] = [];
  for (const name of names) {
    const last = groups.at(-1)?.at(-1);
    const [major, minor] = splitNumber(name);
    const [lastMajor, lastMinor] = last === undefined ? [-1, -1] : splitNumber(last);
    if (lastMajor === major && lastMinor + 1 === minor) groups.at(-1)!.push(name);
    else groups.push([name]);
  }
  return groups.flatMap((group) => (group.length > 2 ? [`${group[0]} to ${group.at(-1)}`] : group));
}

type Kind = {
  readonly os: string;
  readonly libc: 'glibc' | 'musl' | null;
  readonly policy: string;
  readonly machine: string;
};

const LEGACY_POLICIES = {
  manylinux1: 'manylinux_2_5',
  manylinux2010: 'manylinux_2_12',
  manylinux2014: 'manylinux_2_17',
};

/** What a platform tag says; null for one of no known form. */
function kindOf(platform: string): Kind | null {
  const linux =
    /^(manylinux1|manylinux2010|manylinux2014|manylinux_\d+_\d+|musllinux_\d+_\d+|linux)_(\w+)$/.exec(
      platform,
    );
  if (linux !== null) {
    const [, written, machine] = linux as unknown as [string, string, string];
    const policy = LEGACY_POLICIES[written as keyof typeof LEGACY_POLICIES] ?? written;
    const libc = policy.startsWith('many') ? 'glibc' : policy.startsWith('musl') ? 'musl' : null;
    return { os: 'Linux', libc, policy, machine };
  }
  const mac = /^macosx_\d+_\d+_(\w+)$/.exec(platform);
  if (mac !== null) return { os: 'macOS', libc: null, policy: 'macosx', machine: mac[1]! };
  const windows = { win32: 'x86', win_amd64: 'amd64', win_arm64: 'arm64' }[platform];
  return windows === undefined ? null : { os: 'Windows', libc: null, policy: 'win', machine: windows };
}

const OS_NAMES = { linux: 'Linux', macos: 'macOS', windows: 'Windows' } as const;

/** The widest difference is told: system, then architecture, then C library, then its version. */
function platformReason(judged: readonly Judged[], target: Target): TagReason {
  const kinds = judged.map(({ platform }) => kindOf(platform));
  const strange = judged.filter((_, i) => kinds[i] === null).map(({ platform }) => platform);
  const known = kinds.filter((kind) => kind !== null);
  const here = known.filter(({ os }) => os === OS_NAMES[target.os]);
  if (here.length === 0) {
    const systems = ['Windows', 'macOS', 'Linux'].filter((os) => known.some((kind) => kind.os === os));
    return plainly(`wheels for ${listed([...systems, ...unique(strange).slice(0, 3)])} only`)[0]!;
  }
  const machine = new Set(platformTags(target).map((tag) => kindOf(tag)?.machine));
  const sameMachine = here.filter((kind) => machine.has(kind.machine));
  if (sameMachine.length === 0)
    return beside(
      `wheels for ${listed(unique(here.map((kind) => kind.machine)))} only`,
      `the target is ${target.architecture}`,
    );
  return libcReason(sameMachine, target);
}

function libcReason(kinds: readonly Kind[], target: Target): TagReason {
  const has =
    target.libc === null
      ? 'the target has no known C library'
      : `the target has ${target.libc.name} ${target.libc.version}`;
  const same = kinds.filter(({ libc }) => libc === target.libc?.name);
  if (same.length === 0) {
    const libcs = unique(kinds.map(({ libc }) => (libc === 'musl' ? 'musllinux' : 'manylinux')));
    return beside(`only ${listed(libcs)} wheels`, has);
  }
  return beside(`only ${lowestPolicy(same)}`, has);
}

/** Of policies for one C library the one that asks least. */
function lowestPolicy(kinds: readonly Kind[]): string {
  const asks = (policy: string): number => {
    const [major, minor] = libcVersion(policy.replace(/^[a-z]+_/, '').replace('_', '.'));
    return major * 10_000 + minor;
  };
  return unique(kinds.map(({ policy }) => policy)).sort((a, b) => asks(a) - asks(b))[0]!;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
