import { Resolution } from '../../../decide/resolution/resolution.ts';
import { hashesFrom } from '../../../decide/resolution/pages.ts';
import { resolveToday } from '../../../decide/resolution/today.ts';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Project } from '../../../domain/project.ts';
import type { Target } from '../../../domain/target.ts';
import type { World } from '../../../io/world.ts';
import type { IndexSettings } from '../../../read/ecosystems/ecosystem.ts';
import { programsOnPath } from '../../../read/ecosystems/pypi/default-index.ts';
import { openIndexes } from '../../../read/ecosystems/open-indexes.ts';
import { pypi } from '../../../read/ecosystems/pypi/pypi.ts';
import { readProject } from '../../../read/manifests/read-project.ts';
import { interpreterFacts } from '../../../prove/environment/interpreter-facts.ts';
import type { InstallRequest } from '../../../prove/environment/install-request.ts';

const AS_IT_IS = {
  ...{ paths: [], targets: { python: [], platform: [] }, service: null, frozen: false },
  ...{ raisePython: null, also: [], noDev: true },
};

/**
 * What the files of a service ask to be installed, resolved as an installer would; a text: why there is no one answer. Files that ask for
 * nothing give an environment with nothing, on the machine's own Python.
 */
export async function askedPackages(folder: string, world: World): Promise<InstallRequest | string> {
  const project = await projectIn(folder, world);
  const services = project?.services.filter(({ purpose }) => purpose !== 'build') ?? [];
  const [service, other] = services;
  const settings = {
    ...{ root: folder, indexUrl: null, offline: false, asOf: null, allowBuild: false, bundle: null },
  };
  if (service === undefined) return nothingAsked({ ...settings, options: [], offline: true }, world);
  if (other !== undefined)
    return `the files hold ${services.length} services (${services.map(({ name }) => name).join(', ')}): deploy one of them, or add a Dockerfile`;
  const [index] = await openIndexes(pypi, world, [service], settings);
  const target = service.targets[0]!;
  const resolution = await Resolution.open(service, {
    rules: pypi,
    index: index!,
    targets: [target],
    prereleases: false,
  });
  const today = await resolveToday(resolution);
  const lock = today.locks[0];
  if (lock === undefined || !today.whole)
    return 'its requirements cannot all be met: `fettle scan` tells which';
  const apart = resolution.leftOut.filter(({ why }) => why === 'direct-reference');
  if (apart.length > 0)
    return `${apart.map(({ requirement }) => requirement.dependency.writtenName).join(', ')} come from no index: add a Dockerfile`;
  const hashesOf = hashesFrom(resolution.graph.pages);
  const packages = await Promise.all(
    lock.packages.map(async ({ name, version }) => ({
      ...{ name, version: version.text, hashes: await hashesOf(name, version) },
    })),
  );
  const options = service.manifests.map((manifest) => manifest.indexOptions);
  return { target, packages, index: { ...settings, options }, rules: pypi };
}

/** Null: nothing in it asks for a package. */
async function projectIn(folder: string, world: World): Promise<Project | null> {
  try {
    return await readProject(folder, world, pypi, AS_IT_IS);
  } catch (error) {
    if (error instanceof UserFacingError && error.code === 'no-manifest') return null;
    throw error;
  }
}

async function nothingAsked(index: IndexSettings, world: World): Promise<InstallRequest | string> {
  for (const path of await programsOnPath(world, ['python3', 'python'])) {
    const facts = await interpreterFacts(path, world);
    if (facts === null) continue;
    const { implementation, version } = facts;
    const target: Target = {
      ...world.machine!.platform,
      runtime: { implementation, version },
      readFrom: ['this machine'],
    };
    return { target, packages: [], index, rules: pypi };
  }
  return 'there is no Python on this machine';
}
