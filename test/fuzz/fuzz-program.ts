import { closeSync, openSync, readdirSync, readFileSync, existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserFacingError } from '../../src/domain/errors.ts';
import { isRepetition, mutated } from './mutate.ts';
import type { Mutation } from './mutate.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { TARGETS } from './targets/all-targets.ts';

/** What the program is told, as JSON. */
export interface FuzzOrder {
  readonly target: string;
  /** The checkout. */
  readonly root: string;
  /** Where the number of the input stands that is being read, for whoever finds the program dead. */
  readonly progress: string;
  readonly key: string;
  /** Of this process' own processor time, where the target starts no processes: a machine with more to do reads as much as a quiet one, and takes longer. */
  readonly seconds: number;
  /** Whether time that grows faster than the input is a fault: on a machine with more to do it may only seem so. */
  readonly timed: boolean;
  readonly first: number;
  /** At most so many. */
  readonly most: number;
}

/** A fault, with the number of its input; numbers below zero are of `corpus/` and the seeds. */
export interface Fault {
  readonly at: number;
  readonly what: string;
  readonly input: string;
  /** Whether it is time that grows faster than the input. */
  readonly isGrowth?: boolean;
}

export interface FuzzResult {
  readonly inputs: number;
  /** Of processor time, of which making the inputs is a part. */
  readonly seconds: number;
  readonly slowestMs: number;
  readonly slowestAt: number;
  readonly faults: readonly Fault[];
}

/** Of processor time for one file, none of which is larger than 200 KB. */
const LONGEST_MS = 3_000;
/** An input that takes this long is read once more beside those of twice, half and a quarter of its repetitions: each doubling may take twice as long, and not four times. */
const LOOKED_AT_MS = 250;
/** Less than this by the clock is not told apart. */
const NOT_TOLD_MS = 25;
/** A heap that has to grow makes a doubling or two of them cost more than this, but not three. */
const MOST_GROWTH = 3;
const MOST_RESIDENT = 1_500 * 2 ** 20;
const MOST_FAULTS = 5;

/** Reads inputs until the time is up; the result is the last line that is printed. */
export async function fuzz(order: FuzzOrder): Promise<void> {
  const target = TARGETS.find(({ name }) => name === order.target);
  if (target === undefined) throw new Error(`there is no target ${order.target}`);
  const progress = openSync(order.progress, 'w');
  const run = new Run(target, progress, order.timed);
  const seeds = seedsOf(target, order.root);
  for (const [at, seed] of seeds.entries()) await run.read(at - seeds.length, seed);
  const mutation = {
    seeds,
    words: (target.words ?? []).map((word) => Buffer.from(word)),
    key: `${order.key} ${target.name}`,
  };
  const now = target.startsProcesses === true ? clockSeconds : processorSeconds;
  const began = now();
  const used = (): number => now() - began;
  for (let n = order.first; n < order.most && used() < order.seconds && run.faults.length < MOST_FAULTS; n++)
    await run.read(n, mutated(mutation, n), isRepetition(n) ? scaled(mutation, n) : null);
  closeSync(progress);
  const { inputs, slowestMs, slowestAt, faults } = run;
  const result: FuzzResult = {
    ...{ inputs, seconds: Math.round(used()), slowestMs: Math.round(slowestMs), slowestAt, faults },
  };
  console.log(JSON.stringify(result));
}

/** Made where they are looked at, which few are. */
type Scaled = () => readonly [twice: Uint8Array, half: Uint8Array, quarter: Uint8Array];

function scaled(mutation: Mutation, n: number): Scaled {
  return () => [mutated(mutation, n, 2), mutated(mutation, n, 1 / 2), mutated(mutation, n, 1 / 4)];
}

function clockSeconds(): number {
  return performance.now() / 1000;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The seeds of a target and what its corpus keeps, in a fixed order. */
export function seedsOf({ name, seeds }: FuzzTarget, root: string): readonly Uint8Array[] {
  const folder = join(root, 'test', 'fuzz', 'corpus', name);
  const kept = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [
    ...seeds.map((seed) =>
      typeof seed === 'string'
        ? Buffer.from(seed)
        : seed instanceof Uint8Array
          ? seed
          : readFileSync(join(root, seed.path)),
    ),
    ...kept.map((file) => readFileSync(join(folder, file))),
  ];
}

class Run {
  inputs = 0;
  slowestMs = 0;
  slowestAt = 0;
  readonly faults: Fault[] = [];
  readonly #target: FuzzTarget;
  readonly #progress: number;
  readonly #isTimed: boolean;

  constructor(target: FuzzTarget, progress: number, isTimed: boolean) {
    this.#target = target;
    this.#progress = progress;
    this.#isTimed = isTimed;
  }

  /** `scales`: the same with other numbers of its repetitions, or null. */
  async read(at: number, input: Uint8Array, scales: Scaled | null = null): Promise<void> {
    writeSync(this.#progress, String(at).padEnd(16), 0);
    this.inputs++;
    const ms = await this.#timed(input, (error) => this.#fault(at, input, error));
    if (this.#isTimed && scales !== null && ms > LOOKED_AT_MS) await this.#grows(at, input, scales());
    if (ms > this.slowestMs) [this.slowestMs, this.slowestAt] = [ms, at];
    if (ms > LONGEST_MS * (this.#target.files ?? 1))
      this.#fault(at, input, new Error(`it took ${Math.round(ms)} ms of ${input.length} bytes`));
    if (polluted()) this.#fault(at, input, new Error('a prototype was changed'));
    if (this.inputs % 256 === 0 && process.memoryUsage.rss() > MOST_RESIDENT)
      this.#fault(at, input, new Error(`the process has come to ${process.memoryUsage.rss()} bytes`));
  }

  /** Processor time in milliseconds; 0 for what took hardly any by the clock, which is cheaper to ask. */
  async #timed(input: Uint8Array, onFault: (error: unknown) => void): Promise<number> {
    const [began, used] = [performance.now(), process.cpuUsage()];
    try {
      await this.#target.read(input);
    } catch (error) {
      if (!(error instanceof UserFacingError)) onFault(error);
    }
    return performance.now() - began < NOT_TOLD_MS ? 0 : process.cpuUsage(used).user / 1_000;
  }

  /** The best of three each: other work on the machine only ever makes it slower. */
  async #grows(at: number, input: Uint8Array, [twice, half, quarter]: ReturnType<Scaled>): Promise<void> {
    const sizes = [twice, input, half, quarter];
    const best = sizes.map(() => Infinity);
    for (let round = 0; round < 3; round++)
      for (const [which, one] of sizes.entries())
        best[which] = Math.min(best[which]!, await this.#timed(one, () => undefined));
    const known = best.map((ms) => Math.max(ms, NOT_TOLD_MS));
    if (known.some((ms, which) => which > 0 && known[which - 1]! <= MOST_GROWTH * ms)) return;
    const told = sizes.map(({ length }, which) => `${length} bytes took ${best[which]} ms`);
    this.#fault(at, input, new Error(told.join(', ')), { isGrowth: true });
  }

  #fault(at: number, input: Uint8Array, error: unknown, more: Pick<Fault, 'isGrowth'> = {}): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const told = { at, what: what.slice(0, 1_500), input: Buffer.from(input).toString('base64') };
    this.faults.push({ ...told, ...more });
  }
}

const PROTOTYPES = [Object.prototype, Array.prototype, Map.prototype, String.prototype, Function.prototype];
const BEFORE = PROTOTYPES.map((one) => Reflect.ownKeys(one).length);

function polluted(): boolean {
  return PROTOTYPES.some((one, n) => Reflect.ownKeys(one).length !== BEFORE[n]);
}
