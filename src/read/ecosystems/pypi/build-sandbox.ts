import { bubblewrapOptions, seen, SYSTEM_PLACES } from '../../../io/bubblewrap.ts';
import type { Mount } from '../../../io/bubblewrap.ts';
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
  const shown = (from: string, at = from): Mount => ({ kind: 'read-only', from, at, optional: false });
  const options = bubblewrapOptions({
    network: false,
    user: { uid: 65534, gid: 65534 },
    nestedUsers: true,
    mounts: [
      ...seen(SYSTEM_PLACES),
      { kind: 'proc' },
      { kind: 'devices', at: '/dev' },
      { kind: 'memory', at: '/tmp', bytes: SCRATCH_BYTES },
      shown(inputs.pythonPrefix),
      shown(inputs.environment, '/environment'),
      shown(inputs.archive, '/sdist'),
    ],
    environment: {
      only: true,
      variables: { PATH: '/usr/bin:/bin', HOME: '/tmp', LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
    },
    cwd: '/tmp',
  });
  return world.processes.run({
    command: [
      ...([bubblewrap, ...options, '--'] as const),
      ...[`${inputs.pythonPrefix}/bin/python3`, '-I', '-c', BUILD_DRIVER],
      ...[step, '/sdist', JSON.stringify([inputs.backend, inputs.backendPath])],
    ],
    cwd: '/',
    environment: { PATH: '/usr/bin:/bin' },
    timeoutMs: SECONDS * 1000,
    maxOutputBytes: 8 << 20,
  });
}
