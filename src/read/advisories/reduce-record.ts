import type { PackageName } from '../../domain/package-name.ts';
import type { Version } from '../../domain/version.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { OsvAffected, OsvRecord } from './osv-schema.ts';
import { scoreVector, severityOfWord } from './severity.ts';
import type { EventKind, StoredRange, StoredRecord, WholeRecord } from './stored-record.ts';
import { holds, meaningOf, unreadableBounds } from './version-intervals.ts';
import type { VersionRules } from './version-rules.ts';

const LONGEST_DETAILS = 4_000;
const LONGEST_SUMMARY = 300;
const MOST_REFERENCES = 20;
const MOST_ALIASES = 200;
const MOST_SCORES = 10;
const EVENTS: readonly EventKind[] = ['introduced', 'fixed', 'last_affected', 'limit'];
const RANGE_TYPES = ['ECOSYSTEM', 'SEMVER'];

/** A record taken apart by package; `refused` are names of this ecosystem that are no package names. */
export interface ReducedRecord {
  readonly byPackage: ReadonlyMap<PackageName, WholeRecord>;
  readonly refused: readonly string[];
}

/**
 * Keeps of a record what is used, for each package of one ecosystem that it speaks of. `ecosystemName` is OSV's
 * name for it ("PyPI"; a release after a colon is no part of it).
 */
export function reduceRecord(
  record: OsvRecord,
  ecosystemName: string,
  ecosystem: Pick<Ecosystem, 'name'>,
  rules: VersionRules,
): ReducedRecord {
  const entries = new Map<PackageName, OsvAffected[]>();
  const refused: string[] = [];
  for (const affected of record.affected) {
    if (affected.package?.ecosystem.split(':')[0] !== ecosystemName) continue;
    const name = affected.package.name.length > 200 ? null : ecosystem.name(affected.package.name);
    if (typeof name !== 'string') refused.push(affected.package.name.slice(0, 60));
    else entries.set(name, [...(entries.get(name) ?? []), affected]);
  }
  const byPackage = new Map<PackageName, WholeRecord>();
  for (const [name, affected] of entries) byPackage.set(name, storedRecord(record, affected, rules));
  return { byPackage, refused };
}

function storedRecord(record: OsvRecord, affected: readonly OsvAffected[], rules: VersionRules): WholeRecord {
  const ranges = affected.flatMap(versionRanges);
  const listed = affected.flatMap((entry) => entry.versions);
  const named = publicVersions(listed, rules);
  const words = [record, ...affected].map((entry) => severityOfWord(entry.database_specific?.severity));
  return {
    id: record.id,
    aliases: record.aliases.filter((id) => /^[\x21-\x7e]{1,200}$/.test(id)).slice(0, MOST_ALIASES),
    modified: dateOrNull(record.modified),
    published: dateOrNull(record.published),
    withdrawn: dateOrNull(record.withdrawn),
    summary: shortened(record.summary.trim() || firstLine(record.details)),
    details: record.details.slice(0, LONGEST_DETAILS),
    references: record.references
      .map(({ url }) => url)
      .filter((url) => /^https?:\/\/\S{1,2000}$/.test(url))
      .slice(0, MOST_REFERENCES),
    scores: scoresOf([record, ...affected]),
    word: words.find((word) => word !== null) ?? null,
    ranges,
    versions: outside(named, ranges, rules),
    unusable: ranges.length > 0 || named.length > 0 ? null : whyUnusable(affected, listed.length),
    unreadableBounds: ranges.flatMap((range) => unreadableBounds(range, rules)).slice(0, 5),
  };
}

/** Ranges over versions. A GIT range names commits, which no published version can be held against. */
function versionRanges(affected: OsvAffected): readonly StoredRange[] {
  return affected.ranges
    .filter(({ type }) => type !== 'GIT')
    .map(({ type, events }) => ({
      known: RANGE_TYPES.includes(type),
      events: events.flatMap((event) =>
        EVENTS.flatMap((kind) => {
          const text = event[kind]?.trim();
          return text === undefined ? [] : [[kind, text] as const];
        }),
      ),
    }))
    .filter(({ events }) => events.length > 0);
}

/** A text that is no version names none that an index could serve: it matches nothing. */
function publicVersions(texts: readonly string[], rules: VersionRules): readonly Version[] {
  const versions: Version[] = [];
  for (const text of texts) {
    const version = rules.parse(text.trim());
    if (version !== null) versions.push(rules.publicVersion(version));
  }
  return versions;
}

/** `versions` and `ranges` are a union: what the ranges hold anyway need not be kept twice. */
function outside(
  named: readonly Version[],
  ranges: readonly StoredRange[],
  rules: VersionRules,
): readonly string[] {
  const certain = ranges.flatMap((range) => meaningOf(range, rules).certain);
  return rules.sorted(named.filter((version) => !holds(certain, version, rules))).map(({ text }) => text);
}

function whyUnusable(affected: readonly OsvAffected[], listed: number): string {
  if (listed > 0) return 'none of the versions that it names can be read';
  const commits = affected.some(({ ranges }) => ranges.some(({ type }) => type === 'GIT'));
  return commits ? 'it names commits only, no versions' : 'it names no versions';
}

function scoresOf(entries: readonly Pick<OsvRecord, 'severity'>[]): StoredRecord['scores'] {
  const vectors = new Set(entries.flatMap(({ severity }) => severity.map(({ score }) => score)));
  return [...vectors].slice(0, MOST_SCORES).flatMap((vector) => {
    const scored = scoreVector(vector);
    return scored === null ? [] : [scored];
  });
}

/** RFC 3339 in UTC, so that dates are in the order of their texts. */
function dateOrNull(text: string): string | null {
  if (text.length > 40 || !/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Cut between two words, and seen to be cut. */
function shortened(summary: string): string {
  if (summary.length <= LONGEST_SUMMARY) return summary;
  return `${summary.slice(0, LONGEST_SUMMARY).replace(/\s+\S*$/, '')} …`;
}

/** Many records carry no summary: the first line of their details that is more than a Markdown heading. */
function firstLine(details: string): string {
  const lines = details.slice(0, LONGEST_DETAILS).split('\n');
  const plain = lines.find((line) => line.trim() !== '' && !line.startsWith('#'));
  return (plain ?? lines.find((line) => line.trim() !== '') ?? '').trim();
}
