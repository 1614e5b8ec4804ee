import type { SourcedRecord } from './advisory-group.ts';

/**
 * One copy of each record: that with the newest `modified`, and among equals that of the first source. Dates are
 * only compared between copies of one id, for some lie in the future.
 */
export function newestOfEach(records: readonly SourcedRecord[]): readonly SourcedRecord[] {
  const newest = new Map<string, SourcedRecord>();
  for (const sourced of records) {
    const other = newest.get(sourced.record.id);
    const [mine, theirs] = [sourced.record.modified ?? '', other?.record.modified ?? ''];
    if (other === undefined || mine > theirs) newest.set(sourced.record.id, sourced);
  }
  return [...newest.values()];
}
