import { isAtLeast, SEVERITIES } from '../../domain/advisory.ts';
import type { Advisory } from '../../domain/advisory.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Version } from '../../domain/version.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';
import type { Selected } from './selected.ts';
import { whereText } from './selected.ts';

/** Advisories that touch what is selected today, direct and transitive, worst first. */
export function findVulnerable(examined: Examined, selected: readonly Selected[]): readonly Found[] {
  const found = selected.flatMap((one) => {
    const touching = activeAdvisories(examined, one.name).flatMap((advisory) => {
      const stand = examined.advisories.affected(advisory, one.version);
      return stand === 'no' ? [] : [{ advisory, stand }];
    });
    if (touching.length === 0) return [];
    // What repairs one of them repairs all: a package may have hundreds.
    const fixedBy = fixes(examined, one);
    return touching.map(({ advisory, stand }) => ({
      severity: SEVERITIES.indexOf(advisory.severity),
      found: vulnerable(examined, one, fixedBy, advisory, stand),
    }));
  });
  return found.sort((a, b) => a.severity - b.severity).map((entry) => entry.found);
}

/** Advisories of a package that the policy does not ignore on this day. */
export function activeAdvisories(
  examined: Pick<Examined, 'advisories' | 'policy' | 'day'>,
  name: Selected['name'],
): readonly Advisory[] {
  return examined.advisories.about(name).filter(({ ids }) => !isWaived(examined, ids));
}

/** Whether a waiver that holds on the day speaks of one of the ids of a group. */
export function isWaived({ policy, day }: Pick<Examined, 'policy' | 'day'>, ids: readonly string[]): boolean {
  return policy.ignored.some((waiver) => ids.includes(waiver.id) && isActive(waiver, day));
}

/** A waiver holds up to its date. */
export function isActive({ until }: Policy['ignored'][number], day: Date): boolean {
  return until === null || new Date(until) > day;
}

function vulnerable(
  examined: Examined,
  one: Selected,
  fixedBy: readonly Version[],
  advisory: Advisory,
  certainty: 'affected' | 'possibly',
): Found {
  const { service } = examined;
  const id = findingId('vulnerable', service, one.name, one.version.text, advisory.id);
  const fix = fixedBy[0];
  return {
    finding: {
      kind: 'vulnerable',
      id,
      service: service.name,
      targets: one.targets,
      message: `${one.name} ${one.version.text} is ${certainty === 'affected' ? '' : 'possibly '}affected by ${advisory.id}: ${advisory.summary}`,
      help:
        fix === undefined
          ? 'no later version that can be installed is free of advisories'
          : `free of advisories from ${fix.text}`,
      problem: isAtLeast(advisory.severity, examined.policy.severity),
      evidence: [`evidence:${id}`],
      chain: one.chain,
      name: one.name,
      version: one.version,
      advisory,
      certainty,
      fixedBy,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${advisory.id} does not touch ${one.name} ${one.version.text} (${whereText(one.chain)})`,
        verdict: certainty === 'affected' ? 'refuted' : 'unknown',
        how: `records ${advisory.ids.join(', ')} of ${advisory.sources.join(', ')}`,
        seen:
          certainty === 'affected'
            ? `${one.version.text} is in the affected versions`
            : 'a bound of the record could not be read, so the version may be affected',
        approximate: examined.asOf !== null,
      }),
    ],
  };
}

/** Later versions that install on every target of the entry and carry no advisory at all, nearest first. */
function fixes(examined: Examined, one: Selected): readonly Version[] {
  const { published } = one;
  const installable = one.targets.reduce(
    (all, target) => all.intersect(published.installable(target)),
    laterThan(one),
  );
  const safe = installable
    .minus(published.yanked)
    .minus(published.prereleases)
    .minus(touchedVersions(examined, published));
  return [...safe.positions()].map((p) => published.versions[p]!);
}

/** Versions that some advisory touches, for sure or possibly. */
export function touchedVersions(examined: Examined, published: PublishedPackage): VersionSet {
  return activeAdvisories(examined, published.name).reduce((all, advisory) => {
    const { affected, possibly } = examined.advisories.affectedSet(advisory, published);
    return all.union(affected).union(possibly);
  }, VersionSet.none(published.versions.length));
}

function laterThan(one: Selected): VersionSet {
  return VersionSet.range(one.published.versions.length, one.position + 1, one.published.versions.length);
}
