/**
 * Smooth weighted round robin, as nginx has it (commit 52327e0, "Upstream: smooth weighted round-robin balancing", 2012): every pick adds to
 * each share its weight, takes the greatest and lowers it by the sum of weights. In any run of so many picks as the sum of whole
 * weights has, each share comes exactly by its weight, spread as evenly as can be. Null: no share weighs anything.
 */
export function smoothRoundRobin<T>(
  shares: readonly { readonly value: T; readonly weight: number }[],
): () => T | null {
  const turns = shares.filter(({ weight }) => weight > 0).map((share) => ({ ...share, current: 0 }));
  const total = turns.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let best: (typeof turns)[number] | null = null;
    for (const turn of turns) {
      turn.current += turn.weight;
      if (best === null || turn.current > best.current) best = turn;
    }
    if (best === null) return null;
    best.current -= total;
    return best.value;
  };
}
