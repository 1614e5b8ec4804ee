/** The place of a percentile in a histogram, and the part of its bucket that lies above it where requests lie evenly in a bucket. */
export interface Place {
  readonly bucket: number;
  readonly above: number;
  readonly ms: number;
}

/** Null: it lies beyond the last bound, or there is nothing. `unanswered` counts as slower than everything. */
export function percentileOf(
  boundsMs: readonly number[],
  counts: ArrayLike<number>,
  unanswered: number,
  share: number,
): Place | null {
  let total = unanswered;
  for (let bucket = 0; bucket <= boundsMs.length; bucket++) total += counts[bucket]!;
  if (total === 0) return null;
  const wanted = share * total;
  let below = 0;
  for (const [bucket, upper] of boundsMs.entries()) {
    const count = counts[bucket]!;
    below += count;
    if (below < wanted || count === 0) continue;
    const above = Math.min(1, (below - wanted) / count);
    const lower = bucket === 0 ? 0 : boundsMs[bucket - 1]!;
    return { bucket, above, ms: upper - above * (upper - lower) };
  }
  return null;
}

/** How many of these lie above the place. */
export function countAbove(place: Place, counts: ArrayLike<number>): number {
  let above = place.above * counts[place.bucket]!;
  for (let bucket = place.bucket + 1; bucket < counts.length; bucket++) above += counts[bucket]!;
  return above;
}
