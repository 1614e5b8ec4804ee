import { describe, expect, it } from 'vitest';
import type { ProcessRequest, ProcessResult } from '../../io/process.ts';
import { worldOf } from '../../read/ecosystems/pypi/world-of.test-double.ts';
import type { Target } from '../../domain/target.ts';
import { findInterpreter } from './find-interpreter.ts';

const target = (version: string, more: Partial<Target> = {}): Target => ({
  runtime: { implementation: 'cpython', version },
  ...{ os: 'linux', architecture: 'x86_64', libc: { name: 'glibc', version: '2.36' }, readFrom: [] },
  ...more,
});

/** An interpreter that says this of itself. */
function python(version: string, more: Readonly<Record<string, unknown>> = {}) {
  const facts = {
    ...{ path: `/opt/python-${version}/bin/python3`, implementation: 'cpython', version },
    ...{
      prefix: `/opt/python-${version}`,
      platform: 'linux-x86_64',
      libc: 'glibc 2.36',
      freeThreaded: false,
    },
    ...more,
  };
  return () => ({ exitCode: 0, stdout: JSON.stringify(facts) });
}

type Program = (request: ProcessRequest) => Partial<ProcessResult>;

function find(
  version: string,
  programs: Readonly<Record<string, Program>>,
  more: Partial<Target> = {},
  uv = '',
) {
  const world = worldOf({ programs, environment: { PATH: '/usr/bin:/tools', HOME: '/nobody' } });
  const search = { uv: uv === '' ? null : { path: uv }, toolsFolder: '/cache/tools', offline: false };
  return findInterpreter(target(version, more), search, world);
}

describe('the interpreter of a target', () => {
  it('is one of the series, that of its own name first', async () => {
    const programs = { '/usr/bin/python3': python('3.12.1'), '/tools/python3.12': python('3.12.9') };
    expect(await find('3.12', programs)).toMatchObject({ facts: { version: '3.12.9' } });
  });

  it('is the exact one where the target says it', async () => {
    const programs = { '/usr/bin/python3.12': python('3.12.1'), '/tools/python3.12': python('3.12.9') };
    expect(await find('3.12.9', programs)).toMatchObject({ facts: { version: '3.12.9' } });
    expect(await find('3.12.4', programs)).toMatchObject({
      ...{ kind: 'missing', hint: 'install Python 3.12.4, or have uv do it (uv python install 3.12.4)' },
    });
  });

  it.each([
    ['another series that begins alike', python('3.1.2')],
    ['a free-threaded one', python('3.12.1', { freeThreaded: true })],
    ['another implementation', python('3.12.1', { implementation: 'pypy' })],
    ['another architecture', python('3.12.1', { platform: 'linux-i686' })],
    ['another C library', python('3.12.1', { libc: '' })],
    ['a shim that does not run', () => ({ exitCode: 127 })],
    ['one that says nonsense', () => ({ exitCode: 0, stdout: '{"path": 1}' })],
  ])('is not %s', async (_, program) => {
    expect(await find('3.12', { '/usr/bin/python3.12': program })).toMatchObject({ kind: 'missing' });
  });

  it('is one that uv manages, or that uv fetches into the tools folder', async () => {
    const asked: string[] = [];
    let fetched = false;
    const uv: Program = ({ command, environment }) => {
      asked.push(`${command[2]} ${environment['UV_PYTHON_INSTALL_DIR'] ?? '-'}`);
      if (command[2] === 'install') fetched = true;
      else if (!fetched) return { exitCode: 2 };
      return { exitCode: 0, stdout: '/cache/tools/python/cpython-3.12/bin/python3.12\n' };
    };
    const programs = { '/tools/uv': uv, '/cache/tools/python/cpython-3.12/bin/python3.12': python('3.12.9') };
    expect(await find('3.12', programs, {}, '/tools/uv')).toMatchObject({ facts: { version: '3.12.9' } });
    expect(asked).toEqual([
      ...['find -', 'find /cache/tools/python', 'install /cache/tools/python', 'find /cache/tools/python'],
    ]);
  });

  it('is said to be missing with what was tried', async () => {
    const uv: Program = () => ({ exitCode: 2, stderr: 'dns error' });
    expect(await find('3.12', { '/tools/uv': uv }, {}, '/tools/uv')).toMatchObject({
      why: 'Python 3.12, which the target asks for, is not on this machine, and uv could not fetch it',
    });
  });
});
