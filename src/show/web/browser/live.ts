import type { RolloutRow } from '../page-api.ts';
import { harmless } from '../../report/harmless.ts';

/** `polling`: the server sends no events, so the page asks from time to time. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'polling';

export type LiveEvent =
  | { readonly kind: 'runs' | 'services' }
  | { readonly kind: 'rollout'; readonly row: RolloutRow }
  /** Something may have been missed: ask for all that is shown. */
  | { readonly kind: 'all' };

export interface Live {
  state(): LiveState;
  onState(listener: () => void): () => void;
  onEvent(listener: (event: LiveEvent) => void): () => void;
}

const POLL_MS = 10_000;
/** A connection that stands so soon after the page missed nothing that the page does not show. */
const AT_ONCE_MS = 2_000;

/** Follows the server's events; while there are none to be had, asks every ten seconds and tries again. */
export function followServer(path: string, openSource = (from: string) => new EventSource(from)): Live {
  const stateListeners = new Set<() => void>();
  const eventListeners = new Set<(event: LiveEvent) => void>();
  let state: LiveState = 'connecting';
  let source: EventSource | null = null;

  const emit = (event: LiveEvent): void => eventListeners.forEach((listener) => listener(event));
  const become = (next: LiveState): void => {
    if (next === state) return;
    state = next;
    stateListeners.forEach((listener) => listener());
  };
  const open = (): void => {
    source = openSource(path);
    source.onopen = () => {
      const missed = state !== 'connecting' || performance.now() > AT_ONCE_MS;
      become('live');
      if (missed) emit({ kind: 'all' });
    };
    source.onerror = () => {
      const isOver = source?.readyState === EventSource.CLOSED;
      const isNew = isOver && state !== 'polling';
      become(isOver ? 'polling' : 'reconnecting');
      // A session that ended is learned of by asking.
      if (isNew) emit({ kind: 'all' });
    };
    for (const kind of ['runs', 'services'] as const) source.addEventListener(kind, () => emit({ kind }));
    source.addEventListener('rollout', (event: MessageEvent<string>) => emit(rolloutEvent(event.data)));
  };
  const leave = (): void => {
    source?.close();
    become('reconnecting');
  };
  open();
  setInterval(() => {
    if (state === 'live' || document.visibilityState === 'hidden') return;
    if (source?.readyState === EventSource.CLOSED) open();
    emit({ kind: 'all' });
  }, POLL_MS);
  // A browser has six connections to one host over HTTP/1.1 (RFC 9112, 9.4): a page that is kept back or lies in a tab behind would hold one.
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) open();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') return leave();
    if (source?.readyState === EventSource.CLOSED) open();
    if (state !== 'live') emit({ kind: 'all' });
  });
  return {
    state: () => state,
    onState: (listener) => added(stateListeners, listener),
    onEvent: (listener) => added(eventListeners, listener),
  };
}

function rolloutEvent(data: string): LiveEvent {
  const row = harmless(JSON.parse(data) as Partial<RolloutRow> | null);
  return typeof row?.id === 'string' ? { kind: 'rollout', row: row as RolloutRow } : { kind: 'all' };
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
