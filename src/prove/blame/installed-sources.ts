import { join } from 'node:path';
import type { World } from '../../io/world.ts';
import type { Environment, InstalledDistribution } from '../environment/environment.ts';
import { moduleFiles } from './module-files.ts';
import type { PythonSources } from './python-sources.ts';
import type { SurfaceReader } from './surface-reader.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** An installed distribution's sources, by its RECORD. */
export function installedSources(
  world: World,
  environment: Environment,
  reader: SurfaceReader,
  distribution: InstalledDistribution,
): PythonSources {
  const files = moduleFiles(distribution.files);
  return {
    files,
    surface: (path) =>
      files.paths.has(path)
        ? reader.read(null, () => world.files.read(join(environment.sitePackages, path), MOST_BYTES))
        : Promise.resolve(null),
  };
}
