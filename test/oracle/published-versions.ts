import { VersionSet } from '../../src/domain/version-set.ts';
import type { PublishedPackage } from '../../src/read/ecosystems/ecosystem.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import { name, version } from './osv-book.ts';

/** A package with nothing but versions and the days on which some were uploaded. */
export function publishedOf(
  packageName: string,
  texts: readonly string[],
  uploads: Readonly<Record<string, string>> = {},
): PublishedPackage {
  const versions = texts.map(version).sort((a, b) => pypiRules.compareVersions(a, b));
  const nothing = VersionSet.none(versions.length);
  return {
    name: name(packageName),
    versions,
    indexes: ['https://index.example/simple'],
    status: null,
    position: (one) => versions.findIndex((other) => pypiRules.compareVersions(one, other) === 0),
    matching: ({ text }) => {
      throw new Error(`no specifier is asked here: ${text}`);
    },
    prereleases: nothing,
    yanked: nothing,
    yankReason: () => null,
    uploaded: (position) => {
      const day = uploads[versions[position]!.text];
      return day === undefined ? null : new Date(day);
    },
    installable: () => nothing.complement(),
    hasWheel: () => true,
    needsBuild: () => nothing,
    notInstallable: () => new Map(),
    whyNot: () => null,
    requiresRuntime: () => null,
    hashes: () => [],
    files: () => [],
  };
}
