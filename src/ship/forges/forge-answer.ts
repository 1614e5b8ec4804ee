import type { Answered, NotDone } from './forge.ts';

/** A forge answered, and not as was hoped. */
export class ForgeRefusal extends Error {
  override readonly name = 'ForgeRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** No answer came, or none that tells what was done. */
export class NoForgeAnswer extends Error {
  override readonly name = 'NoForgeAnswer';
}

export function done<T>(value: T): Answered<T> {
  return { kind: 'done', value };
}

/** The value of a call, or how it ended otherwise; what is no failure of a forge is thrown on. */
export async function answered<T>(call: () => Promise<T>): Promise<Answered<T>> {
  try {
    return done(await call());
  } catch (error) {
    if (error instanceof NoForgeAnswer) return { kind: 'unreachable', why: error.message };
    if (error instanceof ForgeRefusal) return notDone(error);
    throw error;
  }
}

/** The value, or null where there is no such thing. */
export async function orNull<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ForgeRefusal && error.status === 404) return null;
    throw error;
  }
}

const MOVED = 'name the repository as it is called now';
const HINTS: Readonly<Record<number, string>> = {
  301: MOVED,
  302: MOVED,
  307: MOVED,
  308: MOVED,
  401: 'the token is unknown, or has run out: make a new one',
  403: 'give the token the right to write contents and proposals of this repository (docs/pull-requests.md)',
  404: 'check the name of the repository; to a token that may not see it, a private one is not there',
};

function notDone({ status, message }: ForgeRefusal): NotDone {
  const why = `it answered ${status} (${message})`;
  if (status === 409) return { kind: 'conflict', why };
  if (status >= 500 || status === 429) return { kind: 'unreachable', why };
  return { kind: 'refused', why, hint: HINTS[status] ?? 'the answer says what it does not take' };
}

const ATTEMPTS = 2;

/**
 * A write that must not be done twice. Where its answer was lost, `seen` reads whether it took effect (null: it did not), and only
 * then it is written again, once.
 */
export async function onceOnly<T>(
  write: () => Promise<Answered<T>>,
  seen: () => Promise<Answered<T | null>>,
): Promise<Answered<T>> {
  for (let attempt = 1; ; attempt++) {
    const answer = await write();
    if (answer.kind !== 'unreachable') return answer;
    const there = await seen();
    if (there.kind !== 'done') return answer;
    if (there.value !== null) return done(there.value);
    if (attempt === ATTEMPTS) return answer;
  }
}
