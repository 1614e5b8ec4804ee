import type { Policy } from '../../domain/policy.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Examined } from '../findings/found.ts';
import { activeAdvisories } from '../findings/vulnerable.ts';
import type { Rule } from '../resolution/rule.ts';
import { pinnedToday } from './unproven-rules.ts';

const DAY_MS = 24 * 3600 * 1000;

/** The user's holds, ceilings and cooldown over a package. */
export function policyRules(examined: Examined, page: PublishedPackage): readonly Rule[] {
  const { policy, rules, resolution } = examined;
  type What = Extract<Rule['why'], { kind: 'policy' }>['what'];
  const everywhere = (what: What, id: string, avoid: VersionSet, text: string): Rule => ({
    id: `policy ${id} of ${page.name}`,
    name: page.name,
    avoid: resolution.graph.targets.map(() => avoid),
    why: { kind: 'policy', what, text },
  });
  const bounded = (list: Policy['holds'], kind: What, what: string): readonly Rule[] =>
    list
      .filter((bound) => bound.name === page.name)
      .map((bound) => {
        const specifier = rules.parseSpecifier(bound.specifier);
        if ('kind' in specifier)
          throw new Error(`the policy was read with a specifier that does not parse: ${bound.specifier}`);
        return everywhere(
          kind,
          `${what} ${bound.specifier}`,
          page.matching(specifier).complement(),
          `${page.name} is ${what} ${bound.specifier} by the policy`,
        );
      });
  const young = youngReleases(examined, page);
  return [
    ...bounded(policy.holds, 'hold', 'held at'),
    ...bounded(policy.ceilings, 'ceiling', 'capped at'),
    ...(young.isEmpty
      ? []
      : [
          everywhere(
            'cooldown',
            'cooldown',
            young,
            `releases of ${page.name} younger than ${policy.cooldownDays} days wait, by the policy`,
          ),
        ]),
  ];
}

/** Releases inside the cooldown, but for what is selected today and for those that fix an advisory which today's version has. */
function youngReleases(examined: Examined, page: PublishedPackage): VersionSet {
  const none = VersionSet.none(page.versions.length);
  if (examined.policy.cooldownDays === 0) return none;
  const since = examined.day.getTime() - examined.policy.cooldownDays * DAY_MS;
  const young = VersionSet.where(page.versions.length, (p) => (page.uploaded(p)?.getTime() ?? 0) > since);
  const today = examined.today.locks.reduce(
    (all, lock) => {
      const version = lock.packages.find((locked) => locked.name === page.name)?.version;
      return version === undefined
        ? all
        : all.union(VersionSet.of(page.versions.length, page.position(version)));
    },
    pinnedToday(examined, page.name),
  );
  const fixing = activeAdvisories(examined, page.name).reduce((all, advisory) => {
    const { affected, possibly } = examined.advisories.affectedSet(advisory, page);
    const touched = affected.union(possibly);
    return touched.intersects(today) ? all.union(touched.complement()) : all;
  }, none);
  return young.minus(today).minus(fixing);
}
