import type { Histogram, RevisionInterval } from '../../domain/analysis.ts';

const BOUNDS_MS = [10, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 1000, 2000, 5000];

/** How an artifact answers. */
export interface Behaviour {
  /** Milliseconds from its creation until it is ready. */
  readonly readyMs: number;
  /** Null: it starts. */
  readonly startFailure: 'wrong-port' | 'crash-at-import' | 'out-of-memory' | null;
  /** Status of every check. */
  readonly status: number;
  /** Share of requests that fail, from 0 to 1. */
  readonly errors: number;
  readonly medianMs: number;
  readonly memoryBytes: number;
  /** Milliseconds after its creation at which it falls over for good; null: never. */
  readonly dieMs: number | null;
}

export const WELL: Behaviour = {
  ...{ readyMs: 1500, startFailure: null, status: 200, errors: 0.002, medianMs: 40 },
  ...{ memoryBytes: 200e6, dieMs: null },
};

/** What came to one revision in an interval. */
export interface Load {
  readonly seed: number;
  readonly revision: string;
  readonly index: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Expected requests. */
  readonly expected: number;
  /** Fettle's own. */
  readonly probes: number;
}

/** What a revision did under that load: the same for the same seed. Neighbouring intervals are alike, and both sides share what the day is like. */
export function simulatedInterval(load: Load, behaviour: Behaviour): RevisionInterval {
  const random = randomOf(`${load.seed} ${load.revision} ${load.index}`);
  const requests = binomialLike(load.expected, random) + load.probes;
  const errors = binomial(requests, behaviour.errors, random);
  const day = randomOf(`${load.seed} day ${Math.floor(load.index / 4)}`);
  const median = behaviour.medianMs * Math.exp(0.08 * gauss(day));
  return {
    ...{ from: new Date(load.fromMs).toISOString(), to: new Date(load.toMs).toISOString(), requests, errors },
    latency: latencies(requests, median, random),
    memoryBytes: behaviour.memoryBytes * (1 + 0.02 * gauss(random)),
    cpuSeconds: requests * 0.004,
  };
}

function latencies(requests: number, median: number, random: () => number): Histogram {
  const counts: number[] = [];
  let left = requests;
  let below = 0;
  for (const bound of BOUNDS_MS) {
    const upTo = normalShare(Math.log(bound / median) / 0.5);
    const share = below >= 1 ? 0 : Math.min(1, Math.max(0, (upTo - below) / (1 - below)));
    const count = binomial(left, share, random);
    counts.push(count);
    left -= count;
    below = upTo;
  }
  return { boundsMs: BOUNDS_MS, counts: [...counts, left] };
}

function binomialLike(expected: number, random: () => number): number {
  return expected === 0 ? 0 : Math.max(0, Math.round(expected + Math.sqrt(expected) * gauss(random)));
}

function binomial(n: number, p: number, random: () => number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (n > 50) return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * gauss(random))));
  let hits = 0;
  for (let draw = 0; draw < n; draw++) if (random() < p) hits++;
  return hits;
}

/** Abramowitz and Stegun 1964, 26.2.17. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = 0.3989422804 * Math.exp((-z * z) / 2) * poly;
  return z > 0 ? 1 - tail : tail;
}

/** Box and Muller 1958. */
function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
}

/** Numbers from 0 up to 1, the same for the same text (mulberry32 over FNV-1a). */
export function randomOf(text: string): () => number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
