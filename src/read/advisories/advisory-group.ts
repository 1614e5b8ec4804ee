import type { Advisory, Severity } from '../../domain/advisory.ts';
import { SEVERITIES } from '../../domain/advisory.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { PublishedPackage } from '../ecosystems/ecosystem.ts';
import { compareIds } from './alias-groups.ts';
import { AffectedVersions } from './affected-versions.ts';
import { knownSince } from './known-since.ts';
import type { CvssKind, StoredRecord } from './stored-record.ts';
import type { VersionRules } from './version-rules.ts';

/** A live record and the source that it came from. */
export interface SourcedRecord {
  readonly record: StoredRecord;
  readonly source: string;
  /** Its long text. */
  readonly details: () => string;
}

/** An advisory with what decides whether a version is affected by it. */
export interface AdvisoryGroup {
  readonly advisory: Advisory;
  readonly affected: AffectedVersions;
  /** False: none of its records names a version that can be read. */
  readonly usable: boolean;
}

/** One advisory out of the live records of an alias group, of one package. */
export function groupAdvisory(
  name: PackageName,
  members: readonly SourcedRecord[],
  rules: VersionRules,
  published: PublishedPackage | null,
): AdvisoryGroup {
  const sorted =
    members.length === 1 ? members : [...members].sort((a, b) => compareIds(a.record.id, b.record.id));
  const affected = new AffectedVersions(
    sorted.map(({ record }) => record),
    rules,
  );
  return {
    advisory: new GroupedAdvisory(name, sorted, { affected, rules, published }),
    affected,
    usable: sorted.some(({ record }) => record.unusable === null),
  };
}

/** What an advisory is found by is there at once; the rest is worked out where it is asked for, for most touch no version at hand. */
class GroupedAdvisory implements Advisory {
  readonly package: PackageName;
  readonly id: string;
  readonly ids: readonly string[];
  readonly malicious: boolean;
  readonly severity: Severity;
  readonly #members: readonly SourcedRecord[];
  readonly #records: readonly StoredRecord[];
  readonly #means: GroupMeans;
  #fixedIn: readonly Version[] | null = null;

  constructor(name: PackageName, members: readonly SourcedRecord[], means: GroupMeans) {
    const records = members.map(({ record }) => record);
    [this.package, this.#members, this.#records, this.#means] = [name, members, records, means];
    this.ids = [...new Set(records.flatMap(({ id, aliases }) => [id, ...aliases]))].sort();
    this.id = this.ids.reduce((first, id) => (compareIds(id, first) < 0 ? id : first));
    this.malicious = this.ids.some((id) => id.startsWith('MAL-'));
    this.severity = this.malicious ? 'critical' : severityOf(records);
  }

  get summary(): string {
    return this.#records.find(({ summary }) => summary !== '')?.summary ?? '';
  }

  get details(): string {
    for (const member of this.#members) {
      const details = member.details();
      if (details !== '') return details;
    }
    return '';
  }

  get cvss(): Advisory['cvss'] {
    return highest(this.#records, ['v4', 'v3', 'v2']);
  }

  get fixedIn(): readonly Version[] {
    const { affected, rules } = this.#means;
    return (this.#fixedIn ??= fixesOf(this.#records, rules).filter((fix) => affected.of(fix) === 'no'));
  }

  get knownSince(): string | null {
    return knownSince(this.#records, this.ids, this.fixedIn, this.#means.published);
  }

  get references(): readonly string[] {
    return [...new Set(this.#records.flatMap(({ references }) => references))];
  }

  get sources(): readonly string[] {
    return [...new Set(this.#members.map(({ source }) => source))].sort();
  }
}

/** What decides about the versions of a group. */
interface GroupMeans {
  readonly affected: AffectedVersions;
  readonly rules: VersionRules;
  readonly published: PublishedPackage | null;
}

/** Worst first, then by the id shown. */
export function compareAdvisories(a: Advisory, b: Advisory): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || compareIds(a.id, b.id);
}

function fixesOf(records: readonly StoredRecord[], rules: VersionRules): readonly Version[] {
  const texts = records.flatMap(({ ranges }) =>
    ranges.flatMap(({ known, events }) => (known ? events.filter(([kind]) => kind === 'fixed') : [])),
  );
  return rules.sorted(texts.flatMap(([, text]) => rules.parse(text) ?? []));
}

/** CVSS v4, then v3, then the database's own word, then CVSS v2; within a kind the worst that a live record gives. */
function severityOf(records: readonly StoredRecord[]): Severity {
  const rated = highest(records, ['v4', 'v3']);
  if (rated !== null) return severityOfScore(rated.score);
  const words = new Set(records.map(({ word }) => word));
  const word = SEVERITIES.find((severity) => words.has(severity));
  if (word !== undefined) return word;
  const old = highest(records, ['v2']);
  // The second edition of CVSS knows no critical.
  return old === null ? 'unknown' : severityOfScore(Math.min(old.score, 8.9));
}

/** The highest score of the first of these kinds that some record gives. */
function highest(records: readonly StoredRecord[], kinds: readonly CvssKind[]): Advisory['cvss'] {
  for (const kind of kinds) {
    let best: StoredRecord['scores'][number] | null = null;
    for (const { scores } of records)
      for (const score of scores)
        if (score[0] === kind && (best === null || isHigher(score, best))) best = score;
    if (best !== null) return { score: best[1], vector: best[2] };
  }
  return null;
}

/** Of two vectors with one score the first by its text. */
function isHigher(one: StoredRecord['scores'][number], other: StoredRecord['scores'][number]): boolean {
  return one[1] > other[1] || (one[1] === other[1] && one[2] < other[2]);
}

/** The qualitative scale of CVSS v3.1 and v4.0; its "none" (0.0) is the lowest there is here. */
function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
