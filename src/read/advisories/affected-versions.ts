import type { Affected } from '../../domain/advisory.ts';
import type { Version } from '../../domain/version.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { StoredRecord } from './stored-record.ts';
import type { Interval } from './version-intervals.ts';
import { holds, meaningOf } from './version-intervals.ts';
import type { VersionRules } from './version-rules.ts';

/** What the records of one group say together: a version is affected when any of them says so. */
export class AffectedVersions {
  readonly #rules: VersionRules;
  readonly #certain: readonly Interval[];
  readonly #possible: readonly Interval[];
  /** What was asked last: an audit asks about one version of a package, several times. */
  #last: { readonly version: Version; readonly answer: Affected } | null = null;

  constructor(records: readonly StoredRecord[], rules: VersionRules) {
    const meanings = records.flatMap(({ ranges }) => ranges.map((range) => meaningOf(range, rules)));
    const named = records.flatMap(({ versions }) => versions.flatMap((text) => rules.parse(text) ?? []));
    this.#rules = rules;
    this.#certain = [
      ...meanings.flatMap(({ certain }) => certain),
      ...rules.sorted(named).map((version) => ({ from: version, to: version, toIncluded: true })),
    ];
    this.#possible = meanings.flatMap(({ possible }) => possible);
  }

  /** The local segment of a version is not looked at: advisories speak of public versions. */
  of(version: Version): Affected {
    if (this.#last?.version !== version) this.#last = { version, answer: this.#answer(version) };
    return this.#last.answer;
  }

  #answer(version: Version): Affected {
    const asked = this.#rules.publicVersion(version);
    if (holds(this.#certain, asked, this.#rules)) return 'affected';
    return holds(this.#possible, asked, this.#rules) ? 'possibly' : 'no';
  }

  /** The same for a whole package: `publicVersions` are the public parts of its versions, ascending. */
  within(publicVersions: readonly Version[]): {
    readonly affected: VersionSet;
    readonly possibly: VersionSet;
  } {
    const affected = this.#positions(this.#certain, publicVersions);
    return { affected, possibly: this.#positions(this.#possible, publicVersions).minus(affected) };
  }

  #positions(intervals: readonly Interval[], versions: readonly Version[]): VersionSet {
    const ranges = intervals.map(({ from, to, toIncluded }) => {
      const start = from === null ? 0 : this.#firstFrom(versions, from, false);
      const end = to === null ? versions.length : this.#firstFrom(versions, to, toIncluded);
      return [start, end] as const;
    });
    return VersionSet.ranges(
      versions.length,
      ranges.filter(([start, end]) => start < end),
    );
  }

  /** The first position at or, with `above`, above a bound; the length where there is none. */
  #firstFrom(versions: readonly Version[], bound: Version, above: boolean): number {
    let [low, high] = [0, versions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#rules.compare(versions[middle]!, bound);
      if (order < 0 || (above && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
