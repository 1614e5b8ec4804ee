import type { Target } from '../../../src/domain/target.ts';

const LINUX: Target = {
  runtime: { implementation: 'cpython', version: '3.12' },
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  readFrom: [],
};

/** Three that differ in everything. */
export const MACHINES: readonly Target[] = [
  LINUX,
  { ...LINUX, architecture: 'aarch64', libc: { name: 'musl', version: '1.2' } },
  {
    ...LINUX,
    runtime: { implementation: 'pypy', version: '3.10.14' },
    os: 'macos',
    architecture: 'arm64',
    libc: null,
  },
];
