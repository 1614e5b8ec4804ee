import type { Target } from '../domain/target.ts';

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['ia32', 'i686'],
  ['arm', 'armv7l'],
]);

/** The machine that this process runs on; its runtime is one that every tool's wheels admit. */
export function thisMachine(): Target {
  const os = process.platform === 'darwin' ? 'macos' : process.platform === 'win32' ? 'windows' : 'linux';
  const machine = ARCHITECTURES.get(process.arch) ?? process.arch;
  return {
    runtime: { implementation: 'cpython', version: '3.12' },
    os,
    architecture: os === 'macos' && machine === 'aarch64' ? 'arm64' : machine,
    libc: os === 'linux' ? libc() : null,
    readFrom: ['this machine'],
  };
}

/** Node tells the glibc that it runs with; where there is none it is musl, whose version it does not tell. */
function libc(): NonNullable<Target['libc']> {
  const report: unknown = process.report.getReport();
  const header = (report as { readonly header?: { readonly glibcVersionRuntime?: string } }).header;
  const version = header?.glibcVersionRuntime;
  return version === undefined ? { name: 'musl', version: '1.2' } : { name: 'glibc', version };
}
