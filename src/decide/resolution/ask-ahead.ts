import type { Dependency } from '../../domain/dependency.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { Metadata, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Graph } from './graph.ts';

/**
 * Walks the graph greedily, everything at once, before the solver starts: for each package the version that it will most
 * likely choose (its preference among what all requirements met so far admit). Nothing is decided here and wrong guesses cost one
 * request each; what it saves is one round trip per level of the graph instead of one per package.
 */
export async function askAhead(
  graph: Graph,
  roots: readonly { readonly dependency: Dependency; readonly target: number }[],
): Promise<void> {
  const walk = new Walk(graph);
  await together(roots.map(({ dependency, target }) => walk.visit(dependency, target)));
}

class Walk {
  readonly #graph: Graph;
  readonly #admitted = new Map<string, VersionSet>();
  readonly #expanded = new Set<string>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  visit(dependency: Dependency, target: number): Promise<unknown> | undefined {
    if (dependency.url !== null) return undefined;
    const page = this.#graph.pages.get(dependency.name);
    return page instanceof Promise
      ? page.then((loaded) => this.#choose(loaded, dependency, target))
      : this.#choose(page, dependency, target);
  }

  #choose(
    published: PublishedPackage | null,
    dependency: Dependency,
    target: number,
  ): Promise<unknown> | undefined {
    if (published === null) return undefined;
    const key = `${target} ${published.name}`;
    const before = this.#admitted.get(key) ?? VersionSet.all(published.versions.length);
    const both = before.intersect(published.matching(dependency.specifier));
    const admitted = both.isEmpty ? published.matching(dependency.specifier) : both;
    this.#admitted.set(key, admitted);
    if (admitted.isEmpty) return undefined;
    const version = this.#graph.preference(published, target, admitted);
    const waits = [null, ...dependency.extras].map((extra) =>
      this.#expand(published, version, target, extra),
    );
    return together(waits);
  }

  #expand(
    published: PublishedPackage,
    version: number,
    target: number,
    extra: string | null,
  ): Promise<unknown> | undefined {
    const key = `${target} ${published.name}[${extra ?? ''}] ${version}`;
    if (this.#expanded.has(key)) return undefined;
    this.#expanded.add(key);
    const metadata = this.#graph.metadata(published, version, target);
    const follow = (known: Metadata): Promise<unknown> | undefined =>
      together(
        this.#graph.dependencies(known, target, extra).map((dependency) => this.visit(dependency, target)),
      );
    return metadata instanceof Promise ? metadata.then(follow) : follow(metadata);
  }
}

function together(waits: readonly (Promise<unknown> | undefined)[]): Promise<unknown> | undefined {
  const real = waits.filter((wait) => wait !== undefined);
  return real.length === 0 ? undefined : Promise.all(real);
}
