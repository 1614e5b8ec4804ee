import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { indexContract, type ContractPackage } from './ecosystem-index.ts';
import { loopbackWorld, PYTHON_312 } from './ecosystem-world.ts';
import { coreMetadata, servePypi, type ServedProject } from './ecosystem-pypi-server.ts';

function projectOf(one: ContractPackage): ServedProject {
  return {
    name: one.name,
    files: one.versions.map(({ version, uploaded, dependencies, yanked }) => ({
      filename: `${one.name}-${version}-py3-none-any.whl`,
      uploaded,
      yanked: yanked ?? false,
      metadata: coreMetadata(
        one.name,
        version,
        (dependencies ?? []).map((text) => `Requires-Dist: ${text}`),
      ),
      announce: true,
    })),
  };
}

indexContract('PyPI', {
  ecosystem: pypi,
  target: PYTHON_312,
  world: loopbackWorld,
  serve: (packages) => servePypi(packages.map(projectOf)),
});
