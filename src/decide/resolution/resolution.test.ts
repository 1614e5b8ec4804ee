import { describe, expect, it } from 'vitest';
import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import { pypiRules } from '../../read/ecosystems/pypi/rules.ts';
import type { PackageIndex } from '../../read/ecosystems/ecosystem.ts';
import { indexOf, serviceOf, targetsOf } from '../../../test/property/planner-index.ts';
import { prepare } from '../../../test/property/planner-harness.ts';
import type { Universe, UniverseRelease } from '../../../test/property/planner-universe.ts';
import { prose } from './prose.ts';
import { Resolution } from './resolution.ts';

type Packages = Readonly<
  Record<string, Readonly<Record<string, readonly string[] | Partial<UniverseRelease>>>>
>;

function universe(packages: Packages, lines: readonly string[]): Universe {
  const beside = Object.keys(packages).filter((name) => !lines.includes(name));
  return {
    ...{ seed: 0, targets: ['3.12'], advisories: [] },
    lock: beside.map((name) => ({ name, version: '1.0' })),
    packages: Object.entries(packages).map(([name, releases]) => ({
      name,
      releases: Object.entries(releases).map(([version, more]) => ({
        ...{ version, requires: [], yanked: false, metadataUnknown: false, installableOn: [0] },
        ...('length' in more ? { requires: more } : more),
      })),
    })),
    lines: lines.map((text) => ({ text, current: '1.0' })),
  };
}

/** What is selected where `name` has to be at `version`; null where that cannot be. */
async function selectedWith(resolution: Resolution, name: string, version: string) {
  const page = resolution.graph.pages.loaded(name as PackageName)!;
  const at = page.versions.findIndex(({ text }) => text === version);
  const only = VersionSet.of(page.versions.length, at);
  const outcome = await resolution.solve([resolution.graph.at(page.name, 0, only)]);
  if (outcome.kind !== 'solved') return null;
  return [...resolution.graph.nodes.packages()]
    .filter(({ id }) => outcome.versions.has(id))
    .map(({ name }) => name)
    .sort();
}

const GRANTED: Packages = {
  lib: { '1.0': [], '2.0rc1': [] },
  grantor: { '1.0': ['lib>=2.0rc1'] },
};

describe('permissions of a resolution', () => {
  it('lets a pre-release in for a package that a line asks for', async () => {
    const { resolution } = await prepare(universe(GRANTED, ['lib', 'grantor']));
    expect(await selectedWith(resolution, 'lib', '2.0rc1')).toEqual(['grantor', 'lib']);
  });

  it('takes no package up only for the permission that it gives', async () => {
    const { resolution } = await prepare(universe(GRANTED, ['lib']));
    expect(await selectedWith(resolution, 'lib', '2.0rc1')).toBeNull();
  });

  it('takes no circle of packages up for it, and no extra', async () => {
    const packages = {
      lib: { '1.0': [], '2.0rc1': [] },
      grantor: { '1.0': ['lib>=2.0rc1', 'circle'] },
      circle: { '1.0': ['grantor'] },
      base: { '1.0': ['lib>=2.0rc1; extra == "more"'] },
    };
    const { resolution } = await prepare(universe(packages, ['lib', 'base']));
    expect(await selectedWith(resolution, 'lib', '2.0rc1')).toBeNull();
  });

  it('says that it comes in only where something asks for it', async () => {
    const { resolution } = await prepare(universe(GRANTED, ['lib']));
    const { graph } = resolution;
    const outcome = await resolution.solve([graph.at('lib' as PackageName, 0, VersionSet.of(2, 1))]);
    if (outcome.kind !== 'unsolvable') throw new Error(outcome.kind);
    expect(prose(graph, outcome.derivation).join(' ')).toContain(
      'grantor comes in only where something asks for it',
    );
  });

  it('finds an asker that is met only after the rule was made', async () => {
    const packages = {
      ...GRANTED,
      lib: { '1.0': [], '2.0rc1': [] },
      asker: { '1.0': [], '2.0': ['grantor'] },
    };
    const { resolution } = await prepare(universe(packages, ['lib', 'asker']), { lazily: true });
    const { graph } = resolution;
    await graph.dependenciesOf(graph.nodes.package('grantor' as PackageName, 0), 0);
    expect(await selectedWith(resolution, 'lib', '2.0rc1')).toBeNull();
    await graph.dependenciesOf(graph.nodes.package('asker' as PackageName, 0), 1);
    expect(await selectedWith(resolution, 'lib', '2.0rc1')).toEqual(['asker', 'grantor', 'lib']);
  });
});

describe('a search that has to wait for metadata', () => {
  it('asks for the next versions while it waits for one, more with every wait', async () => {
    const versions = Array.from({ length: 40 }, (_, at) => `${at + 1}.0`);
    const packages = {
      many: Object.fromEntries(versions.map((version) => [version, [`lib==${version}`]])),
      lib: Object.fromEntries(versions.map((version) => [version, []])),
      cap: { '1.0': ['lib==1.0'] },
    };
    const all = universe(packages, ['many', 'cap']);
    const targets = targetsOf(all);
    const index = indexOf(all, targets, () => 5);
    const [waiting, waves] = [new Set<number>(), [] as number[]];
    const metadata: PackageIndex['metadata'] = (published, position, target) => {
      const answer = Promise.resolve(index.metadata(published, position, target));
      if (published.name !== 'many') return answer;
      waiting.add(position);
      return answer.finally(() => {
        waves.push(waiting.size);
        waiting.delete(position);
      });
    };
    const options = { rules: pypiRules, index: { ...index, metadata }, targets, prereleases: false };
    const resolution = await Resolution.open(serviceOf(all, targets), options);
    const outcome = await resolution.solve([]);
    expect(outcome.kind === 'solved' && resolution.selected(outcome, 'many' as PackageName, 0)).toBe(0);
    expect(Math.max(...waves)).toBeGreaterThan(3);
    expect(Math.max(...waves)).toBeLessThanOrEqual(48);
  });
});

describe('what a resolution assumes of permissions', () => {
  it('is the same list until something new is read', async () => {
    const { resolution } = await prepare(universe(GRANTED, ['lib', 'grantor']));
    const terms = resolution.withPermissions([]);
    const before = terms();
    expect(terms()).toBe(before);
    const { graph } = resolution;
    const page = graph.pages.loaded('lib' as PackageName)!;
    graph.grantByLine(
      {
        ...resolution.lines[0]!,
        published: page,
        requirement: { dependency: { name: 'lib', specifier: specifierOf('>=2.0b1') } },
      } as never,
      resolution.asks(resolution.lines[1]!),
    );
    expect(terms()).not.toBe(before);
    expect(terms()).not.toEqual(before);
  });
});

function specifierOf(text: string): unknown {
  const specifier = pypiRules.parseSpecifier(text);
  if ('kind' in specifier) throw new Error(specifier.message);
  return specifier;
}
