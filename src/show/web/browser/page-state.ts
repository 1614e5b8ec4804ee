import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { PageSession } from '../page-api.ts';
import type { Answers } from './answers.ts';
import type { Refusal } from './api.ts';
import type { Live, LiveEvent, LiveState } from './live.ts';

// Whoever listens begins to in a layout effect: other effects wait until the browser has drawn, and what is told before that is lost.

/** What every view of somebody who is signed in has at hand. */
export interface PageState {
  readonly session: PageSession;
  readonly answers: Answers;
  readonly live: Live;
  /** To another view or other filters; `replace` leaves no step to go back to. */
  readonly go: (path: string, how: 'push' | 'replace') => void;
}

export const PageContext = createContext<PageState | null>(null);

export function usePage(): PageState {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a view outside of the page');
  return page;
}

export interface Shown<T> {
  /** While other filters are asked for, what was shown before stays. Null: nothing came yet. */
  readonly value: T | null;
  readonly refusal: Refusal | null;
  readonly isAsking: boolean;
}

/** The server's answer to a question, asked when the view opens and drawn anew whenever it changes. */
export function useAnswer<T>(path: string): Shown<T> {
  const { answers } = usePage();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const before = useRef<T | null>(null);
  useLayoutEffect(() => {
    const stop = answers.subscribe(() => draw(undefined));
    answers.open(path);
    return stop;
  }, [answers, path]);
  const { value, refusal, isAsking } = answers.read(path);
  if (value !== null) before.current = value as T;
  return { value: before.current, refusal, isAsking: isAsking || (value === null && refusal === null) };
}

/** Events come in bursts; one question answers them all. */
const CALM_MS = 150;

/** Asks a question again when something happened that may change its answer. `taken` says which events are done with already. */
export function useLive(path: string, concerns: (event: LiveEvent) => boolean): void {
  const { answers, live } = usePage();
  const asks = useRef(concerns);
  asks.current = concerns;
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = live.onEvent((event) => {
      if (event.kind !== 'all' && !asks.current(event)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void answers.ask(path);
      }, CALM_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [answers, live, path]);
}

/** Asks again every so often although nothing happened: tickets are good for a while only. */
export function useRefresh(path: string, everyMs: number): void {
  const { answers } = usePage();
  useEffect(() => {
    const timer = setInterval(() => void answers.ask(path), everyMs);
    return () => clearInterval(timer);
  }, [answers, path, everyMs]);
}

export function useLiveState(): LiveState {
  const { live } = usePage();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => live.onState(() => draw(undefined)), [live]);
  return live.state();
}
