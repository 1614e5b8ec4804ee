import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalysisSettings, Look, RevisionInterval } from '../../src/domain/analysis.ts';
import type { Seen } from '../../src/ship/analysis/analyse.ts';
import { MINIMUM_INTERVALS } from '../../src/ship/analysis/enough.ts';

/** How one side behaves; all shares are from 0 to 1. */
export interface Behaviour {
  readonly errors: number;
  /** The part of intervals in which a burst of errors falls, of this side alone, and what share of requests fails in them. */
  readonly burst: { readonly intervals: number; readonly errors: number } | null;
  /** By what factor requests are slower than recorded. */
  readonly slower: number;
  /** The slowest so many of all requests alone are slower by that factor. */
  readonly slowest: number;
  readonly memory: number;
}

export interface Case {
  readonly canary: Behaviour;
  readonly baseline: Behaviour;
  /** Requests in an interval at each step, with the canary and with the baseline. */
  readonly rates: readonly (readonly [number, number])[];
  /** Of each side's own drift in latency from interval to interval: its correlation with the interval before, and its deviation (of the logarithm). */
  readonly drift: { readonly correlation: number; readonly deviation: number };
  /** Whether both sides meet the same moments of the recording. */
  readonly together: boolean;
}

/** One second of one instance. */
interface Recorded {
  /** Logarithms of milliseconds, rising. */
  readonly logs: Float64Array;
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
}

interface Recording {
  readonly requestsPerSecond: number;
  readonly seconds: readonly (readonly [Recorded, Recorded])[];
}

const SECONDS = 10;
/** How many intervals follow each other in the recording before another place in it is taken (Politis and Romano's stationary bootstrap, 1994). */
const MEAN_BLOCK = 8;
const KEPT = 16;

export const BOUNDS_MS: readonly number[] = Array.from({ length: 20 }, (_, at) => 0.5 * 1.5 ** at);
const [FIRST_LOG, LOG_STEP] = [Math.log(0.5), Math.log(1.5)];

const recording = readRecording(join(import.meta.dirname, 'recorded-latencies.json'));
const WHEN = Array.from({ length: 400 }, (_, at) =>
  new Date(Date.UTC(2026, 0, 1) + at * SECONDS * 1000).toISOString(),
);

function readRecording(path: string): Recording {
  const read = JSON.parse(readFileSync(path, 'utf8')) as {
    requestsPerSecond: number;
    seconds: [number[], number, number][][];
  };
  const recorded = ([hundredths, kibibytes, cpuMs]: [number[], number, number]): Recorded => ({
    logs: Float64Array.from(hundredths, (each) => Math.log(each / 100)),
    memoryBytes: kibibytes * 1024,
    cpuSeconds: cpuMs / 1000,
  });
  return {
    requestsPerSecond: read.requestsPerSecond,
    seconds: read.seconds.map(([one, other]) => [recorded(one!), recorded(other!)] as const),
  };
}

/** The share of recorded requests that are above it. */
export function recordedQuantile(share: number): number {
  const all = Float64Array.from(recording.seconds.flatMap((both) => both.flatMap(({ logs }) => [...logs])));
  return Math.exp(all.sort()[Math.floor(share * (all.length - 1))]!);
}

/** Marsaglia's xorshift of 32 bits, seeded. */
export class Chance {
  private state: number;
  constructor(seed: number) {
    this.state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
    for (let round = 0; round < 8; round++) this.bits();
  }

  /** A whole number of 32 bits, without sign. */
  bits(): number {
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state;
    return state >>> 0;
  }

  /** Above 0, below 1. */
  next(): number {
    return (this.bits() - 0.5) / 2 ** 32;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** How many of so many happen, by the gaps between those that do. */
  binomial(of: number, share: number): number {
    if (share <= 0) return 0;
    let [happened, at] = [0, 0];
    const log = Math.log1p(-Math.min(share, 1 - 1e-12));
    for (;;) {
      at += 1 + Math.floor(Math.log(this.next()) / log);
      if (at > of) return happened;
      happened++;
    }
  }
}

/** A side as it drifts along. */
interface Side {
  readonly behaviour: Behaviour;
  readonly column: 0 | 1;
  readonly memory: number;
  readonly slowFrom: number;
  place: number;
  drift: number;
}

const SLOW_FROM = new Map<number, number>();

/** One rollout on a virtual clock: intervals come one after the other, and are looked at as soon as there is enough. */
export function rollout(
  seed: number,
  { canary, baseline, rates, drift, together }: Case,
  settings: AnalysisSettings,
  analyse: (seen: Seen, settings: AnalysisSettings) => Look,
): readonly Look[] {
  const chance = new Chance(seed);
  const swapped = chance.next() < 0.5;
  const sides = [
    sideOf(canary, swapped ? 1 : 0, drift.deviation, chance),
    sideOf(baseline, swapped ? 0 : 1, drift.deviation, chance),
  ] as const;
  const seen: readonly [RevisionInterval[], RevisionInterval[]] = [[], []];
  const requests = [0, 0];
  const looks: Look[] = [];
  for (let look = 1; look <= rates.length;) {
    move(sides, together, drift, chance);
    for (const which of [0, 1] as const) {
      const interval = intervalOf(sides[which], rates[look - 1]![which], seen[which].length, chance);
      seen[which].push(interval);
      requests[which]! += interval.requests;
    }
    const least = look * settings.minimumRequests;
    if (requests[0]! < least || requests[1]! < least || seen[0].length < MINIMUM_INTERVALS) continue;
    const told = analyse({ look, looks: rates.length, canary: seen[0], baseline: seen[1] }, settings);
    if (told.verdict === 'hold') {
      if (seen[0].length > WHEN.length - 2) throw new Error(`held for ever: ${told.why}`);
      continue;
    }
    looks.push(told);
    if (told.verdict === 'fail') return looks;
    look++;
  }
  return looks;
}

function sideOf(behaviour: Behaviour, column: 0 | 1, deviation: number, chance: Chance): Side {
  const { slowest } = behaviour;
  if (!SLOW_FROM.has(slowest))
    SLOW_FROM.set(slowest, slowest >= 1 ? -Infinity : Math.log(recordedQuantile(1 - slowest)));
  return {
    behaviour,
    column,
    memory: behaviour.memory * Math.exp(0.05 * chance.normal()),
    slowFrom: SLOW_FROM.get(slowest)!,
    place: Math.floor(chance.next() * recording.seconds.length),
    drift: deviation * chance.normal(),
  };
}

function move(
  sides: readonly [Side, Side],
  together: boolean,
  { correlation, deviation }: Case['drift'],
  chance: Chance,
): void {
  const total = recording.seconds.length;
  for (const side of sides) {
    const jumps = chance.next() < 1 / MEAN_BLOCK;
    side.place = jumps ? Math.floor(chance.next() * total) : (side.place + SECONDS) % total;
    const fresh = deviation * Math.sqrt(1 - correlation ** 2) * chance.normal();
    side.drift = correlation * side.drift + fresh;
  }
  if (together) sides[1].place = sides[0].place;
}

function intervalOf(side: Side, rate: number, index: number, chance: Chance): RevisionInterval {
  const { behaviour, column, place, drift } = side;
  const requests = Math.max(0, Math.round(rate + Math.sqrt(rate) * chance.normal()));
  const counts = new Array<number>(BOUNDS_MS.length + 1).fill(0);
  let [memoryBytes, cpuSeconds] = [0, 0];
  const logs: Float64Array[] = [];
  for (let second = 0; second < SECONDS; second++) {
    const recorded = recording.seconds[(place + second) % recording.seconds.length]![column];
    logs.push(recorded.logs);
    memoryBytes = Math.max(memoryBytes, recorded.memoryBytes);
    cpuSeconds += recorded.cpuSeconds;
  }
  const slower = Math.log(behaviour.slower);
  for (let request = 0; request < requests; request++) {
    const bits = chance.bits();
    const of = logs[(bits >>> 8) % SECONDS]!;
    const rank = bits & (KEPT - 1);
    const next = of[rank === KEPT - 1 ? rank : rank + 1]!;
    let log = of[rank]! + (next - of[rank]!) * ((bits >>> 16) / 65_536);
    if (log >= side.slowFrom) log += slower;
    const bucket = Math.ceil((log + drift - FIRST_LOG) / LOG_STEP);
    counts[bucket < 0 ? 0 : bucket > BOUNDS_MS.length ? BOUNDS_MS.length : bucket]!++;
  }
  const { burst } = behaviour;
  const share = burst !== null && chance.next() < burst.intervals ? burst.errors : behaviour.errors;
  return {
    from: WHEN[index]!,
    to: WHEN[index + 1]!,
    requests,
    errors: chance.binomial(requests, share),
    latency: { boundsMs: BOUNDS_MS, counts },
    memoryBytes: Math.round(memoryBytes * side.memory * Math.exp(0.02 * chance.normal())),
    cpuSeconds: (cpuSeconds * requests) / (recording.requestsPerSecond * SECONDS),
  };
}
