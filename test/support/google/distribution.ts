import type { JsonObject } from './json.ts';

/** Values by buckets; the first counts those below the first bound, the last those from the last bound on. */
export interface Distribution {
  readonly options: BucketOptions;
  readonly count: number;
  readonly mean: number;
  readonly sumOfSquaredDeviation: number;
  readonly counts: readonly number[];
}

export type BucketOptions =
  | { readonly kind: 'exponential'; readonly finite: number; readonly growth: number; readonly scale: number }
  | { readonly kind: 'linear'; readonly finite: number; readonly width: number; readonly offset: number };

/** Request latencies in milliseconds are counted so. */
export const LATENCY_BUCKETS: BucketOptions = { kind: 'exponential', finite: 66, growth: 1.4, scale: 1 };
/** Shares from 0 to 1. */
export const SHARE_BUCKETS: BucketOptions = { kind: 'linear', finite: 100, width: 0.01, offset: 0 };

/** Bounds between the buckets, one more than there are finite ones (google/api/distribution.proto). */
export function boundsOf(options: BucketOptions): readonly number[] {
  return Array.from({ length: options.finite + 1 }, (_one, index) =>
    options.kind === 'linear'
      ? options.offset + options.width * index
      : options.scale * options.growth ** index,
  );
}

export function distributionOf(values: readonly number[], options: BucketOptions): Distribution {
  const bounds = boundsOf(options);
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const value of values) {
    const above = bounds.findIndex((bound) => value < bound);
    counts[above < 0 ? bounds.length : above]! += 1;
  }
  const mean = values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const sumOfSquaredDeviation = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { options, count: values.length, mean, sumOfSquaredDeviation, counts };
}

/** Both together, as if all values had been counted at once. */
export function merged(a: Distribution, b: Distribution): Distribution {
  const count = a.count + b.count;
  if (count === 0) return a;
  const apart = b.mean - a.mean;
  return {
    options: a.options,
    count,
    mean: (a.mean * a.count + b.mean * b.count) / count,
    sumOfSquaredDeviation:
      a.sumOfSquaredDeviation + b.sumOfSquaredDeviation + (apart ** 2 * a.count * b.count) / count,
    counts: a.counts.map((one, index) => one + b.counts[index]!),
  };
}

/** By a straight line within the bucket. */
export function percentile({ counts, count, options }: Distribution, share: number): number {
  const bounds = boundsOf(options);
  let below = 0;
  for (const [index, inside] of counts.entries()) {
    if (inside > 0 && below + inside >= share * count) {
      const low = index === 0 ? 0 : bounds[index - 1]!;
      const high = bounds[index] ?? low;
      return low + (high - low) * ((share * count - below) / inside);
    }
    below += inside;
  }
  return 0;
}

/** Trailing buckets without a value are left out, as the service does. */
export function distributionMessage({
  options,
  count,
  mean,
  sumOfSquaredDeviation,
  counts,
}: Distribution): JsonObject {
  const last = counts.findLastIndex((one) => one > 0);
  return {
    count: String(count),
    mean,
    sumOfSquaredDeviation,
    bucketOptions:
      options.kind === 'linear'
        ? {
            linearBuckets: { numFiniteBuckets: options.finite, width: options.width, offset: options.offset },
          }
        : {
            exponentialBuckets: {
              numFiniteBuckets: options.finite,
              growthFactor: options.growth,
              scale: options.scale,
            },
          },
    bucketCounts: counts.slice(0, last + 1).map(String),
  };
}
