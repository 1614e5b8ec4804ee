import type { JsonObject } from './json.ts';
import { Refusal, type GoogleStatus } from './refusal.ts';

/** What befalls calls. A method is "Services.CreateService"; "*" is any. */
export interface FaultControl {
  /** The next calls are refused before they have any effect. */
  fail(method: string, how?: FailHow): void;
  /** Every call waits that long (real time) before it has any effect; 0: no more. */
  delay(method: string, ms: number): void;
  /** The next calls have their effect, and the connection is cut before the answer. */
  loseAnswer(method: string, how?: { readonly times?: number }): void;
  /** The connection of the next calls is cut before they have any effect. */
  loseRequest(method: string, how?: { readonly times?: number }): void;
  /** From now on each call has a fault by that chance, drawn from the server's seed; 0: none more. */
  atRandom(chance: number, kinds?: readonly FaultKind[]): void;
  clear(): void;
}

export interface FailHow {
  /** Default 1. */
  readonly times?: number;
  /** Default UNAVAILABLE. */
  readonly status?: GoogleStatus;
  readonly message?: string;
  readonly details?: readonly JsonObject[];
}

export type FaultKind = 'fail' | 'lose-answer' | 'lose-request';

export type Fault =
  { readonly kind: 'fail'; readonly refusal: Refusal } | { readonly kind: 'lose-answer' | 'lose-request' };

export interface Faults extends FaultControl {
  /** The fault of this call, which is used up by it. */
  take(method: string): Fault | null;
  delayOf(method: string): number;
}

const UNAVAILABLE = new Refusal('UNAVAILABLE', 'The service is currently unavailable.');

export function createFaults(random: () => number): Faults {
  const planned: { readonly method: string; left: number; readonly fault: Fault }[] = [];
  const delays = new Map<string, number>();
  let chance = 0;
  let kinds: readonly FaultKind[] = [];
  const plan = (method: string, times: number, fault: Fault) =>
    void planned.push({ method, left: times, fault });
  return {
    fail: (method, { times = 1, status = 'UNAVAILABLE', message, details = [] } = {}) =>
      plan(method, times, {
        kind: 'fail',
        refusal: new Refusal(status, message ?? `${method} was told to fail.`, details),
      }),
    delay: (method, ms) => void delays.set(method, ms),
    loseAnswer: (method, { times = 1 } = {}) => plan(method, times, { kind: 'lose-answer' }),
    loseRequest: (method, { times = 1 } = {}) => plan(method, times, { kind: 'lose-request' }),
    atRandom: (share, which = ['fail', 'lose-answer', 'lose-request']) => {
      chance = share;
      kinds = which;
    },
    clear: () => {
      planned.length = 0;
      delays.clear();
      chance = 0;
    },
    take: (method) => {
      const next = planned.find((one) => one.left > 0 && (one.method === method || one.method === '*'));
      if (next !== undefined) next.left -= 1;
      if (next !== undefined || chance === 0 || random() >= chance) return next?.fault ?? null;
      const kind = kinds[Math.floor(random() * kinds.length)]!;
      return kind === 'fail' ? { kind, refusal: UNAVAILABLE } : { kind };
    },
    delayOf: (method) => delays.get(method) ?? delays.get('*') ?? 0,
  };
}
