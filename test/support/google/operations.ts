import type { GoogleWorld, Handlers } from './google-world.ts';
import type { JsonObject } from './json.ts';
import { textAt } from './json.ts';
import { operationError, Refusal } from './refusal.ts';

/** Work that a call began and that ends later (google/longrunning/operations.proto). */
export interface Operation {
  readonly name: string;
  /** What it is about: the name of a service or a build. */
  readonly about: string;
  readonly dueAt: number;
  pollsLeft: number;
  /** Null: it is not done. */
  outcome: { readonly response: JsonObject } | { readonly error: Refusal } | null;
  /** With its "@type". */
  metadata(): JsonObject;
  finish(): { readonly response: JsonObject } | { readonly error: Refusal };
}

export interface Operations {
  readonly all: readonly Operation[];
  begin(operation: Omit<Operation, 'outcome'>): JsonObject;
  /** Ends what is due. Those about one thing end in the order of their beginning. */
  settle(): void;
  isPending(about: string): boolean;
  /** Ends those about it at once, due or not. */
  endNow(about: string): void;
  /** Counts as a poll of every operation about it. */
  polled(about: string): void;
  get(name: string): JsonObject;
  wait(name: string, timeoutMs: number): Promise<JsonObject>;
}

export function createOperations(world: GoogleWorld): Operations {
  const all: Operation[] = [];
  const find = (name: string) => {
    const found = all.find((one) => one.name === name);
    if (found === undefined) throw new Refusal('NOT_FOUND', `Operation '${name}' was not found.`);
    return found;
  };
  const settle = () => {
    const held = new Set<string>();
    for (const operation of all) {
      if (operation.outcome !== null || held.has(operation.about)) continue;
      if (operation.dueAt > world.now().getTime() || operation.pollsLeft > 0) held.add(operation.about);
      else {
        // It is no longer pending for what it answers itself.
        operation.outcome = { response: {} };
        operation.outcome = operation.finish();
      }
    }
  };
  const get = (name: string) => {
    const operation = find(name);
    operation.pollsLeft -= 1;
    settle();
    return told(operation);
  };
  return {
    all,
    settle,
    get,
    begin: (begun) => {
      const operation: Operation = { ...begun, outcome: null };
      all.push(operation);
      return told(operation);
    },
    endNow: (about) => {
      for (const one of all) if (one.about === about) one.outcome ??= one.finish();
    },
    isPending: (about) => all.some((one) => one.about === about && one.outcome === null),
    polled: (about) => {
      for (const one of all) if (one.about === about && one.outcome === null) one.pollsLeft -= 1;
      settle();
    },
    wait: async (name, timeoutMs) => {
      const until = Date.now() + timeoutMs;
      for (;;) {
        const answer = get(name);
        if (answer['done'] === true || Date.now() >= until) return answer;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** The methods of google.longrunning.Operations under the name that the routes give them for one API. */
export function operationHandlers(service: string, operations: Operations): Handlers {
  return {
    [`${service}.GetOperation`]: (request) => operations.get(textAt(request, 'name')),
    [`${service}.WaitOperation`]: (request) =>
      operations.wait(textAt(request, 'name'), Number.parseFloat(textAt(request, 'timeout') || '30') * 1000),
  };
}

function told({ name, outcome, metadata }: Operation): JsonObject {
  if (outcome === null) return { name, metadata: metadata() };
  return 'error' in outcome
    ? { name, metadata: metadata(), done: true, error: operationError(outcome.error) }
    : { name, metadata: metadata(), done: true, response: outcome.response };
}
