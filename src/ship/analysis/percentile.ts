/** The place of a percentile in a histogram, and the part of its bucket that lies above it where requests lie evenly in a bucket. */
export interface Place {
  /** That after the last one: above everything that was answered. */
  readonly bucket: number;
  readonly above: number;
}

/**
 * Where another request of the same kind would be above with just this probability: the value of rank (n + 1)(1 - share) of n, for
 * the k-th of n has on average k / (n + 1) below it, whatever the distribution (David and Nagaraja, "Order Statistics"). The n-th part of
 * it would be too low a place, and the lower the fewer there are. `unanswered` are slower than everything. Null: too few.
 */
export function placeOf(counts: readonly number[], unanswered: number, share: number): Place | null {
  let total = unanswered;
  for (let bucket = 0; bucket < counts.length; bucket++) total += counts[bucket]!;
  const wanted = (total + 1) * (1 - share);
  if (wanted > total) return null;
  let below = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket]!;
    below += count;
    if (below >= wanted && count > 0) return { bucket, above: Math.min(1, (below - wanted) / count) };
  }
  return { bucket: counts.length, above: 0 };
}

/** How many of these lie above the place. */
export function countAbove(place: Place, counts: readonly number[]): number {
  if (place.bucket >= counts.length) return 0;
  let above = place.above * counts[place.bucket]!;
  for (let bucket = place.bucket + 1; bucket < counts.length; bucket++) above += counts[bucket]!;
  return above;
}

/** In milliseconds, within its bucket; null: beyond the last bound. */
export function msOf({ bucket, above }: Place, boundsMs: readonly number[]): number | null {
  const upper = boundsMs[bucket];
  if (upper === undefined) return null;
  return upper - above * (upper - (boundsMs[bucket - 1] ?? 0));
}
