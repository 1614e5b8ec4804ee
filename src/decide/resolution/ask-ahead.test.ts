import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../domain/errors.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Dependency } from '../../domain/dependency.ts';
import type { Metadata, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { pypi } from '../../read/ecosystems/pypi/pypi.ts';
import { askAhead } from './ask-ahead.ts';
import type { Graph } from './graph.ts';

type Requires = Readonly<Record<string, readonly string[]>>;

/** An index of packages by "name version" with what each asks for; which metadata was asked for, in order. */
function indexOf(requires: Requires, late: readonly string[] = [], missing: readonly string[] = []) {
  const asked: string[] = [];
  const pages = new Map<string, PublishedPackage>();
  for (const key of Object.keys(requires)) {
    const [name, text] = key.split(' ') as [string, string];
    const versions = [...(pages.get(name)?.versions ?? []), versionOf(text)];
    const matching: PublishedPackage['matching'] = (specifier) =>
      VersionSet.where(versions.length, (at) => pypi.contains(specifier, versions[at]!));
    pages.set(name, { name, versions, matching } as unknown as PublishedPackage);
  }
  const page = (name: string): PublishedPackage | null | Promise<PublishedPackage | null> => {
    const found = pages.get(name) ?? null;
    return late.includes(name) ? new Promise((resolve) => setImmediate(() => resolve(found))) : found;
  };
  const graph = {
    pages: {
      get: page,
      load: (names: readonly string[]) => {
        const waits = names.map(page).filter((found) => found instanceof Promise);
        return waits.length === 0 ? undefined : Promise.all(waits);
      },
      loaded: (name: string) => pages.get(name) ?? null,
    },
    preference: (_: PublishedPackage, __: number, possible: VersionSet) => possible.last,
    metadata: ({ name, versions }: PublishedPackage, at: number): Metadata => {
      const key = `${name} ${versions[at]!.text}`;
      asked.push(key);
      if (missing.includes(key)) throw new UserFacingError('offline-miss', `no ${key}`);
      return { dependencies: requires[key]!.map(dependencyOf) } as unknown as Metadata;
    },
    dependencies: (metadata: { readonly dependencies: readonly Dependency[] }) => metadata.dependencies,
  };
  return { graph: graph as unknown as Graph, asked };
}

function versionOf(text: string) {
  const version = pypi.parseVersion(text);
  if ('kind' in version) throw new Error(version.message);
  return version;
}

function dependencyOf(text: string): Dependency {
  const dependency = pypi.parseDependency(text);
  if ('message' in dependency) throw new Error(dependency.message);
  return dependency;
}

function rootsOf(...texts: readonly string[]) {
  return texts.map((text) => ({ dependency: dependencyOf(text), target: 0 }));
}

describe('asking ahead', () => {
  it('takes the newest of each package and goes on to what that asks for', async () => {
    const { graph, asked } = indexOf({ 'a 1': [], 'a 2': ['b<3'], 'b 2': [], 'b 3': [] });
    await askAhead(graph, rootsOf('a'));
    expect(asked).toEqual(['a 2', 'b 2']);
  });

  it('never guesses past a pin, whoever answers first', async () => {
    const packages = { 'a 1': ['pinned'], 'pinned 1': [], 'pinned 2': [] };
    for (const late of [[], ['a'], ['pinned']]) {
      const { graph, asked } = indexOf(packages, late);
      await askAhead(graph, rootsOf('a==1', 'pinned==1'));
      expect(asked).not.toContain('pinned 2');
      expect(asked).toContain('pinned 1');
    }
  });

  it('takes a guess that cannot be looked up for no failure, and goes on with the others', async () => {
    const { graph, asked } = indexOf({ 'a 1': ['lost', 'b'], 'lost 1': [], 'b 1': [] }, [], ['lost 1']);
    await askAhead(graph, rootsOf('a'));
    expect(asked).toEqual(['a 1', 'lost 1', 'b 1']);
  });

  it('passes over versions that ask for what the roots forbid, and asks for several of the next ones at once', async () => {
    const releases = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`a ${at}`, at > 10 ? ['pinned>1'] : ['b']]),
    );
    const { graph, asked } = indexOf({ ...releases, 'b 1': [], 'pinned 1': [], 'pinned 2': [] }, ['pinned']);
    await askAhead(graph, rootsOf('a', 'pinned==1'));
    expect(asked).toContain('a 10');
    expect(asked).toContain('b 1');
    expect(asked).not.toContain('pinned 2');
    // The first alone; the second with one more; then with three, seven, fifteen of those that come after it.
    const ofA = asked.filter((key) => key.startsWith('a '));
    expect(ofA.slice(0, 3).sort()).toEqual(['a 27', 'a 28', 'a 29']);
    expect(ofA.slice(3, 7).sort()).toContain('a 24');
  });

  it('follows a pin that cannot be together with another one: the conflict is still to be told', async () => {
    const { graph, asked } = indexOf({ 'a 1': ['pinned>1', 'b'], 'b 1': [], 'pinned 1': [] });
    await askAhead(graph, rootsOf('a==1', 'pinned==1'));
    expect(asked).toContain('b 1');
  });

  it('walks a chain whose every answer is there already, however long it is', async () => {
    const length = 5_000;
    const links = Array.from({ length }, (_, at) => [`l${at} 1`, at + 1 < length ? [`l${at + 1}`] : []]);
    const { graph, asked } = indexOf(Object.fromEntries(links) as Requires);
    await askAhead(graph, rootsOf('l0'));
    expect(asked).toHaveLength(length);
    expect(asked.at(-1)).toBe(`l${length - 1} 1`);
  });

  it('does not hide a bug', async () => {
    const { graph } = indexOf({ 'a 1': [] });
    const broken = {
      ...graph,
      metadata: () => {
        throw new TypeError('a bug');
      },
    };
    await expect(askAhead(broken as unknown as Graph, rootsOf('a'))).rejects.toThrow('a bug');
  });
});
