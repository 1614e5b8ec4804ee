import type { WheelSpec } from '../../support/wheels.ts';

/** Distributions that were written to break at import in one way, and what must come of it. */
export interface Family {
  readonly about: string;
  readonly wheels: readonly WheelSpec[];
  /** What is installed: "name==version". */
  readonly installed: readonly string[];
  /** What was installed before, where that matters. */
  readonly before?: readonly string[];
  /** The module that is imported; with `names` it is the service's own sources that take them from it. */
  readonly ask: string;
  readonly names?: readonly string[];
  /** As `blameText` puts it; "unknown" is held to its start alone. */
  readonly blamed: string;
  /** Versions learned of both sides, read and between together; importer null: the sources. */
  readonly learned?: { readonly importer: string | null; readonly provider: string };
}

/** A distribution whose module is its name with underscores; `versions` gives the text of its `__init__`, or its files, by version. */
export function distribution(
  name: string,
  versions: Readonly<Record<string, string | Readonly<Record<string, string>>>>,
  requires: readonly string[] = [],
): readonly WheelSpec[] {
  const module = name.replaceAll('-', '_');
  return Object.entries(versions).map(([version, content]) => ({
    name,
    version,
    requires,
    files: typeof content === 'string' ? { [`${module}/__init__.py`]: content } : content,
  }));
}

/** The same content for several versions. */
export function each<T>(versions: readonly string[], content: T): Readonly<Record<string, T>> {
  return Object.fromEntries(versions.map((version) => [version, content]));
}
