import type { Scenario } from './scenario.ts';

/** One target in the words of everybody who is asked about it. */
export interface AskedTarget {
  readonly python: string;
  /** `fettle lock --platform`. */
  readonly fettle: string;
  /** `uv pip compile --python-platform`. */
  readonly uv: string;
  /** valid-set.py. */
  readonly judge: { readonly platform: 'linux' | 'musl' | 'macos' | 'windows'; readonly machine: string };
}

type Platform = Omit<AskedTarget, 'python'>;

/** By uv's name, which packse's scenarios use. */
const PLATFORMS: ReadonlyMap<string, Platform> = new Map(
  (
    [
      ['x86_64-manylinux_2_36', 'manylinux_2_36_x86_64', 'linux', 'x86_64'],
      ['aarch64-manylinux_2_28', 'manylinux_2_28_aarch64', 'linux', 'aarch64'],
      ['x86_64-unknown-linux-musl', 'linux/amd64/musl', 'musl', 'x86_64'],
      ['aarch64-apple-darwin', 'macos/arm64', 'macos', 'arm64'],
      ['x86_64-pc-windows-msvc', 'windows/amd64', 'windows', 'x86_64'],
    ] as const
  ).map(([uv, fettle, platform, machine]) => [uv, { uv, fettle, judge: { platform, machine } }]),
);
const SHORT: ReadonlyMap<string, string> = new Map([
  ['linux', 'x86_64-manylinux_2_36'],
  ['macos', 'aarch64-apple-darwin'],
  ['windows', 'x86_64-pc-windows-msvc'],
]);

export function askedTarget(python: string, platform: string): AskedTarget {
  const found = PLATFORMS.get(SHORT.get(platform) ?? platform);
  if (found === undefined) throw new Error(`no platform ${platform} is written down here`);
  return { python, ...found };
}

export function targetOfScenario({ resolver_options: options, environment }: Scenario): AskedTarget {
  return askedTarget(options?.python ?? environment?.python ?? '3.12', options?.python_platform ?? 'linux');
}
