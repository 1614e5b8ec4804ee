import type { PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import { findAmbiguousIndexes } from './ambiguous-index.ts';
import { findBreaksAtImport } from './breaks-at-import.ts';
import { findConflicting } from './conflicting.ts';
import { findDeprecated } from './deprecated.ts';
import type { Examined, Found } from './found.ts';
import { withGroups } from './groups.ts';
import { findNoDistribution } from './no-distribution.ts';
import { findNotChecked } from './not-checked.ts';
import { selectedToday } from './selected.ts';
import { findStaleLock } from './stale-lock.ts';
import { findUnavailable } from './unavailable.ts';
import { findUnpinned } from './unpinned.ts';
import { findUnreadable } from './unreadable.ts';
import { findUntestedCombinations } from './untested-combination.ts';
import { findVulnerable } from './vulnerable.ts';
import { findYanked } from './yanked.ts';
import { withOwnIds } from './own-ids.ts';

/** Everything wrong with one service as it is, worst kind first, each with the records that it rests on. */
export async function findProblems(examined: Examined, index: PackageIndex): Promise<readonly Found[]> {
  const selected = await selectedToday(examined);
  const cannotInstall = findNoDistribution(examined, selected);
  const found = withOwnIds([
    ...findUnreadable(examined),
    ...(await findUnavailable(examined, index)),
    ...cannotInstall,
    ...findYanked(examined, selected),
    ...(await findBreaksAtImport(examined)),
    ...findVulnerable(examined, selected),
    ...findConflicting(examined),
    ...findStaleLock(examined),
    ...(await findDeprecated(examined, selected)),
    ...(await findUntestedCombinations(examined)),
    ...findUnpinned(examined),
    ...findAmbiguousIndexes(examined),
    ...findNotChecked(examined),
  ]);
  return withGroups(examined, found);
}
