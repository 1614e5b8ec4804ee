import type { ProcessResult } from '../../../io/process.ts';
import type { World } from '../../../io/world.ts';
import { BUILD_DRIVER } from './build-driver.ts';

/** What a build sees: an interpreter, the build requirements and the sdist, all read-only. */
export interface BuildInputs {
  /** The interpreter's `sys.prefix`; its program is `bin/python3` below it. */
  readonly pythonPrefix: string;
  /** A folder with the installed build requirements. */
  readonly environment: string;
  /** Path of the sdist. */
  readonly archive: string;
  readonly backend: string;
  readonly backendPath: readonly string[];
}

const SECONDS = 120;
/** Of the scratch folder, in memory. */
const SCRATCH_BYTES = 1 << 30;
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc/alternatives', '/etc/ld.so.cache'];

/**
 * Runs one step of a build inside bubblewrap: no network, no capabilities, its own users and processes, nothing of the
 * machine but system libraries and the interpreter, and a scratch folder in memory that ends with it.
 */
export function runInSandbox(
  world: World,
  bubblewrap: string,
  inputs: BuildInputs,
  step: 'requires' | 'metadata',
): Promise<ProcessResult> {
  const bind = (from: string, to = from): readonly string[] => ['--ro-bind', from, to];
  return world.processes.run({
    command: [
      bubblewrap,
      ...['--unshare-all', '--unshare-user', '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL'],
      ...['--die-with-parent', '--new-session', '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin'],
      ...[
        '--setenv',
        'HOME',
        '/tmp',
        '--setenv',
        'LC_ALL',
        'C.UTF-8',
        '--setenv',
        'PYTHONDONTWRITEBYTECODE',
        '1',
      ],
      ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
      ...['--proc', '/proc', '--dev', '/dev', '--size', String(SCRATCH_BYTES), '--tmpfs', '/tmp'],
      ...bind(inputs.pythonPrefix),
      ...bind(inputs.environment, '/environment'),
      ...bind(inputs.archive, '/sdist'),
      ...['--chdir', '/tmp', '--', `${inputs.pythonPrefix}/bin/python3`, '-I', '-c', BUILD_DRIVER],
      ...[step, '/sdist', JSON.stringify([inputs.backend, inputs.backendPath])],
    ],
    cwd: '/',
    environment: { PATH: '/usr/bin:/bin' },
    timeoutMs: SECONDS * 1000,
    maxOutputBytes: 8 << 20,
  });
}
