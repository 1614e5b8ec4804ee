import type { ModuleFiles } from './module-files.ts';
import type { Surface } from './surface.ts';

/** The sources of one version of a distribution, installed or in its wheel: read one by one, when they are asked for. */
export interface PythonSources {
  readonly files: ModuleFiles;
  /** Null: it cannot be read (not there, not of this Python, too large). */
  surface(path: string): Promise<Surface | null>;
}
