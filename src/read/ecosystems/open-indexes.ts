import type { PackageName } from '../../domain/package-name.ts';
import type { IndexOptions, Service } from '../../domain/project.ts';
import type { World } from '../../io/world.ts';
import { bundlePart, contentOfPart } from './bundle-part.ts';
import type { Ecosystem, IndexSettings, PackageIndex, PublishedPackage } from './ecosystem.ts';

/** The package index of each service; services that make the same settings share one, with all that it has read. */
export async function openIndexes(
  ecosystem: Ecosystem,
  world: World,
  services: readonly Service[],
  settings: Omit<IndexSettings, 'options'>,
): Promise<readonly PackageIndex[]> {
  const opened = new Map<string, Promise<PackageIndex>>();
  return Promise.all(
    services.map((service) => {
      const options: readonly IndexOptions[] = service.manifests.map((manifest) => manifest.indexOptions);
      const key = JSON.stringify([...new Set(options.map((one) => JSON.stringify(one)))]);
      const bundle = settings.bundle === null ? null : contentOfPart(settings.bundle, bundlePart(service));
      const index = opened.get(key) ?? ecosystem.openIndex(world, { ...settings, bundle, options });
      opened.set(key, index);
      return index;
    }),
  );
}

/** What any of these indexes has of a package in memory; asks nothing. */
export function inMemory(indexes: readonly PackageIndex[], name: PackageName): PublishedPackage | null {
  for (const index of indexes) {
    const page = index.inMemory?.(name) ?? null;
    if (page !== null) return page;
  }
  return null;
}
