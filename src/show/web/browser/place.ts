import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ownPath } from './address.ts';
import { routeOf } from './route.ts';

interface Kept {
  readonly scroll?: number;
}

export interface Place {
  /** Path and query. */
  readonly path: string;
  readonly go: (path: string, how: 'push' | 'replace') => void;
}

/** Where the reader is, by the History API: every view has an address of its own, and going back gives it back with its place in the page. */
export function usePlace(): Place {
  const [path, setPath] = useState(here);
  const scroll = useRef<number | null>(null);
  const go = useCallback(
    (next: string, how: 'push' | 'replace') => {
      if (how === 'replace') history.replaceState(history.state, '', next);
      else {
        history.replaceState({ scroll: scrollY } satisfies Kept, '');
        history.pushState(null, '', next);
        // Other filters of one list leave the reader where the filters are.
        scroll.current = pathOnly(next) === pathOnly(path) ? null : 0;
      }
      setPath(here());
    },
    [path],
  );
  useLayoutEffect(() => {
    history.scrollRestoration = 'manual';
    const back = (event: PopStateEvent): void => {
      scroll.current = (event.state as Kept | null)?.scroll ?? 0;
      setPath(here());
    };
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  useLinks(go);
  useLayoutEffect(() => {
    if (scroll.current !== null) scrollTo(0, scroll.current);
    scroll.current = null;
  }, [path]);
  return { path, go };
}

/** Links to views are followed without loading the page anew; every other click is the browser's, and so are new windows. */
function useLinks(go: Place['go']): void {
  useLayoutEffect(() => {
    const follow = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const isPlain =
        event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      if (link === null || !isPlain || event.defaultPrevented) return;
      if (link.target !== '' || link.hasAttribute('download') || link.hash !== '') return;
      const next = ownPath(link.href, location.origin);
      const kind = next === null ? 'unknown' : routeOf(next).kind;
      if (next === null || kind === 'unknown' || kind === 'sign-in') return;
      event.preventDefault();
      if (next !== here()) go(next, 'push');
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, [go]);
}

function here(): string {
  return `${location.pathname}${location.search}`;
}

export function pathOnly(path: string): string {
  return path.split('?', 1)[0]!;
}
