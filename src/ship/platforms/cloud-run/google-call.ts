import type { World } from '../../../io/world.ts';
import type { Answer, NotDone } from '../../deployment/platform.ts';
import { isMissing, notDone } from './google-failure.ts';

/** Google's clients do again what they think may be: here nothing is done again but by whoever knows what it means. */
export const ONCE = { retry: null } as const;

const CALL_MS = 60_000;
/** Waits between the tries of a read. */
const AGAIN_MS = [200, 1000, 3000] as const;

/** One call as an answer. It has a bound of its own, for over JSON the clients keep none. */
export async function asked<T>(world: World, call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'done', value: await withinTime(call()) };
  } catch (error) {
    return notDone(error, world);
  }
}

/** A read: asked again where nothing came back. */
export async function read<T>(world: World, call: () => Promise<T>): Promise<Answer<T>> {
  for (const pause of AGAIN_MS) {
    const answer = await asked(world, call);
    if (answer.kind !== 'unreachable') return answer;
    await world.clock.sleep(pause);
  }
  return asked(world, call);
}

/** A read of what may not be there: null. */
export async function readIfThere<T>(world: World, call: () => Promise<T>): Promise<Answer<T | null>> {
  return read<T | null>(world, async () => {
    try {
      return await call();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  });
}

/** Goes on with what an answer gives, if it gives something. */
export async function andThen<T, U>(
  answer: Answer<T>,
  next: (value: T) => Promise<Answer<U>> | Answer<U>,
): Promise<Answer<U>> {
  return answer.kind === 'done' ? next(answer.value) : answer;
}

export function done<T>(value: T): Answer<T> {
  return { kind: 'done', value };
}

export function isDone<T>(answer: Answer<T>): answer is Exclude<Answer<T>, NotDone> {
  return answer.kind === 'done';
}

class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

async function withinTime<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutOfTime(`no answer within ${CALL_MS / 1000} s`)), CALL_MS);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
