import type { PackageName } from '../../src/domain/package-name.ts';
import type { Version } from '../../src/domain/version.ts';
import { VersionSet } from '../../src/domain/version-set.ts';
import type { PublishedPackage } from '../../src/read/ecosystems/ecosystem.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';

/** What is not said: every version is installable from a wheel and not yanked. */
export interface PublishedMore {
  readonly yanked?: readonly string[];
  readonly notInstallable?: readonly string[];
}

/** A package of these versions (ascending) as an index gives it. */
export function publishedOf(
  name: string,
  texts: readonly string[],
  { yanked = [], notInstallable = [] }: PublishedMore = {},
): PublishedPackage {
  const versions = texts.map(versionOf);
  const where = (predicate: (position: number) => boolean): VersionSet =>
    VersionSet.where(texts.length, predicate);
  return {
    name: name as PackageName,
    versions,
    indexes: ['index.example'],
    status: null,
    position: (version) => versions.findIndex((each) => pypiRules.compareVersions(each, version) === 0),
    matching: (specifier) => where((p) => pypiRules.contains(specifier, versions[p]!)),
    prereleases: where((p) => pypiRules.isPrerelease(versions[p]!)),
    yanked: where((p) => yanked.includes(texts[p]!)),
    yankReason: () => null,
    uploaded: () => null,
    installable: () => where((p) => !notInstallable.includes(texts[p]!)),
    hasWheel: () => true,
    needsBuild: () => VersionSet.none(texts.length),
    notInstallable: () =>
      notInstallable.length === 0
        ? new Map()
        : new Map([['no-distribution', where((p) => notInstallable.includes(texts[p]!))]]),
    whyNot: () => ({ kind: 'no-distribution', why: 'no wheel fits', offers: 'no wheel fits' }),
    requiresRuntime: () => null,
    hashes: () => [],
    files: () => [],
  };
}

export function versionOf(text: string): Version {
  const version = pypiRules.parseVersion(text);
  if ('kind' in version) throw new Error(version.message);
  return version;
}

/** The texts of a set's versions. */
export function textsOf(published: PublishedPackage, set: VersionSet): readonly string[] {
  return [...set.positions()].map((position) => published.versions[position]!.text);
}

/** The set of these versions. */
export function setOf(published: PublishedPackage, texts: readonly string[]): VersionSet {
  return VersionSet.where(published.versions.length, (p) => texts.includes(published.versions[p]!.text));
}
