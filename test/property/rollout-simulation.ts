import { readFileSync } from 'node:fs';
import type { AnalysisSettings, Look, RevisionInterval } from '../../src/domain/analysis.ts';
import type { Seen } from '../../src/ship/analysis/judge.ts';
import { MINIMUM_INTERVALS } from '../../src/ship/analysis/enough.ts';

/** How one side behaves; all shares are from 0 to 1. */
export interface Behaviour {
  readonly errors: number;
  /** The part of intervals in which a burst of errors falls, of this side alone, and what share of requests fails in them. */
  readonly burst: { readonly intervals: number; readonly errors: number } | null;
  /** By what factor requests are slower than recorded, and by what more the slowest fifth of them. */
  readonly slower: number;
  readonly slowestSlower: number;
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
  /** Whether is asked after every interval, and not only where there is enough for a look. */
  readonly polled: boolean;
}

/** Ten seconds of one instance. */
interface Recorded {
  /** Places in the scale of buckets, each as probable as any. */
  readonly places: Float64Array;
  /** Of each shift: in which bucket each of these places lies then. */
  readonly buckets: Map<number, Uint8Array>;
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
}

export interface Recording {
  readonly requestsPerSecond: number;
  /** From each second on, of both instances. */
  readonly intervals: readonly (readonly [Recorded, Recorded])[];
}

const SECONDS = 10;
/** How many intervals follow each other in the recording before another place in it is taken (Politis and Romano's stationary bootstrap, 1994). */
const MEAN_BLOCK = 8;
/** Places that are drawn from, of an interval: 10 bits of chance. */
const PLACES = 1024;
/** Drifts are rounded to such a part of a bucket. */
const SHIFTS = 16;

export const BOUNDS_MS: readonly number[] = Array.from({ length: 20 }, (_, at) => 0.5 * 1.5 ** at);
const [FIRST_LOG, LOG_STEP] = [Math.log(0.5), Math.log(1.5)];

const WHEN = Array.from({ length: 400 }, (_, at) =>
  new Date(Date.UTC(2026, 0, 1) + at * SECONDS * 1000).toISOString(),
);

type Second = readonly [hundredthsOfMs: readonly number[], kibibytes: number, cpuMs: number];

/** What `bench/record-latencies.mjs` recorded. */
export function readRecording(path: string): Recording {
  const read = JSON.parse(readFileSync(path, 'utf8')) as {
    requestsPerSecond: number;
    seconds: (readonly [Second, Second])[];
  };
  const { seconds, requestsPerSecond } = read;
  const from = (start: number, column: 0 | 1) =>
    recorded(Array.from({ length: SECONDS }, (_, at) => seconds[(start + at) % seconds.length]![column]));
  const intervals = seconds.map((_, start) => [from(start, 0), from(start, 1)] as const);
  return { requestsPerSecond, intervals };
}

function recorded(seconds: readonly Second[]): Recorded {
  const places = new Float64Array(PLACES);
  for (let at = 0; at < PLACES; at++) {
    const second = Math.floor((at * SECONDS) / PLACES);
    const part = ((at + 0.5) * SECONDS) / PLACES - second;
    places[at] = placeAt(seconds[second]![0], part);
  }
  return {
    places,
    buckets: new Map(),
    memoryBytes: 1024 * Math.max(...seconds.map(([, kibibytes]) => kibibytes)),
    cpuSeconds: seconds.reduce((total, [, , cpuMs]) => total + cpuMs / 1000, 0),
  };
}

/** Between two order statistics of a second, on the logarithmic scale of the buckets. */
function placeAt(statistics: readonly number[], part: number): number {
  const rank = Math.floor(part * statistics.length);
  const log = Math.log(statistics[rank]! / 100);
  const next = Math.log((statistics[rank + 1] ?? statistics[rank]!) / 100);
  return (log + (next - log) * (part * statistics.length - rank) - FIRST_LOG) / LOG_STEP;
}

/** In which bucket each place lies where all are slower by so many parts of a bucket; only the slowest fifth, if `tail` is more than 0. */
function bucketsOf({ places, buckets }: Recorded, shift: number, tail: number): Uint8Array {
  const key = 4096 * tail + shift;
  const known = buckets.get(key);
  if (known !== undefined) return known;
  const slowest = tail === 0 ? Infinity : places.toSorted()[Math.floor(0.8 * PLACES)]!;
  const made = new Uint8Array(PLACES);
  for (let at = 0; at < PLACES; at++) {
    const place = places[at]!;
    const moved = place + (place >= slowest ? shift + tail : shift) / SHIFTS;
    made[at] = moved <= 0 ? 0 : moved > BOUNDS_MS.length ? BOUNDS_MS.length : Math.ceil(moved);
  }
  buckets.set(key, made);
  return made;
}

/** Doty-Humphrey's generator of 128 bits (sfc32), seeded. */
export class Chance {
  private a: number;
  private b = 0x9e3779b9;
  private c = 0x5bd1e995;
  private counter = 1;
  constructor(seed: number) {
    this.a = seed | 0;
    for (let round = 0; round < 16; round++) this.bits();
  }

  /** A whole number of 32 bits, without sign. */
  bits(): number {
    const drawn = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }

  /** Above 0, below 1. */
  next(): number {
    return (this.bits() + 0.5) / 2 ** 32;
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

/** What a rollout is made from. */
export interface Given {
  readonly recording: Recording;
  readonly settings: AnalysisSettings;
  readonly judge: (seen: Seen, settings: AnalysisSettings) => Decision;
}

/** A look, with or without Kayenta's score, which decides nothing. */
export type Decision = Omit<Look, 'kayenta'> & Partial<Pick<Look, 'kayenta'>>;

export interface Simulated {
  /** Those that decided. */
  readonly looks: readonly Decision[];
  /** To the canary, until the end. */
  readonly requests: number;
  readonly intervals: number;
}

/** One rollout on a virtual clock: intervals come one after the other, and are looked at as soon as there is enough, or each time. */
export function rollout(
  seed: number,
  { canary, baseline, rates, drift, memoryOffset, together, polled }: Case,
  { recording, settings, judge }: Given,
): Simulated {
  const chance = new Chance(seed);
  const total = recording.intervals.length;
  const swapped = chance.next() < 0.5;
  const sides = [
    sideOf(canary, swapped ? 1 : 0, { drift, memoryOffset, total }, chance),
    sideOf(baseline, swapped ? 0 : 1, { drift, memoryOffset, total }, chance),
  ] as const;
  const seen: readonly [RevisionInterval[], RevisionInterval[]] = [[], []];
  const requests = [0, 0];
  const looks: Decision[] = [];
  for (let look = 1; look <= rates.length;) {
    move(sides, { together, drift, total }, chance);
    for (const which of [0, 1] as const) {
      const interval = intervalOf(
        sides[which],
        rates[look - 1]![which],
        seen[which].length,
        recording,
        chance,
      );
      seen[which].push(interval);
      requests[which]! += interval.requests;
    }
    const least = look * settings.minimumRequests;
    const isEnough = requests[0]! >= least && requests[1]! >= least && seen[0].length >= MINIMUM_INTERVALS;
    if (!polled && !isEnough) continue;
    const told = judge({ look, looks: rates.length, canary: seen[0], baseline: seen[1] }, settings);
    if (told.verdict === 'hold') {
      if (seen[0].length > WHEN.length - 2) throw new Error(`held for ever: ${told.why}`);
      continue;
    }
    looks.push(told);
    if (told.verdict === 'fail') break;
    look++;
  }
  return { looks, requests: requests[0]!, intervals: seen[0].length };
}

function sideOf(
  behaviour: Behaviour,
  column: 0 | 1,
  { drift, memoryOffset, total }: Pick<Case, 'drift' | 'memoryOffset'> & { readonly total: number },
  chance: Chance,
): Side {
  return {
    behaviour,
    column,
    memory: behaviour.memory * Math.exp(memoryOffset * chance.normal()),
    place: Math.floor(chance.next() * total),
    drift: drift.deviation * chance.normal(),
  };
}

function move(
  sides: readonly [Side, Side],
  { together, drift, total }: Pick<Case, 'drift' | 'together'> & { readonly total: number },
  chance: Chance,
): void {
  const { correlation, deviation } = drift;
  for (const side of sides) {
    const jumps = chance.next() < 1 / MEAN_BLOCK;
    side.place = jumps ? Math.floor(chance.next() * total) : (side.place + SECONDS) % total;
    if (deviation === 0) continue;
    const fresh = deviation * Math.sqrt(1 - correlation ** 2) * chance.normal();
    side.drift = correlation * side.drift + fresh;
  }
  if (together) sides[1].place = sides[0].place;
}

function intervalOf(
  side: Side,
  rate: number,
  index: number,
  recording: Recording,
  chance: Chance,
): RevisionInterval {
  const { behaviour, drift } = side;
  const requests = Math.max(0, Math.round(rate + Math.sqrt(rate) * chance.normal()));
  const recorded = recording.intervals[side.place]![side.column];
  const { burst } = behaviour;
  const share = burst !== null && chance.next() < burst.intervals ? burst.errors : behaviour.errors;
  const shift = partsOf(Math.log(behaviour.slower) + drift);
  const buckets = bucketsOf(recorded, shift, partsOf(Math.log(behaviour.slowestSlower)));
  return {
    from: WHEN[index]!,
    to: WHEN[index + 1]!,
    requests,
    errors: chance.binomial(requests, share),
    latency: { boundsMs: BOUNDS_MS, counts: countsOf(buckets, requests, chance) },
    memoryBytes: Math.round(recorded.memoryBytes * side.memory * Math.exp(0.02 * chance.normal())),
    cpuSeconds: (recorded.cpuSeconds * requests) / (recording.requestsPerSecond * SECONDS),
  };
}

function partsOf(log: number): number {
  return Math.round((SHIFTS * log) / LOG_STEP);
}

/** Three places are drawn from each 32 bits of chance. */
function countsOf(buckets: Uint8Array, requests: number, chance: Chance): readonly number[] {
  const counts = new Array<number>(BOUNDS_MS.length + 1).fill(0);
  for (let left = requests; left > 0; left -= 3) {
    const bits = chance.bits();
    counts[buckets[bits >>> 22]!]!++;
    if (left > 1) counts[buckets[(bits >>> 12) & 1023]!]!++;
    if (left > 2) counts[buckets[(bits >>> 2) & 1023]!]!++;
  }
  return counts;
}
