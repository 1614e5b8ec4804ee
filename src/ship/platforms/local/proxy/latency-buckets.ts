const FIRST_MS = 1;
const LAST_MS = 60_000;
const STEPS = 59;

/** 60 upper bounds from 1 ms to 60 s, each about a fifth (20.5 %) above the one before. */
export const LATENCY_BOUNDS_MS: readonly number[] = Array.from({ length: STEPS + 1 }, (_, step) =>
  step === STEPS ? LAST_MS : Number((FIRST_MS * (LAST_MS / FIRST_MS) ** (step / STEPS)).toFixed(3)),
);

/** Index of the first bound that is not below `ms`; the one after the last is for all beyond it. */
export function bucketOf(ms: number): number {
  let [low, high] = [0, LATENCY_BOUNDS_MS.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ms <= LATENCY_BOUNDS_MS[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
