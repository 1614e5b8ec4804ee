import type { Job } from './domain/job.ts';
import type { World } from './io/world.ts';
import type { AdvisoryBook, AdvisorySettings } from './read/advisories/advisory-book.ts';
import { openAdvisories } from './read/advisories/advisories.ts';

/** The advisories that a job goes by. `published`: what an index has in memory; null where none is asked. */
export function advisoriesOf(
  { advisories, offline, bundle, asOf }: Job,
  world: World,
  ecosystem: Parameters<typeof openAdvisories>[1],
  published: AdvisorySettings['published'],
): Promise<AdvisoryBook> {
  return openAdvisories(world, ecosystem, {
    ...{ sources: advisories, apiUrl: null, offline, bundle, asOf, published },
    ecosystemName: 'PyPI',
  });
}
