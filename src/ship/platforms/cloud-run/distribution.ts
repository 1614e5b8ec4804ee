import * as v from 'valibot';
import type { Histogram } from '../../../domain/analysis.ts';

const Count = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.finite(), v.minValue(0));
const Bounded = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000));

/** google.api.Distribution, what is read of it. */
const Distribution = v.object({
  bucketOptions: v.nullish(
    v.object({
      exponentialBuckets: v.nullish(
        v.object({ numFiniteBuckets: Bounded, growthFactor: v.number(), scale: v.number() }),
      ),
      linearBuckets: v.nullish(
        v.object({ numFiniteBuckets: Bounded, width: v.number(), offset: v.nullish(v.number(), 0) }),
      ),
      explicitBuckets: v.nullish(v.object({ bounds: v.pipe(v.array(v.number()), v.maxLength(1000)) })),
    }),
  ),
  bucketCounts: v.nullish(v.array(Count), []),
});

/**
 * A distribution as a histogram. Bucket 0 lies below the first bound, the last one above the last; what is 0 at the end of the counts
 * may be left out (google/api/distribution.proto). Null: it has no buckets.
 */
export function histogramOf(distribution: unknown): Histogram | null {
  const parsed = v.safeParse(Distribution, distribution);
  if (!parsed.success) return null;
  const boundsMs = boundsOf(parsed.output.bucketOptions ?? {});
  if (boundsMs === null) return null;
  const counts = parsed.output.bucketCounts ?? [];
  return { boundsMs, counts: Array.from({ length: boundsMs.length + 1 }, (_, at) => counts[at] ?? 0) };
}

type Options = NonNullable<v.InferOutput<typeof Distribution>['bucketOptions']>;

function boundsOf({ exponentialBuckets, linearBuckets, explicitBuckets }: Options): number[] | null {
  if (exponentialBuckets) {
    const { numFiniteBuckets, growthFactor, scale } = exponentialBuckets;
    return Array.from({ length: numFiniteBuckets + 1 }, (_, at) => scale * growthFactor ** at);
  }
  if (linearBuckets) {
    const { numFiniteBuckets, width, offset } = linearBuckets;
    return Array.from({ length: numFiniteBuckets + 1 }, (_, at) => (offset ?? 0) + width * at);
  }
  return explicitBuckets ? [...explicitBuckets.bounds] : null;
}

/** Both together; they have the same bounds, or the second is counted at the first's. */
export function addedHistograms(some: Histogram, more: Histogram): Histogram {
  const counts = [...some.counts];
  more.counts.forEach((count, at) => {
    const bound = more.boundsMs[at] ?? Infinity;
    const place = some.boundsMs.findIndex((one) => one >= bound - 1e-9);
    const to = place === -1 ? counts.length - 1 : place;
    counts[to] = (counts[to] ?? 0) + count;
  });
  return { boundsMs: some.boundsMs, counts };
}
