import { join } from 'node:path';
import type { Target } from '../../domain/target.ts';
import type { World } from '../../io/world.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { seriesOf } from '../../read/manifests/runtime-places/newer-runtime.ts';
import { toolEnvironment } from './tool-run.ts';

/**
 * A virtual environment (PEP 405) in the folder, of the Python of the first target that has one on the PATH; null where none has. Poetry
 * locks nothing while the Python that it looks at is none that the project admits, though what it writes is the same with any.
 */
export async function environmentOfTargets(
  targets: readonly Target[],
  world: World,
  folder: string,
): Promise<string | null> {
  const names = targets.map(({ runtime }) => `python${seriesOf(runtime.version)}`);
  const place = join(folder, 'python');
  for (const python of await programsOnPath(world, [...new Set(names)])) {
    const made = await world.processes.run({
      command: [python, '-I', '-m', 'venv', '--without-pip', place],
      cwd: '/',
      environment: toolEnvironment(world, NOTHING_MORE, {}),
      timeoutMs: 60_000,
    });
    if (made.exitCode === 0) return place;
  }
  return null;
}

const NOTHING_MORE = /^$/;
