import { UserFacingError } from '../../../domain/errors.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Target } from '../../../domain/target.ts';
import type { Version } from '../../../domain/version.ts';
import type { AdvisoryBook } from '../../../read/advisories/advisories.ts';
import type {
  Ecosystem,
  Metadata,
  PackageIndex,
  PublishedPackage,
} from '../../../read/ecosystems/ecosystem.ts';

/** Names under which documents know packages that the index has under another. Each is its project's own name for itself. */
const DISPLAY_NAMES: ReadonlyMap<string, string> = new Map([
  ['pytorch', 'torch'],
  ['pytorch-vision', 'torchvision'],
  ['hugging-face-transformers', 'transformers'],
  ['huggingface-transformers', 'transformers'],
  ['opencv', 'opencv-python'],
  ['beautiful-soup', 'beautifulsoup4'],
  ['beautifulsoup', 'beautifulsoup4'],
  ['django-rest-framework', 'djangorestframework'],
  ['drf', 'djangorestframework'],
  ['protocol-buffers', 'protobuf'],
  ['dateutil', 'python-dateutil'],
  ['dotenv', 'python-dotenv'],
  ['msgpack-python', 'msgpack'],
]);

/** The index's name of what a document calls a package. */
export function packageNamed(written: string, rules: Pick<Ecosystem, 'name'>): string {
  const plain = rules.name(written);
  return typeof plain === 'string' ? (DISPLAY_NAMES.get(plain) ?? plain) : written;
}

/** What a name in a document came to. */
export type Looked =
  | { readonly kind: 'known'; readonly name: PackageName; readonly published: PublishedPackage }
  | { readonly kind: 'absent'; readonly name: PackageName }
  | { readonly kind: 'unread'; readonly why: string };

/** A version that is published. */
export interface OnShelf {
  readonly name: PackageName;
  readonly published: PublishedPackage;
  readonly version: Version;
  readonly position: number;
}

/** Packages as documents name them, looked up once; what cannot be reached is told and never taken for absent. */
export class Shelf {
  readonly rules: Ecosystem;
  readonly index: PackageIndex;
  readonly advisories: AdvisoryBook;
  readonly #looked = new Map<string, Promise<Looked>>();

  constructor(rules: Ecosystem, index: PackageIndex, advisories: AdvisoryBook) {
    this.rules = rules;
    this.index = index;
    this.advisories = advisories;
  }

  look(written: string): Promise<Looked> {
    const known = this.#looked.get(written) ?? this.#look(written);
    this.#looked.set(written, known);
    return known;
  }

  version(text: string): Version | null {
    const version = this.rules.parseVersion(text);
    return 'kind' in version ? null : version;
  }

  /** The version on the index, or one sentence that says why it is not to be had there. */
  async release(
    written: string,
    text: string | null,
  ): Promise<OnShelf | { readonly absent: boolean; readonly why: string }> {
    if (text === null) return { absent: false, why: `the document gives no version of ${written}` };
    const looked = await this.look(written);
    if (looked.kind === 'unread') return { absent: false, why: looked.why };
    if (looked.kind === 'absent') return { absent: true, why: `the index has no package ${looked.name}` };
    const version = this.version(text);
    if (version === null) return { absent: true, why: `${text} is no version` };
    const position = looked.published.position(version);
    if (position === -1 || looked.published.files(position).length === 0)
      return { absent: true, why: `${looked.name} ${text} is not on the index` };
    return { ...looked, version, position };
  }

  /** What a version asks for on a target; what cannot be fetched is unknown. */
  async metadata({ published, position }: OnShelf, target: Target): Promise<Metadata> {
    try {
      return await this.index.metadata(published, position, target);
    } catch (error) {
      if (error instanceof UserFacingError) return { kind: 'unknown', why: error.message };
      throw error;
    }
  }

  async #look(written: string): Promise<Looked> {
    const plain = this.rules.name(written);
    if (typeof plain !== 'string') return { kind: 'unread', why: `${written} is no name of a package` };
    const mapped = this.rules.name(DISPLAY_NAMES.get(plain) ?? plain) as PackageName;
    try {
      const published = await this.index.package(mapped);
      await this.advisories.load([mapped]);
      return published === null
        ? { kind: 'absent', name: mapped }
        : { kind: 'known', name: mapped, published };
    } catch (error) {
      if (error instanceof UserFacingError) return { kind: 'unread', why: error.message };
      throw error;
    }
  }
}

export function isOnShelf(found: OnShelf | { readonly why: string }): found is OnShelf {
  return 'position' in found;
}
