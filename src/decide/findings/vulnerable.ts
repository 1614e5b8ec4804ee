import { isAtLeast, SEVERITIES } from '../../domain/advisory.ts';
import type { Advisory } from '../../domain/advisory.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Version } from '../../domain/version.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';
import type { Selected } from './selected.ts';
import { whereText } from './selected.ts';
import { isWaived } from './waived.ts';

/** Advisories that touch what is selected today, direct and transitive, worst first. */
export function findVulnerable(examined: Examined, selected: readonly Selected[]): readonly Found[] {
  const found = selected.flatMap((one) => {
    const touching = touchingAdvisories(examined, one);
    if (touching.length === 0) return [];
    // What repairs one of them repairs all: a package may have hundreds.
    const fixedBy = fixes(examined, one);
    const help =
      fixedBy[0] === undefined
        ? 'no later version that can be installed is free of advisories'
        : `free of advisories from ${fixedBy[0].text}`;
    return touching.map((touch) => vulnerable(examined, one, touch, { fixedBy, help }));
  });
  return worstFirst(found);
}

/** An advisory that touches a version, for sure or possibly. */
export interface Touch {
  readonly advisory: Advisory;
  readonly stand: 'affected' | 'possibly';
}

/** The advisories that touch a version, worst first, without those that the policy waives on this day. */
export function touchingAdvisories(
  examined: Pick<Examined, 'advisories' | 'policy' | 'day'>,
  { name, version }: Pick<Selected, 'name' | 'version'>,
): readonly Touch[] {
  return activeAdvisories(examined, name).flatMap((advisory) => {
    const stand = examined.advisories.affected(advisory, version);
    return stand === 'no' ? [] : [{ advisory, stand }];
  });
}

/** By severity; what is equally severe stays in its order. */
export function worstFirst(found: readonly Found[]): readonly Found[] {
  const rank = ({ finding }: Found): number =>
    finding.kind === 'vulnerable' ? SEVERITIES.indexOf(finding.advisory.severity) : SEVERITIES.length;
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** Advisories of a package that the policy does not ignore on this day. */
export function activeAdvisories(
  examined: Pick<Examined, 'advisories' | 'policy' | 'day'>,
  name: Selected['name'],
): readonly Advisory[] {
  return examined.advisories.about(name).filter(({ ids }) => !isWaived(examined, ids));
}

/** The finding that an advisory touches a version. `repair`: what is known to end it. */
export function vulnerable(
  examined: Pick<Examined, 'service' | 'policy' | 'asOf'>,
  one: Pick<Selected, 'name' | 'version' | 'targets' | 'chain'>,
  { advisory, stand: certainty }: Touch,
  { fixedBy, help }: { readonly fixedBy: readonly Version[]; readonly help: string },
): Found {
  const { service } = examined;
  const id = findingId('vulnerable', service, one.name, one.version.text, advisory.id);
  return {
    finding: {
      kind: 'vulnerable',
      id,
      service: service.name,
      targets: one.targets,
      message: `${one.name} ${one.version.text} is ${certainty === 'affected' ? '' : 'possibly '}affected by ${advisory.id}: ${advisory.summary}`,
      help,
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
