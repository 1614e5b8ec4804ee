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
  readonly memory: number;
}

export interface Case {
  readonly canary: Behaviour;
  readonly baseline: Behaviour;
  /** Requests in an interval at each step, with the canary and with the baseline. */
  readonly rates: readonly (readonly [number, number])[];
  /** Of each side's own drift in latency from interval to interval: its correlation with the interval before, and its deviation (of the logarithm). */
  readonly drift: { readonly correlation: number; readonly deviation: number };
  /** Deviation of what a process holds from what another of the same program does (of the logarithm), for as long as it lives. */
  readonly memoryOffset: number;
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
/** Of the interval that is being made. */
const LOGS = new Float64Array(SECONDS * KEPT);

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
  place: number;
  drift: number;
}

/** One rollout on a virtual clock: intervals come one after the other, and are looked at as soon as there is enough. */
export function rollout(
  seed: number,
  { canary, baseline, rates, drift, memoryOffset, together }: Case,
  settings: AnalysisSettings,
  analyse: (seen: Seen, settings: AnalysisSettings) => Look,
): readonly Look[] {
  const chance = new Chance(seed);
  const swapped = chance.next() < 0.5;
  const sides = [
    sideOf(canary, swapped ? 1 : 0, drift.deviation, memoryOffset, chance),
    sideOf(baseline, swapped ? 0 : 1, drift.deviation, memoryOffset, chance),
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

function sideOf(
  behaviour: Behaviour,
  column: 0 | 1,
  deviation: number,
  memoryOffset: number,
  chance: Chance,
): Side {
  return {
    behaviour,
    column,
    memory: behaviour.memory * Math.exp(memoryOffset * chance.normal()),
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
  for (let second = 0; second < SECONDS; second++) {
    const recorded = recording.seconds[(place + second) % recording.seconds.length]![column];
    LOGS.set(recorded.logs, second * KEPT);
    memoryBytes = Math.max(memoryBytes, recorded.memoryBytes);
    cpuSeconds += recorded.cpuSeconds;
  }
  const shift = Math.log(behaviour.slower) + drift - FIRST_LOG;
  for (let request = 0; request < requests; request++) {
    const bits = chance.bits();
    // A second and a rank, each as probable as any, and a place between this rank and the next.
    const at = Math.floor(((bits >>> 10) * SECONDS * KEPT) / 2 ** 22);
    const log = LOGS[at]!;
    const next = at % KEPT === KEPT - 1 ? log : LOGS[at + 1]!;
    const bucket = Math.ceil((log + ((next - log) * (bits & 1023)) / 1024 + shift) / LOG_STEP);
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
