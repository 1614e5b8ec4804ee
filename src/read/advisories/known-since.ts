import type { Version } from '../../domain/version.ts';
import type { PublishedPackage } from '../ecosystems/ecosystem.ts';
import type { StoredRecord } from './stored-record.ts';

/**
 * The day by which an advisory was known: its earliest publication or the first upload of a version that fixes it,
 * whichever came first, but never before the year of its CVE id. An approximation: bulk imports carry the day of
 * the import, and a fix may stand in an index for years before anybody calls it one. Null: no record tells.
 */
export function knownSince(
  members: readonly StoredRecord[],
  ids: readonly string[],
  fixedIn: readonly Version[],
  published: PublishedPackage | null,
): string | null {
  const days = members.flatMap((record) =>
    record.published === null ? [] : [record.published.slice(0, 10)],
  );
  for (const version of published === null ? [] : fixedIn) {
    const uploaded = uploadOf(published!, version);
    if (uploaded !== null) days.push(isoDay(uploaded));
  }
  const [earliest] = days.sort();
  const floor = cveYear(ids);
  return earliest === undefined || floor === null || earliest >= floor ? (earliest ?? null) : floor;
}

/** Where a day is asked about, the fix may have come later: such a version is not in the package as of that day. */
function uploadOf(published: PublishedPackage, version: Version): Date | null {
  if (published.firstUpload !== undefined) return published.firstUpload(version);
  const position = published.position(version);
  return position < 0 ? null : published.uploaded(position);
}

/** Whether it was known on a day. Where no record tells when, it counts as known from the year of its CVE id on. */
export function wasKnown(since: string | null, ids: readonly string[], asOf: Date): boolean {
  return (since ?? cveYear(ids) ?? '') <= isoDay(asOf);
}

/** The first day of the year in the group's earliest CVE id. */
function cveYear(ids: readonly string[]): string | null {
  const years = ids.flatMap((id) => /^CVE-(\d{4})-/.exec(id)?.[1] ?? []).sort();
  return years[0] === undefined ? null : `${years[0]}-01-01`;
}

/** The day in UTC, "2026-11-22". */
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
