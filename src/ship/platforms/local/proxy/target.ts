import { Client, Pool } from 'undici';
import type { Dispatcher } from 'undici';

/** Where a revision listens. */
export interface Upstream {
  readonly revision: string;
  readonly connect:
    | { readonly kind: 'unix'; readonly path: string }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number };
}

/** A revision that can be asked, with its pooled connections and what is in flight to it. */
export interface Target {
  readonly upstream: Upstream;
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** Over a connection of its own. */
  dispatchAnew(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  /** Gives what is to be called once, when the request is over. */
  enter(): () => void;
  readonly inFlight: number;
  /** Calls back when nothing is in flight, at once where that is so. */
  whenDry(call: () => void): void;
  /** Idle connections are closed now, the others once what they carry is over. */
  retire(): void;
  destroy(): Promise<void>;
}

/** Servers in wide use close idle connections after 2 s (gunicorn) or 5 s (uvicorn, Node); a closed one must not be written to. */
const IDLE_MS = 1_500;
const CONNECT_MS = 5_000;
const MOST_CONNECTIONS = 2_048;

export function openTarget(upstream: Upstream, headerTimeoutMs: number): Target {
  const { origin, options } = connection(upstream, headerTimeoutMs);
  const pool = new Pool(origin, { ...options, connections: MOST_CONNECTIONS });
  let inFlight = 0;
  let waiting: (() => void)[] = [];
  const leave = () => {
    inFlight -= 1;
    if (inFlight > 0) return;
    const calls = waiting;
    waiting = [];
    for (const call of calls) call();
  };
  return {
    upstream,
    dispatch: (request, handler) => void pool.dispatch(request, handler),
    dispatchAnew: (request, handler) => {
      const client = new Client(origin, options);
      client.dispatch(request, handler);
      void client.close();
    },
    enter: () => {
      inFlight += 1;
      let isOver = false;
      return () => {
        if (!isOver) leave();
        isOver = true;
      };
    },
    get inFlight() {
      return inFlight;
    },
    whenDry: (call) => void (inFlight === 0 ? call() : waiting.push(call)),
    retire: () => void (pool.closed || pool.destroyed ? null : pool.close()),
    destroy: () => (pool.destroyed ? Promise.resolve() : pool.destroy()),
  };
}

function connection({ connect }: Upstream, headerTimeoutMs: number) {
  const host = connect.kind === 'tcp' && connect.host.includes(':') ? `[${connect.host}]` : null;
  const origin =
    connect.kind === 'tcp' ? `http://${host ?? connect.host}:${connect.port}` : 'http://localhost';
  const options: Client.Options = {
    ...(connect.kind === 'unix' ? { socketPath: connect.path } : {}),
    allowH2: false,
    pipelining: 1,
    connectTimeout: CONNECT_MS,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    headersTimeout: headerTimeoutMs,
    // An answer may stream for ever.
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024,
  };
  return { origin, options };
}
