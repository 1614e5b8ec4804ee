import type { Report } from '../report/report.ts';

/** When a report was made, as RFC 3339: of a run that wrote, its start, else the beginning of the day that it speaks of. */
export function momentOf({ written, day }: Pick<Report, 'written' | 'day'>): string {
  const run = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)/.exec(written?.run ?? '');
  const text = run === null ? `${day}T00:00:00Z` : `${run[1]}T${run[2]}:${run[3]}:${run[4]}Z`;
  return Number.isNaN(Date.parse(text)) ? '1970-01-01T00:00:00Z' : text;
}
