import type { World } from '../../io/world.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { AdvisoryBook, AdvisorySettings } from './advisory-book.ts';
import { LoadedBook } from './loaded-book.ts';
import { openSources } from './open-sources.ts';

export type { AdvisoryBook, AdvisoryProblem, AdvisorySettings, SourceState } from './advisory-book.ts';

/**
 * Opens the sources of advisories. A source given by the user that holds none throws `UserFacingError`
 * (advisories-invalid); one that cannot be reached is told by `sources` and `unanswered`.
 */
export async function openAdvisories(
  world: World,
  ecosystem: Pick<Ecosystem, 'name' | 'parseVersion' | 'compareVersions' | 'publicVersion'>,
  settings: AdvisorySettings,
): Promise<AdvisoryBook> {
  return new LoadedBook(await openSources(world, ecosystem, settings), ecosystem, settings);
}
