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
  const implementation =
    target.runtime.implementation === 'cpython' ? 'CPython' : target.runtime.implementation;
  const libc = target.libc ? `, ${target.libc.name} ${target.libc.version}` : '';
  return `${implementation} ${target.runtime.version}, ${target.os}/${target.architecture}${libc}`;
}
