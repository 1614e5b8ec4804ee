import type { Target } from '../../src/domain/target.ts';
import { childProcesses } from '../../src/io/child-processes.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import { nodeFiles } from '../../src/io/node-files.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import { UndiciHttp } from '../../src/io/undici-http.ts';
import type { World } from '../../src/io/world.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { indexContract, type ContractPackage } from './ecosystem-index.ts';
import { coreMetadata, servePypi, type ServedProject } from './ecosystem-pypi-server.ts';

const target: Target = {
  runtime: { implementation: 'cpython', version: '3.12' },
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  readFrom: [],
};

function world(sharing?: World): World {
  return {
    http: new UndiciHttp({
      environment: {},
      clock: systemClock,
      connection: { trust: null, connectTimeoutMs: 5_000 },
    }),
    processes: childProcesses,
    files: nodeFiles,
    cache: sharing?.cache ?? memoryCache(),
    clock: systemClock,
    environment: {},
  };
}

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
  target,
  world,
  serve: (packages) => servePypi(packages.map(projectOf)),
});
