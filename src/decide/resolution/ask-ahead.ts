import type { Dependency } from '../../domain/dependency.ts';
import { UserFacingError } from '../../domain/errors.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Graph } from './graph.ts';

/**
 * Walks the graph greedily, everything at once, before the solver starts: for each package the version that it will most
 * likely choose (its preference among what all requirements met so far admit). Nothing is decided here and wrong guesses cost one
 * request each; what it saves is one round trip per level of the graph instead of one per package. A guess that cannot be
 * looked up is no failure: which guesses are made depends on what answers first, and what is needed is asked for again.
 */
export async function askAhead(graph: Graph, roots: readonly Asked[]): Promise<void> {
  const walk = new Walk(graph, roots);
  await together(roots.map(({ dependency, target }) => walk.visit(dependency, target)));
}

/** A dependency and the position of the target on which it counts. */
interface Asked {
  readonly dependency: Dependency;
  readonly target: number;
}

class Walk {
  readonly #graph: Graph;
  /** What the roots themselves ask of a package: known before any answer has come, so that a pin is never guessed past. */
  readonly #ofRoots = new Map<string, Dependency[]>();
  readonly #admitted = new Map<string, VersionSet>();
  readonly #expanded = new Set<string>();

  constructor(graph: Graph, roots: readonly Asked[]) {
    this.#graph = graph;
    for (const { dependency, target } of roots) {
      const key = `${target} ${dependency.name}`;
      this.#ofRoots.set(key, [...(this.#ofRoots.get(key) ?? []), dependency]);
    }
  }

  visit(dependency: Dependency, target: number): Promise<unknown> | undefined {
    if (dependency.url !== null) return undefined;
    return guess(
      () => this.#graph.pages.get(dependency.name),
      (published) => this.#choose(published, dependency, target),
    );
  }

  #choose(
    published: PublishedPackage | null,
    dependency: Dependency,
    target: number,
  ): Promise<unknown> | undefined {
    if (published === null) return undefined;
    const key = `${target} ${published.name}`;
    const before = this.#admitted.get(key) ?? this.#admittedByRoots(key, published);
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

  #admittedByRoots(key: string, published: PublishedPackage): VersionSet {
    return (this.#ofRoots.get(key) ?? []).reduce(
      (admitted, { specifier }) => admitted.intersect(published.matching(specifier)),
      VersionSet.all(published.versions.length),
    );
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
    return guess(
      () => this.#graph.metadata(published, version, target),
      (known) =>
        together(
          this.#graph.dependencies(known, target, extra).map((dependency) => this.visit(dependency, target)),
        ),
    );
  }
}

/** Goes on with an answer when it is there; nowhere where it cannot be had. */
function guess<T>(
  ask: () => T | Promise<T>,
  follow: (answer: T) => Promise<unknown> | undefined,
): Promise<unknown> | undefined {
  try {
    const answer = ask();
    return answer instanceof Promise ? answer.then(follow, passOver) : follow(answer);
  } catch (error) {
    return passOver(error);
  }
}

function passOver(error: unknown): undefined {
  if (!(error instanceof UserFacingError)) throw error;
}

function together(waits: readonly (Promise<unknown> | undefined)[]): Promise<unknown> | undefined {
  const real = waits.filter((wait) => wait !== undefined);
  return real.length === 0 ? undefined : Promise.all(real);
}
