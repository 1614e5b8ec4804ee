import type { PageProblem } from '../page-api.ts';
import { harmless } from '../../report/harmless.ts';

export interface Refusal extends PageProblem {
  /** Of HTTP; 0: no answer came. */
  readonly status: number;
}

export type Answer<T> =
  { readonly kind: 'answered'; readonly value: T } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Longer, and whoever waits is told that nothing comes. */
const PATIENCE_MS = 20_000;

export function get<T>(path: string): Promise<Answer<T>> {
  return asked(path, { method: 'GET' });
}

/** A write: with the session's own token, which another site does not know (CSRF). */
export function post<T>(path: string, body: object, csrf: string | null): Promise<Answer<T>> {
  return asked(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(csrf === null ? {} : { 'x-fettle-csrf': csrf }) },
    body: JSON.stringify(body),
  });
}

async function asked<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  const headers = { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(path, {
      ...init,
      headers,
      signal,
      cache: 'no-store',
      credentials: 'same-origin',
    });
    return await read<T>(response);
  } catch (error) {
    return { kind: 'refused', refusal: unreachable(error) };
  }
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const value = parsed(text);
  if (response.ok && value !== undefined) return { kind: 'answered', value: harmless(value as T) };
  return { kind: 'refused', refusal: { status: response.status, ...problemOf(response.status, value) } };
}

/** Undefined: it is no JSON. An empty answer is one that tells nothing. */
function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function problemOf(status: number, value: unknown): PageProblem {
  const told = typeof value === 'object' && value !== null ? (value as Partial<PageProblem>) : {};
  const { code, message, hint } = told;
  if (typeof message !== 'string')
    return {
      code: 'unreadable',
      message: `What came back is no answer of fettle (HTTP ${status}).`,
      hint: 'If a proxy stands before it, look there; then load the page again.',
    };
  return harmless({ code: String(code ?? status), message, hint: typeof hint === 'string' ? hint : null });
}

function unreachable(error: unknown): Refusal {
  const isLate = error instanceof DOMException && error.name === 'TimeoutError';
  return {
    ...{ status: 0, code: 'unreachable' },
    message: isLate
      ? `No answer came within ${PATIENCE_MS / 1000} seconds.`
      : 'The server cannot be reached.',
    hint: 'See whether fettle serve still runs; the page goes on asking.',
  };
}
