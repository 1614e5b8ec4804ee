import type { Dependency } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { UserFacingError } from '../../domain/errors.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Graph } from './graph.ts';

/** How many versions beyond the next one are asked for at once at the most, where one after the other is refused. */
const MOST_ALONG = 15;

/** A long chain of which every answer is there already is walked in pieces: the stack would not hold it. */
const DEEPEST = 100;

/**
 * Walks the graph greedily, everything at once, before the solver starts: for each package the version that it will most
 * likely choose (its preference among what all requirements met so far admit, unless that asks for what the roots forbid).
 * Nothing is decided here and wrong guesses cost one request each; what it saves is one round trip per level of the graph
 * instead of one per package. A guess that cannot be looked up is no failure: which guesses are made depends on what answers
 * first, and what is needed is asked for again.
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

type Waits = Promise<unknown> | undefined;

class Walk {
  readonly #graph: Graph;
  /** What the roots themselves ask of a package: known before any answer has come, so that a pin is never guessed past. */
  readonly #ofRoots = new Map<string, Dependency[]>();
  readonly #admittedByRoots = new Map<string, VersionSet>();
  /** Narrowed with every requirement met, and with every version that the roots cannot be together with. */
  readonly #admitted = new Map<string, VersionSet>();
  readonly #refusals = new Map<string, number>();
  readonly #expanded = new Set<string>();
  /** How many answers that were there at once lead to where it is now. */
  #depth = 0;

  constructor(graph: Graph, roots: readonly Asked[]) {
    this.#graph = graph;
    for (const { dependency, target } of roots) {
      const key = keyOf(dependency.name, target);
      this.#ofRoots.set(key, [...(this.#ofRoots.get(key) ?? []), dependency]);
    }
  }

  visit(dependency: Dependency, target: number): Waits {
    if (dependency.url !== null) return undefined;
    return this.#guess(
      () => this.#graph.pages.get(dependency.name),
      (published) => {
        if (published === null) return undefined;
        const key = keyOf(published.name, target);
        const before = this.#admitted.get(key) ?? this.#byRoots(published, target);
        const both = before.intersect(published.matching(dependency.specifier));
        this.#admitted.set(key, both.isEmpty ? published.matching(dependency.specifier) : both);
        return this.#choose(published, target, dependency.extras);
      },
    );
  }

  #choose(published: PublishedPackage, target: number, extras: readonly string[]): Waits {
    const key = keyOf(published.name, target);
    const admitted = this.#admitted.get(key)!;
    if (admitted.isEmpty) return undefined;
    const version = this.#graph.preference(published, target, admitted);
    this.#askAlong(published, target, admitted.minus(VersionSet.of(admitted.size, version)));
    return together([null, ...extras].map((extra) => this.#expand(published, version, target, extra)));
  }

  #expand(published: PublishedPackage, version: number, target: number, extra: string | null): Waits {
    const key = `${keyOf(published.name, target)}[${extra ?? ''}] ${version}`;
    if (this.#expanded.has(key)) return undefined;
    this.#expanded.add(key);
    return this.#guess(
      () => this.#graph.metadata(published, version, target),
      (known) => {
        const dependencies = this.#graph.dependencies(known, target, extra);
        const follow = (): Waits =>
          this.#hasOthers(published, version, target) &&
          dependencies.some((dependency) => this.#isForbidden(dependency, target))
            ? this.#refuse(published, version, target)
            : together(dependencies.map((dependency) => this.visit(dependency, target)));
        const pinned = dependencies.filter(({ name }) => this.#ofRoots.has(keyOf(name, target)));
        return this.#guess(() => this.#graph.pages.load(pinned.map(({ name }) => name)) ?? null, follow);
      },
    );
  }

  /** Whether the roots leave nothing of what is asked for: the solver will find the same and go to the next version. */
  #isForbidden(dependency: Dependency, target: number): boolean {
    if (dependency.url !== null || !this.#ofRoots.has(keyOf(dependency.name, target))) return false;
    const published = this.#graph.pages.loaded(dependency.name);
    if (published === null) return false;
    const byRoots = this.#byRoots(published, target);
    return !byRoots.isEmpty && !byRoots.intersects(published.matching(dependency.specifier));
  }

  #hasOthers(published: PublishedPackage, version: number, target: number): boolean {
    const admitted = this.#admitted.get(keyOf(published.name, target))!;
    return admitted.has(version) && admitted.single === -1;
  }

  #refuse(published: PublishedPackage, version: number, target: number): Waits {
    const key = keyOf(published.name, target);
    const admitted = this.#admitted.get(key)!;
    this.#refusals.set(key, (this.#refusals.get(key) ?? 0) + 1);
    this.#admitted.set(key, admitted.minus(VersionSet.of(admitted.size, version)));
    return this.#choose(published, target, []);
  }

  /** The versions that come next, more of them with every refusal: where many are refused, they are not waited for one by one. */
  #askAlong(published: PublishedPackage, target: number, admitted: VersionSet): void {
    const refusals = this.#refusals.get(keyOf(published.name, target)) ?? 0;
    let rest = admitted;
    for (let left = Math.min(2 ** refusals - 1, MOST_ALONG); left > 0 && !rest.isEmpty; left--) {
      const next = this.#graph.preference(published, target, rest);
      rest = rest.minus(VersionSet.of(rest.size, next));
      void this.#guess(
        () => this.#graph.metadata(published, next, target),
        () => undefined,
      );
    }
  }

  /** Goes on with an answer when it is there; nowhere where it cannot be had. */
  #guess<T>(ask: () => T | Promise<T>, follow: (answer: T) => Waits): Waits {
    try {
      const answer = ask();
      if (answer instanceof Promise) return answer.then(follow, passOver);
      return this.#depth < DEEPEST
        ? this.#deeper(() => follow(answer))
        : Promise.resolve(answer).then(follow).catch(passOver);
    } catch (error) {
      return passOver(error);
    }
  }

  #deeper(follow: () => Waits): Waits {
    this.#depth += 1;
    try {
      return follow();
    } finally {
      this.#depth -= 1;
    }
  }

  #byRoots(published: PublishedPackage, target: number): VersionSet {
    const key = keyOf(published.name, target);
    const known = this.#admittedByRoots.get(key);
    if (known !== undefined) return known;
    const admitted = (this.#ofRoots.get(key) ?? []).reduce(
      (set, { specifier }) => set.intersect(published.matching(specifier)),
      VersionSet.all(published.versions.length),
    );
    this.#admittedByRoots.set(key, admitted);
    return admitted;
  }
}

function keyOf(name: PackageName, target: number): string {
  return `${target} ${name}`;
}

function passOver(error: unknown): undefined {
  if (!(error instanceof UserFacingError)) throw error;
}

function together(waits: readonly Waits[]): Waits {
  const real = waits.filter((wait) => wait !== undefined);
  return real.length === 0 ? undefined : Promise.all(real);
}
