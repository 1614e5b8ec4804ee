import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Version } from '../../domain/version.ts';
import type { PackageIndex, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Line } from '../resolution/line.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/** Lines that ask for what no index has: the name, or any version in their range. */
export async function findUnavailable(examined: Examined, index: PackageIndex): Promise<readonly Found[]> {
  const { resolution } = examined;
  const names = resolution.leftOut.filter((line) => line.why === 'no-such-package');
  const versions = resolution.lines.filter((line) => line.allowed.same.isEmpty);
  return [
    ...(await Promise.all(names.map((line) => noSuchPackage(examined, line.requirement, index)))),
    ...versions.map((line) => noSuchVersion(examined, line)),
  ];
}

async function noSuchPackage(
  examined: Examined,
  requirement: Requirement,
  index: PackageIndex,
): Promise<Found> {
  const { name, writtenName } = requirement.dependency;
  const near = await index.nearNames(name);
  const help =
    near.length === 0
      ? 'check the spelling, or the index that serves it'
      : `did you mean ${near.slice(0, 3).join(', ')}?`;
  return found(
    examined,
    requirement,
    name,
    [],
    `no index has a package ${writtenName}`,
    help,
    `no page for ${name}`,
  );
}

function noSuchVersion(examined: Examined, line: Line): Found {
  const { dependency } = line.requirement;
  const nearest = nearestVersions(examined, line.published, line.pinned);
  const has = nearest.map((version) => version.text).join(', ');
  const what = line.pinned === null ? `no version in ${dependency.specifier.text}` : 'no such version';
  const message = `${dependency.writtenName} ${dependency.specifier.text}: ${what}${has === '' ? '' : `; the index has ${has}`}`;
  const seen = `${line.published.versions.length} published versions, none in ${dependency.specifier.text}`;
  return found(
    examined,
    line.requirement,
    dependency.name,
    nearest,
    message,
    'fettle plan picks the nearest that fits',
    seen,
  );
}

function found(
  examined: Examined,
  requirement: Requirement,
  name: PackageName,
  nearest: readonly Version[],
  message: string,
  help: string,
  seen: string,
): Found {
  const { service } = examined;
  const id = findingId('unavailable', service, name, requirement.dependency.specifier.text);
  return {
    finding: {
      kind: 'unavailable',
      id,
      service: service.name,
      targets: service.targets,
      message,
      help,
      problem: true,
      evidence: [`evidence:${id}`],
      requirement,
      nearest,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${requirement.dependency.text} is published`,
        verdict: 'refuted',
        how: `index page of ${name}`,
        seen,
      }),
    ],
  };
}

/** Up to two published versions on each side of a pin, or the newest three of all. */
function nearestVersions(
  examined: Examined,
  published: PublishedPackage,
  pinned: Version | null,
): readonly Version[] {
  const { versions } = published;
  if (pinned === null) return versions.slice(-3);
  const above = versions.findIndex((version) => examined.rules.compareVersions(version, pinned) > 0);
  const at = above === -1 ? versions.length : above;
  return versions.slice(Math.max(at - 2, 0), at + 2);
}
