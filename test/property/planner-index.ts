import type { Dependency } from '../../src/domain/dependency.ts';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Requirement } from '../../src/domain/requirement.ts';
import type { Service } from '../../src/domain/project.ts';
import type { Target } from '../../src/domain/target.ts';
import type { Version } from '../../src/domain/version.ts';
import { VersionSet } from '../../src/domain/version-set.ts';
import type {
  Metadata,
  PackageIndex,
  PublishedPackage,
  SyntaxProblem,
} from '../../src/read/ecosystems/ecosystem.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import type { Universe, UniversePackage } from './planner-universe.ts';

export function targetsOf(universe: Universe): readonly Target[] {
  return universe.targets.map((version) => ({
    runtime: { implementation: 'cpython', version },
    os: 'linux',
    architecture: 'x86_64',
    libc: { name: 'glibc', version: '2.36' },
    readFrom: ['test'],
  }));
}

/** The universe as a package index; `later` answers by promises that come in another order than they were asked for. */
export function indexOf(
  universe: Universe,
  targets: readonly Target[],
  later: () => number | null,
): PackageIndex {
  const packages = new Map(
    universe.packages.map((each) => [each.name as PackageName, publish(each, targets)]),
  );
  const answer = <T>(value: T): T | Promise<T> => {
    const turns = later();
    return turns === null ? value : afterTurns(turns, value);
  };
  return {
    package: (name) => answer(packages.get(name) ?? null),
    metadata: (published, position) =>
      answer(
        metadataOf(
          universe.packages.find(({ name }) => name === published.name)!,
          position,
        ),
      ),
    nearNames: () => Promise.resolve([]),
    sources: [],
    onProgress: null,
    warnings: [],
    recorded: () => new Map(),
  };
}

async function afterTurns<T>(turns: number, value: T): Promise<T> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  return value;
}

function publish({ name, releases }: UniversePackage, targets: readonly Target[]): PublishedPackage {
  const count = releases.length;
  const versions = releases.map(({ version }) => read<Version>(pypiRules.parseVersion(version)));
  const where = (predicate: (position: number) => boolean): VersionSet => VersionSet.where(count, predicate);
  const installable = targets.map((_, target) => where((p) => releases[p]!.installableOn.includes(target)));
  return {
    name: name as PackageName,
    versions,
    indexes: ['index.example'],
    status: null,
    position: (version) => versions.findIndex((each) => each.text === version.text),
    matching: (specifier) => where((p) => pypiRules.contains(specifier, versions[p]!)),
    prereleases: where((p) => pypiRules.isPrerelease(versions[p]!)),
    yanked: where((p) => releases[p]!.yanked),
    yankReason: () => null,
    uploaded: () => null,
    installable: (target) => installable[targets.indexOf(target)]!,
    hasWheel: () => true,
    needsBuild: () => VersionSet.none(count),
    notInstallable: (target) => {
      const rest = installable[targets.indexOf(target)]!.complement();
      return rest.isEmpty ? new Map() : new Map([['no-distribution', rest]]);
    },
    whyNot: () => ({ kind: 'no-distribution', why: 'no wheel fits', offers: 'no wheel fits' }),
    requiresRuntime: () => null,
    hashes: () => [],
    files: () => [],
  };
}

function metadataOf({ releases }: UniversePackage, position: number): Metadata {
  const { metadataUnknown, requires } = releases[position]!;
  if (metadataUnknown) return { kind: 'unknown', why: 'test' };
  return {
    kind: 'known',
    dependencies: requires.map(dependencyOf),
    extras: ['more', 'all'],
    requiresRuntime: null,
    classifiers: [],
    source: 'test',
  };
}

const dependencies = new Map<string, Dependency>();

function dependencyOf(text: string): Dependency {
  const known = dependencies.get(text) ?? read<Dependency>(pypiRules.parseDependency(text));
  dependencies.set(text, known);
  return known;
}

export function versionOf(text: string): Version {
  return read<Version>(pypiRules.parseVersion(text));
}

function read<T extends object>(parsed: T | SyntaxProblem): T {
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed;
}

/** The project of a universe: one file, whose lines are named by their text. */
export function serviceOf(universe: Universe, targets: readonly Target[]): Service {
  const span = { file: 'requirements.txt', start: 0, end: 0, line: 1, column: 1 };
  const requirements = universe.lines.map(({ text }): Requirement => ({
    id: text,
    dependency: dependencyOf(text),
    role: 'requirement',
    group: 'production',
    span,
    specifierSpan: span,
    notEditable: null,
    hashes: [],
  }));
  const indexOptions = {
    indexUrl: null,
    extraIndexUrls: [],
    findLinks: [],
    noIndex: false,
    pre: false,
    noBinary: [],
    onlyBinary: [],
    requireHashes: false,
  };
  const manifest = {
    path: 'requirements.txt',
    kind: 'requirements',
    requirements,
    unreadable: [],
    indexOptions,
    generatedBy: null,
  };
  return { name: '.', manifests: [manifest], targets };
}
