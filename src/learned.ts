import type { Scan } from './decide/findings/scan.ts';
import type { ServicePlan } from './decide/plan/make-plan.ts';
import type { LearnedBreak } from './domain/learned-break.ts';
import type { World } from './io/world.ts';
import type { PackageIndex } from './read/ecosystems/ecosystem.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { rememberLearned } from './read/learned/remembered.ts';

/** Keeps what a run learned for the next one over the same indexes. The past and bundles teach nothing about today. */
export function remember(scan: Scan, breaks: readonly LearnedBreak[], world: World): void {
  const { asOf, bundle } = scan.job;
  if (asOf !== null || bundle !== null) return;
  rememberLearned(world.cache, addressesOf(scan.services.map(({ index }) => index)), breaks, pypi);
}

export function addressesOf(indexes: readonly Pick<PackageIndex, 'sources'>[]): readonly string[] {
  return indexes.flatMap(({ sources }) => sources.map(({ url }) => url));
}

/** What is learned by none of the others. */
export function onlyIn(
  breaks: readonly LearnedBreak[],
  others: readonly LearnedBreak[],
): readonly LearnedBreak[] {
  const ids = new Set(others.map(({ id }) => id));
  return breaks.filter(({ id }) => !ids.has(id));
}

/** Says which breaks that only this machine remembers had a say in a plan: elsewhere it may come out otherwise. */
export function withRemembered<P extends ServicePlan | null>(
  made: P,
  remembered: readonly LearnedBreak[],
): P {
  if (made === null || made.plan.unplanned !== undefined || remembered.length === 0) return made;
  const { plan } = made;
  const names = new Set(plan.locks.flatMap(({ packages }) => packages.map(({ name }) => name)));
  // Without a plan nothing tells which had a say: that they were kept to is said all the same.
  if (names.size === 0) {
    const kept = `what earlier runs on this machine learned (${remembered.length}) was kept to`;
    return { ...made, plan: { ...plan, warnings: [...plan.warnings, kept] } };
  }
  const warnings = remembered
    .filter(
      ({ importer, provider }) => names.has(provider.name) && (importer === null || names.has(importer.name)),
    )
    .map(({ because }) => `the plan keeps to what an earlier run on this machine learned: ${because}`);
  return { ...made, plan: { ...plan, warnings: [...plan.warnings, ...warnings] } };
}
