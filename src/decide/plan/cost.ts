/**
 * A price with one entry per tier, compared one tier after the other: the first entry that differs decides, whatever
 * stands behind it. Entries are whole numbers. Sums and differences are taken entry by entry, so the order survives
 * adding the same price to both sides, which is all that bounds and searches below rest on; no tier is ever traded
 * against another by a weight.
 */
export type Cost = readonly number[];

export function noCost(tiers: number): Cost {
  return new Array<number>(tiers).fill(0);
}

/** Negative where `a` is cheaper in the first tiers, positive where it is dearer, 0 where they are equal. */
export function compareCosts(a: Cost, b: Cost, tiers: number = a.length): number {
  for (let tier = 0; tier < tiers; tier++) {
    const difference = a[tier]! - b[tier]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

export function plus(a: Cost, b: Cost): Cost {
  return a.map((entry, tier) => entry + b[tier]!);
}

/** What all of these cost together. */
export function sumOf(costs: readonly Cost[], tiers: number): Cost {
  const sum = new Array<number>(tiers).fill(0);
  for (const cost of costs) for (let tier = 0; tier < tiers; tier++) sum[tier]! += cost[tier]!;
  return sum;
}

export function minus(a: Cost, b: Cost): Cost {
  return a.map((entry, tier) => entry - b[tier]!);
}

export function cheaper(a: Cost, b: Cost): Cost {
  return compareCosts(a, b) <= 0 ? a : b;
}

export function isNothing(cost: Cost): boolean {
  return cost.every((entry) => entry === 0);
}

/** The price in the first tiers alone. */
export function inFirst(tiers: number, cost: Cost): Cost {
  return cost.slice(0, tiers);
}
