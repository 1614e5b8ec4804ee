import type { Metadata, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';

/** A project without a release for this long is told as abandoned. */
const ABANDONED_YEARS = 4;
const YEAR_MS = 365.25 * 24 * 3600 * 1000;

/** What the index and the metadata of a package say of its being given up, by the day given. */
export function deprecationSigns(
  published: PublishedPackage,
  metadata: Metadata,
  day: Date,
): readonly string[] {
  return [statusSign(published), classifierSign(metadata), ageSign(published, day)].filter(
    (sign) => sign !== null,
  );
}

function statusSign({ status }: PublishedPackage): string | null {
  return status === null || status.state === 'active'
    ? null
    : `its project is ${status.state}${status.reason ? ` (${status.reason})` : ''}`;
}

function classifierSign(metadata: Metadata): string | null {
  const inactive =
    metadata.kind === 'known' && metadata.classifiers.some((c) => c.startsWith('Development Status :: 7'));
  return inactive ? 'its maintainers class it as inactive' : null;
}

function ageSign(published: PublishedPackage, day: Date): string | null {
  const uploads = published.versions.map((_, position) => published.uploaded(position)?.getTime() ?? 0);
  const last = Math.max(0, ...uploads);
  if (last === 0 || day.getTime() - last < ABANDONED_YEARS * YEAR_MS) return null;
  return `its last release is of ${new Date(last).getUTCFullYear()}`;
}
