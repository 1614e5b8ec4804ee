import type { Version } from '../../domain/version.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';

/** What matching asks of an ecosystem. */
export type VersionOrder = Pick<Ecosystem, 'parseVersion' | 'compareVersions' | 'publicVersion'>;

/** Longer texts are taken for unreadable: no index publishes such a version. */
const LONGEST_VERSION = 200;

/** An ecosystem's versions with a memory: the records of a package repeat the same few texts many times. */
export class VersionRules {
  readonly #order: VersionOrder;
  readonly #parsed = new Map<string, Version | null>();

  constructor(order: VersionOrder) {
    this.#order = order;
  }

  /** Null: the text is no version of this ecosystem. */
  parse(text: string): Version | null {
    const known = this.#parsed.get(text);
    if (known !== undefined) return known;
    const parsed = text.length > LONGEST_VERSION ? null : this.#order.parseVersion(text);
    const version = parsed === null || 'kind' in parsed ? null : parsed;
    this.#parsed.set(text, version);
    return version;
  }

  compare(a: Version, b: Version): number {
    return this.#order.compareVersions(a, b);
  }

  publicVersion(version: Version): Version {
    return this.#order.publicVersion(version);
  }

  /** Ascending, each version once. */
  sorted(versions: readonly Version[]): readonly Version[] {
    if (versions.length < 2) return versions;
    const ascending = [...versions].sort((a, b) => this.compare(a, b));
    return ascending.filter((version, i) => i === 0 || this.compare(ascending[i - 1]!, version) !== 0);
  }
}
