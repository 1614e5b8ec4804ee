import { listed } from './listed.ts';

/** What a service runs on: what a condition or a distribution's tags are asked against. */
export interface Target {
  readonly runtime: {
    readonly implementation: string;
    /** As exact as it was written: "3.11" or "3.11.9". The ecosystem knows the newest patch of a series. */
    readonly version: string;
  };
  readonly os: 'linux' | 'macos' | 'windows';
  /** As the kernel names it: x86_64, aarch64, arm64 (macOS). */
  readonly architecture: string;
  /** Null where the system has no choice of C library. */
  readonly libc: { readonly name: 'glibc' | 'musl'; readonly version: string } | null;
  /** The base image that the runtime was read from, as its Dockerfile names it; absent: no image's name told it. */
  readonly image?: string;
  /** Where each part was read, for the report: "Dockerfile:1", "--python", "assumed". */
  readonly readFrom: readonly string[];
}

/** A short name that tells targets apart: "CPython 3.11, linux/x86_64, glibc 2.36". */
export function targetText(target: Target): string {
  return textOf(target, target.runtime.version);
}

/** Several, those together that differ by their version alone: "CPython 3.9, 3.10 and 3.12, linux/x86_64, glibc 2.36". */
export function targetsText(targets: readonly Target[]): string {
  return targetGroups(targets)
    .map((group) => textOf(group[0]!, listed(group.map(({ runtime }) => runtime.version))))
    .join('; ');
}

/** In groups that differ by their version alone, and of which `also` says the same. */
export function targetGroups(
  targets: readonly Target[],
  also: (target: Target) => string = () => '',
): readonly (readonly Target[])[] {
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    const key = `${textOf(target, '')} ${also(target)}`;
    const group = groups.get(key);
    if (group) group.push(target);
    else groups.set(key, [target]);
  }
  return [...groups.values()];
}

function textOf({ runtime, os, architecture, libc }: Target, version: string): string {
  const implementation = runtime.implementation === 'cpython' ? 'CPython' : runtime.implementation;
  return `${implementation} ${version}, ${os}/${architecture}${libc ? `, ${libc.name} ${libc.version}` : ''}`;
}
