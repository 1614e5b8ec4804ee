import type { Answer, Refusal } from './api.ts';

/** What is known of one question to the server. */
export interface Kept {
  /** The last good answer; null: none came yet. */
  readonly value: unknown;
  /** Why the newest question was not answered; null: it was. */
  readonly refusal: Refusal | null;
  readonly isAsking: boolean;
}

export interface Answers {
  read(path: string): Kept;
  /** Asks, and once more after that where it was asked for meanwhile: what came back last is never older than the question. */
  ask(path: string): Promise<void>;
  /** Asks unless the answer was laid beside the page and nobody used it yet. */
  open(path: string): void;
  put(path: string, value: unknown): void;
  subscribe(listener: () => void): () => void;
}

const NOTHING: Kept = { value: null, refusal: null, isAsking: false };
/** Views that were left are shown at once when one comes back; so many of them. */
const MOST = 60;

export function openAnswers(
  ask: (path: string) => Promise<Answer<unknown>>,
  refused: (refusal: Refusal) => void,
  first: { readonly path: string | null; readonly value: unknown },
): Answers {
  const kept = new Map<string, Kept>();
  const again = new Set<string>();
  const listeners = new Set<() => void>();
  let unused = first.path;
  if (first.path !== null) kept.set(first.path, { ...NOTHING, value: first.value });

  const read = (path: string): Kept => kept.get(path) ?? NOTHING;
  const keep = (path: string, next: Kept): void => {
    kept.delete(path);
    kept.set(path, next);
    for (const old of kept.keys()) if (kept.size > MOST && !read(old).isAsking) kept.delete(old);
    for (const listener of listeners) listener();
  };
  const asking = async (path: string): Promise<void> => {
    if (read(path).isAsking) {
      again.add(path);
      return;
    }
    keep(path, { ...read(path), isAsking: true });
    const answer = await ask(path);
    const isAnswered = answer.kind === 'answered';
    const value = isAnswered ? answer.value : read(path).value;
    keep(path, { value, refusal: isAnswered ? null : answer.refusal, isAsking: false });
    if (!isAnswered) refused(answer.refusal);
    if (again.delete(path)) await asking(path);
  };
  return {
    read,
    ask: asking,
    open(path) {
      if (path === unused) unused = null;
      else void asking(path);
    },
    put: (path, value) => keep(path, { ...read(path), value, refusal: null }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
