import type { CiPython } from './ci-python.ts';

/** On which Pythons each file is installed: one of each series, where it is said first, so that no file makes more targets than there are series. */
export class InstalledOn {
  readonly #byPath = new Map<string, Map<string, CiPython>>();

  get paths(): readonly string[] {
    return [...this.#byPath.keys()];
  }

  /** The Pythons of one or several files together. */
  of(...paths: readonly string[]): readonly CiPython[] {
    const found = new Map<string, CiPython>();
    for (const path of paths) addTo(found, this.#byPath.get(path)?.values() ?? []);
    return [...found.values()];
  }

  /** False where all of them were known. */
  add(path: string, pythons: readonly CiPython[]): boolean {
    if (pythons.length === 0) return false;
    const known = this.#byPath.get(path) ?? new Map<string, CiPython>();
    this.#byPath.set(path, known);
    const before = known.size;
    addTo(known, pythons);
    return known.size > before;
  }

  addAll(others: InstalledOn): void {
    for (const path of others.paths) this.add(path, others.of(path));
  }
}

function addTo(bySeries: Map<string, CiPython>, pythons: Iterable<CiPython>): void {
  for (const python of pythons) {
    const [series] = /^\d+\.\d+/.exec(python.value.version)!;
    if (!bySeries.has(series)) bySeries.set(series, python);
  }
}
