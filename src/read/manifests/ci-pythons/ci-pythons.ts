import { UserFacingError } from '../../../domain/errors.ts';
import type { FoundManifest, FoundService } from '../find-services.ts';
import { CI_FILES } from '../image-builds/ci-files.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import type { ProjectFiles } from '../project-files.ts';
import { isForDevelopment } from '../requirements-file/recognise.ts';
import type { SourceText } from '../source-text.ts';
import type { CiPython } from './ci-python.ts';
import { INSTALLS } from './installed-files.ts';
import { InstalledOn } from './installed-on.ts';

const MAX_BYTES = 512 * 1024;

/** The Pythons on which the CI of a repository installs its services. Its files are read once they are asked for. */
export class CiPythons {
  readonly #files: ProjectFiles;
  readonly #context: ReadingContext;
  readonly #manifests: ReadonlyMap<string, FoundManifest>;
  #installed: Promise<InstalledOn> | null = null;

  constructor(files: ProjectFiles, context: ReadingContext, manifests: ReadonlyMap<string, FoundManifest>) {
    this.#files = files;
    this.#context = context;
    this.#manifests = manifests;
  }

  /**
   * A job counts that installs a file which is asked for itself: other services may have what it includes. One that installs a service's
   * files for development alone tells nothing of where the service runs.
   */
  async of({ roots }: FoundService): Promise<readonly CiPython[]> {
    const production = roots.filter((path) => !isForDevelopment(path));
    const asked = production.length > 0 ? production : roots;
    if (asked.length === 0) return [];
    const installed = await (this.#installed ??= this.#read());
    return installed.of(...asked);
  }

  /** With what the installed files include. */
  async #read(): Promise<InstalledOn> {
    const written = new InstalledOn();
    for (const [kind, names] of CI_FILES)
      for (const path of this.#context.tree.paths.filter((one) => names.test(one))) {
        const source = await this.#open(path);
        if (source === null || !mayTell(source.text)) continue;
        const { readInstalls } = await import('./read-installs.ts');
        written.addAll(readInstalls(kind, source, this.#context));
      }
    const installed = new InstalledOn();
    for (const path of written.paths) this.#addWithIncluded(path, written.of(path), installed);
    return installed;
  }

  /** What a file includes by `-c` it does not install. Behind a file that knows all the Pythons each does. */
  #addWithIncluded(first: string, pythons: readonly CiPython[], installed: InstalledOn): void {
    const waiting = [first];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (!installed.add(path, pythons)) continue;
      const includes = this.#manifests.get(path)?.content.includes ?? [];
      for (const include of includes) if (include.role === 'requirement') waiting.push(include.path);
    }
  }

  /** A file of a CI that cannot be read tells nothing, and nothing rests on it. */
  async #open(path: string): Promise<SourceText | null> {
    try {
      return await this.#files.open(path, MAX_BYTES);
    } catch (error) {
      if (error instanceof UserFacingError) return null;
      throw error;
    }
  }
}

/** Other files are not parsed, and their parser is loaded for these alone. */
function mayTell(text: string): boolean {
  return /python|setup-uv/i.test(text) && INSTALLS.test(text);
}
