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
  const sorted = [...members].sort((a, b) => compareIds(a.record.id, b.record.id));
  const records = sorted.map(({ record }) => record);
  const ids = [...new Set(records.flatMap(({ id, aliases }) => [id, ...aliases]))].sort();
  const affected = new AffectedVersions(records, rules);
  const malicious = ids.some((id) => id.startsWith('MAL-'));
  const fixedIn = fixesOf(records, rules).filter((version) => affected.of(version) === 'no');
  const advisory: Advisory = {
    id: [...ids].sort(compareIds)[0]!,
    ids,
    package: name,
    summary: records.map(({ summary }) => summary).find((text) => text !== '') ?? '',
    details: records.map(({ details }) => details).find((text) => text !== '') ?? '',
    severity: malicious ? 'critical' : severityOf(records),
    cvss: cvssOf(records),
    malicious,
    fixedIn,
    knownSince: knownSince(records, ids, fixedIn, published),
    references: [...new Set(records.flatMap(({ references }) => references))],
    sources: [...new Set(sorted.map(({ source }) => source))].sort(),
  };
  return { advisory, affected, usable: records.some(({ unusable }) => unusable === null) };
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

function cvssOf(records: readonly StoredRecord[]): Advisory['cvss'] {
  return highest(records, ['v4', 'v3', 'v2']);
}

/** The highest score of the first of these kinds that some record gives. */
function highest(records: readonly StoredRecord[], kinds: readonly CvssKind[]): Advisory['cvss'] {
  for (const kind of kinds) {
    const scores = records.flatMap(({ scores }) => scores.filter((score) => score[0] === kind));
    const [best] = scores.sort((a, b) => b[1] - a[1] || (a[2] < b[2] ? -1 : 1));
    if (best !== undefined) return { score: best[1], vector: best[2] };
  }
  return null;
}

/** The qualitative scale of CVSS v3.1 and v4.0; its "none" (0.0) is the lowest there is here. */
function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
