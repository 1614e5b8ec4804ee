import { setImmediate } from 'node:timers/promises';
import type {
  Engine,
  EngineWorker,
  QueueLimits,
  QueuePlace,
  RunContext,
  RunRecord,
  RunStatus,
  Workflow,
} from './engine.ts';
import type { SteppedClock } from './stepped-clock.test-double.ts';

/** What befalls the worker at one operation: before its work, after its effect but before its record, and after that. */
export type Phase = 'before' | 'inside' | 'after';
export type Fault =
  | { readonly kind: 'none' }
  /** The worker is gone; another takes over after a while. */
  | { readonly kind: 'crash' }
  /** It stands still for so long, is taken for dead, and goes on beside the one that took over. */
  | { readonly kind: 'pause'; readonly ms: number };

export interface Operation {
  /** From 0, over all runs; what is replayed has none. */
  readonly index: number;
  readonly run: string;
  readonly name: string;
}

export interface SteppedOptions {
  readonly clock: SteppedClock;
  /** A worker of these is at work from the beginning, and another one takes over where it dies; null: none before `work` is called. */
  readonly workflows: readonly Workflow<never, unknown>[] | null;
  readonly regionLimit?: number;
  readonly takeoverMs?: number;
  readonly fault?: (operation: Operation, phase: Phase) => Fault;
}

export interface SteppedEngine {
  readonly engine: Engine;
  /** Starts a worker where none is at work. */
  work(workflows: readonly Workflow<never, unknown>[], limits: QueueLimits): EngineWorker;
  /** Lets time pass until no run is left to work at, or nothing happens any more, or so much time is over. */
  settle(mostMs?: number): Promise<void>;
  /** Operations that were worked at by now. */
  operations(): number;
  /** How often a worker began anew. */
  workers(): number;
}

interface Recorded {
  readonly name: string;
  readonly json: string | null;
  readonly error: string | null;
}

interface Run {
  readonly id: string;
  readonly workflow: string;
  readonly place: QueuePlace;
  readonly input: string;
  readonly isChild: boolean;
  readonly createdAt: string;
  readonly order: number;
  readonly records: Recorded[];
  /** When a sleep or a wait that began is over, on the wall. */
  readonly wakes: Map<number, number>;
  readonly inbox: { readonly signal: string; readonly json: string; taken: boolean }[];
  status: RunStatus;
  state: string;
  /** Of the execution that began last. */
  latest: number;
  output: string;
  error: string | null;
  updatedAt: string;
  changed: (() => void)[];
}

interface Worker {
  alive: boolean;
  paused: Promise<void> | null;
}

interface Execution {
  readonly run: Run;
  readonly worker: Worker;
  readonly generation: number;
  next: number;
  gaveWay: boolean;
}

const SLOT = 'stepped';
const NO_FAULT: Fault = { kind: 'none' };
const TERMINAL: readonly RunStatus[] = ['done', 'failed', 'cancelled'];

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** An engine and its worker in memory, on a clock that is stepped; what is recorded is JSON text, as it would be in a database. */
export function steppedEngine(options: SteppedOptions): SteppedEngine {
  const { clock, takeoverMs = 20_000, fault = () => NO_FAULT } = options;
  let workflows = options.workflows ?? [];
  let regionLimit = options.regionLimit ?? 4;
  const runs = new Map<string, Run>();
  const bytes = new Map<string, Uint8Array>();
  let generation = 0;
  let operations = 0;
  let workers = 0;
  let worker: Worker = options.workflows === null ? { alive: false, paused: null } : newWorker();

  function newWorker(): Worker {
    workers++;
    return { alive: true, paused: null };
  }

  function changed(run: Run): void {
    run.updatedAt = clock.now().toISOString();
    const waiting = run.changed;
    run.changed = [];
    for (const wake of waiting) wake();
  }

  function replaceWorker(): void {
    void clock.sleep(takeoverMs).then(takeOver);
  }

  function takeOver(): void {
    worker = newWorker();
    for (const run of runs.values()) if (run.status === 'running') execute(run);
    dispatch();
  }

  function work(given: readonly Workflow<never, unknown>[], limits: QueueLimits): EngineWorker {
    workflows = given;
    regionLimit = limits.region;
    takeOver();
    const own = worker;
    return {
      slot: SLOT,
      isIdle: () => Promise.resolve([...runs.values()].every(({ status }) => TERMINAL.includes(status))),
      stop: () => Promise.resolve(void (own.alive = false)),
    };
  }

  function dispatch(): void {
    if (!worker.alive || worker.paused !== null) return;
    for (const run of [...runs.values()].sort((a, b) => a.order - b.order)) {
      if (run.status !== 'queued') continue;
      const { queue, partition } = run.place;
      const atWork = [...runs.values()].filter(
        ({ status, place }) => status === 'running' && place.queue === queue && place.partition === partition,
      );
      if (atWork.length >= (queue === 'service' ? 1 : regionLimit)) continue;
      run.status = 'running';
      execute(run);
    }
  }

  function execute(run: Run): void {
    const found = workflows.find(({ name }) => name === run.workflow);
    if (found === undefined) throw new Error(`no workflow ${run.workflow}`);
    const workflow = found as unknown as Workflow<unknown, unknown>;
    const execution: Execution = { run, worker, generation: ++generation, next: 0, gaveWay: false };
    run.latest = execution.generation;
    const context = contextOf(execution);
    void workflow.run(JSON.parse(run.input), context).then(
      (output) => over(execution, 'done', JSON.stringify(output ?? null), null),
      (error: unknown) => over(execution, 'failed', 'null', String((error as Error).stack ?? error)),
    );
  }

  async function over(
    execution: Execution,
    status: RunStatus,
    output: string,
    error: string | null,
  ): Promise<void> {
    const { run } = execution;
    await strike(execution, { index: operations++, run: run.id, name: 'end' }, 'before');
    await goesOn(execution);
    if (run.latest > execution.generation) return;
    run.status = status;
    run.output = output;
    run.error = error;
    changed(run);
    dispatch();
  }

  /** Comes back only where the execution may still do anything. */
  async function goesOn(execution: Execution): Promise<void> {
    const { worker: own, run } = execution;
    while (own.paused !== null) await own.paused;
    const isOver = execution.gaveWay || TERMINAL.includes(run.status);
    if (!own.alive || isOver) await never();
  }

  async function strike(execution: Execution, operation: Operation, phase: Phase): Promise<void> {
    const { worker: own } = execution;
    const struck = own === worker && own.alive ? fault(operation, phase) : NO_FAULT;
    if (struck.kind === 'crash') {
      own.alive = false;
      replaceWorker();
    } else if (struck.kind === 'pause') {
      own.paused = clock.sleep(struck.ms).then(() => void (own.paused = null));
      replaceWorker();
    }
    await goesOn(execution);
  }

  async function operate<T>(
    execution: Execution,
    name: string,
    work: (at: number) => Promise<{ readonly value: T; readonly recorded?: () => void }>,
  ): Promise<T> {
    await goesOn(execution);
    const { run } = execution;
    const at = execution.next++;
    const before = run.records[at];
    if (before !== undefined) return replayed<T>(before, name, run);
    const operation = { index: operations++, run: run.id, name };
    await strike(execution, operation, 'before');
    let record: Recorded;
    let then: (() => void) | undefined;
    try {
      const { value, recorded } = await work(at);
      record = { name, json: JSON.stringify(value ?? null), error: null };
      then = recorded;
    } catch (error) {
      record = { name, json: null, error: String((error as Error).stack ?? error) };
    }
    await strike(execution, operation, 'inside');
    // Another execution has taken over: this one gives way, and what it saw is forgotten.
    if (run.latest > execution.generation) {
      execution.gaveWay = true;
      return never();
    }
    run.records[at] = record;
    then?.();
    await strike(execution, operation, 'after');
    return replayed<T>(record, name, run);
  }

  function replayed<T>(record: Recorded, name: string, run: Run): T {
    if (record.name !== name)
      throw new Error(`${run.id} is not deterministic: ${name} where ${record.name} is recorded`);
    if (record.error !== null) throw new Error(record.error);
    return JSON.parse(record.json!) as T;
  }

  /** Until the wall shows the time that was recorded when it began, and never longer than was asked for. */
  function remaining(run: Run, at: number, ms: number): number {
    const wake = run.wakes.get(at) ?? clock.now().getTime() + ms;
    run.wakes.set(at, wake);
    return Math.min(ms, Math.max(0, wake - clock.now().getTime()));
  }

  function contextOf(execution: Execution): RunContext {
    const { run, generation: own } = execution;
    return {
      id: run.id,
      generation: own,
      step: (name, work) => operate(execution, name, async () => ({ value: await work() })),
      now: async () =>
        new Date(
          await operate(execution, 'now', () => Promise.resolve({ value: clock.now().toISOString() })),
        ),
      sleep: (ms) =>
        operate(execution, 'sleep', async (at) => {
          await clock.sleep(remaining(run, at, ms));
          return { value: undefined };
        }),
      waitFor: <T>(signal: string, ms: number) =>
        operate<T | null>(execution, `wait for ${signal}`, (at) =>
          waited<T>(run, signal, remaining(run, at, ms)),
        ),
      publish: (state) =>
        operate(execution, 'publish', () => {
          if (own >= run.latest) run.state = JSON.stringify(state);
          changed(run);
          return Promise.resolve({ value: undefined });
        }),
      child: <I, O>(workflow: Workflow<I, O>, id: string, input: I, place: QueuePlace) =>
        operate<O>(execution, `child ${id}`, async () => {
          add(workflow.name, id, input, place, true);
          const child = runs.get(id)!;
          while (!TERMINAL.includes(child.status))
            await new Promise<void>((wake) => child.changed.push(wake));
          if (child.status !== 'done') throw new Error(child.error ?? `${id} was cancelled`);
          return { value: JSON.parse(child.output) as O };
        }),
    };
  }

  async function waited<T>(
    run: Run,
    signal: string,
    ms: number,
  ): Promise<{ readonly value: T | null; readonly recorded?: () => void }> {
    const until = clock.passed() + ms;
    for (;;) {
      const next = run.inbox.find((one) => one.signal === signal && !one.taken);
      if (next !== undefined)
        return { value: JSON.parse(next.json) as T, recorded: () => void (next.taken = true) };
      if (clock.passed() >= until) return { value: null };
      await Promise.race([
        clock.sleep(until - clock.passed()),
        new Promise<void>((wake) => run.changed.push(wake)),
      ]);
    }
  }

  function add(workflow: string, id: string, input: unknown, place: QueuePlace, isChild: boolean): void {
    if (runs.has(id)) return;
    const at = clock.now().toISOString();
    runs.set(id, {
      ...{ id, workflow, place, isChild, input: JSON.stringify(input), createdAt: at, updatedAt: at },
      ...{ order: runs.size, records: [], wakes: new Map(), inbox: [], changed: [] },
      ...{ status: 'queued', state: 'null', latest: 0, output: 'null', error: null },
    });
    dispatch();
  }

  const engine = engineOf({ runs, bytes, add, changed, clock, isWorkedAt: () => worker.alive });

  return {
    engine,
    work,
    operations: () => operations,
    workers: () => workers,
    settle: async (mostMs = 10 * 86_400_000) => {
      const until = clock.passed() + mostMs;
      for (;;) {
        await setImmediate();
        const isOver = [...runs.values()].every(({ status }) => TERMINAL.includes(status));
        if (isOver || clock.passed() >= until || !clock.step()) return;
      }
    },
  };
}

function engineOf(inside: {
  readonly runs: ReadonlyMap<string, Run>;
  readonly bytes: Map<string, Uint8Array>;
  readonly add: (workflow: string, id: string, input: unknown, place: QueuePlace, isChild: boolean) => void;
  readonly changed: (run: Run) => void;
  readonly clock: SteppedClock;
  readonly isWorkedAt: () => boolean;
}): Engine {
  const { runs, bytes, add, changed, clock, isWorkedAt } = inside;
  return {
    enqueue: (workflow, id, input, place) => Promise.resolve(add(workflow.name, id, input, place, false)),
    signal: (id, signal, value) => {
      const run = runs.get(id);
      if (run === undefined) return Promise.reject(new Error(`no run ${id}`));
      run.inbox.push({ signal, json: JSON.stringify(value), taken: false });
      changed(run);
      return Promise.resolve();
    },
    cancel: (id) => {
      const run = runs.get(id);
      if (run !== undefined && !TERMINAL.includes(run.status)) {
        run.status = 'cancelled';
        changed(run);
      }
      return Promise.resolve();
    },
    list: ({ workflow, partition, status, most }) =>
      Promise.resolve(
        [...runs.values()]
          .filter((run) => !run.isChild)
          .filter((run) => workflow === undefined || run.workflow === workflow)
          .filter((run) => partition === undefined || run.place.partition === partition)
          .filter((run) => status === undefined || status.includes(run.status))
          .sort((a, b) => b.order - a.order)
          .slice(0, most)
          .map(recordOf),
      ),
    read: (id) => {
      const run = runs.get(id);
      return Promise.resolve(run === undefined ? null : recordOf(run));
    },
    keep: (digest, kept) => {
      if (!bytes.has(digest)) bytes.set(digest, Uint8Array.from(kept));
      return Promise.resolve();
    },
    kept: (digest) => Promise.resolve(bytes.get(digest) ?? null),
    workers: () =>
      Promise.resolve(
        isWorkedAt() ? [{ slot: SLOT, machine: 'memory', since: clock.now().toISOString() }] : [],
      ),
    close: () => Promise.resolve(),
  };
}

function recordOf(run: Run): RunRecord {
  const { id, workflow, status, place, createdAt, updatedAt, error } = run;
  return {
    ...{ id, workflow, status, partition: place.partition, createdAt, updatedAt, error },
    input: JSON.parse(run.input) as unknown,
    state: JSON.parse(run.state) as unknown,
  };
}
