import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { noWorkers } from './workers.ts';
import type { Workers } from './workers.ts';

/** Each takes memory of its own, and more than two are faster than what the network brings. */
const MOST_THREADS = 2;
/** Of new objects, in a thread: with half of it a tenth more of the work is collecting, and with more it is not less. */
const YOUNG_MB = 32;

/** What is sent to a thread, and what it sends back (`worker-thread.ts`). */
export interface Question {
  readonly id: number;
  readonly input: unknown;
}
export type Reply =
  { readonly id: number; readonly output: unknown } | { readonly id: number; readonly error: unknown };

/** Threads that run the scripts of a folder (`<name>.js`), begun with the first piece of work for each. */
export function nodeWorkers(folder: URL, threads = threadsHere()): Workers {
  if (threads < 1 || !existsSync(folder)) return noWorkers;
  const pools = new Map<string, Thread[]>();
  return {
    run: (script, input, transfer) => {
      const pool = (pools.get(script) ?? []).filter((thread) => !thread.ended);
      pools.set(script, pool);
      const idle = pool.find((thread) => thread.waiting === 0);
      if (idle === undefined && pool.length < threads) pool.push(new Thread(new URL(`${script}.js`, folder)));
      const least = idle ?? pool.reduce((a, b) => (b.waiting < a.waiting ? b : a));
      return least.ask(input, transfer);
    },
    close: async () => {
      await Promise.all([...pools.values()].flat().map((thread) => thread.end()));
    },
  };
}

/** The main thread keeps a processor to itself. */
function threadsHere(): number {
  return Math.min(availableParallelism() - 1, MOST_THREADS);
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread and the questions that it has not answered yet. It keeps the process alive only while there are any. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ended = false;

  constructor(script: URL) {
    this.#worker = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('a thread ended before its work was done')));
  }

  get ended(): boolean {
    return this.#ended;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  ask(input: unknown, transfer: readonly ArrayBuffer[]): Promise<unknown> {
    const question: Question = { id: this.#asked++, input };
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(question.id, { resolve, reject });
      this.#worker.postMessage(question, transfer);
    });
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#waiting.clear();
    await this.#worker.terminate();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in reply) waiting?.reject(reply.error);
    else waiting?.resolve(reply.output);
  }

  #fail(error: unknown): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
