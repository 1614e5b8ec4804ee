import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { PackageIndex, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';

/** The index pages read so far: what has come is answered at once, what has not by one shared promise. */
export class Pages {
  readonly #index: PackageIndex;
  readonly #known = new Map<PackageName, PublishedPackage | null>();
  readonly #coming = new Map<PackageName, Promise<PublishedPackage | null>>();

  constructor(index: PackageIndex) {
    this.#index = index;
  }

  get(name: PackageName): PublishedPackage | null | Promise<PublishedPackage | null> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const coming = this.#coming.get(name);
    if (coming !== undefined) return coming;
    const answer = this.#index.package(name);
    if (!(answer instanceof Promise)) return this.#keep(name, answer);
    const kept = answer.then((page) => this.#keep(name, page));
    this.#coming.set(name, kept);
    return kept;
  }

  /** The page of a package that was loaded before; null where no index has the name. */
  loaded(name: PackageName): PublishedPackage | null {
    const page = this.#known.get(name);
    if (page === undefined) throw new Error(`the page of ${name} was not loaded`);
    return page;
  }

  has(name: PackageName): boolean {
    return this.#known.has(name);
  }

  /** Waits for all of these pages; undefined where nothing had to be waited for. */
  load(names: Iterable<PackageName>): Promise<unknown> | undefined {
    const waits = [...new Set(names)].map((name) => this.get(name)).filter((page) => page instanceof Promise);
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  #keep(name: PackageName, page: PublishedPackage | null): PublishedPackage | null {
    this.#known.set(name, page);
    this.#coming.delete(name);
    return page;
  }
}

/** Hashes of the files that a hash-checking install may take of a version ("sha256:…"). */
export function hashesFrom(
  pages: Pages,
): (name: PackageName, version: Version) => Promise<readonly string[]> {
  return async (name, version) => {
    const page = await pages.get(name);
    const position = page?.position(version) ?? -1;
    return page === null || position === -1 ? [] : page.hashes(position);
  };
}
