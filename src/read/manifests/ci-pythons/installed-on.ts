import type { CiPython } from './ci-python.ts';

/** On which Pythons each file is installed: one of each series, where it is said first, so that there are not more than series. */
export class InstalledOn {
  readonly #byPath = new Map<string, Map<string, CiPython>>();

  get paths(): readonly string[] {
    return [...this.#byPath.keys()];
  }

  of(path: string): readonly CiPython[] {
    return [...(this.#byPath.get(path)?.values() ?? [])];
  }

  add(path: string, pythons: readonly CiPython[]): void {
    if (pythons.length === 0) return;
    const known = this.#byPath.get(path) ?? new Map<string, CiPython>();
    this.#byPath.set(path, known);
    for (const python of pythons) {
      const [series] = /^\d+\.\d+/.exec(python.value.version)!;
      if (!known.has(series)) known.set(series, python);
    }
  }

  addAll(others: InstalledOn): void {
    for (const path of others.paths) this.add(path, others.of(path));
  }
}
