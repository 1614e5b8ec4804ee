import type { Dispatcher } from 'undici';
import type { Clock } from './clock.ts';
import { decodeBody } from './http-body.ts';
import { exchange } from './http-exchange.ts';
import type { Answer, Broken } from './http-exchange.ts';
import { openOrigin, UnusableProxy } from './http-origin.ts';
import type { ConnectionSettings } from './http-origin.ts';
import { proxyFor } from './http-proxies.ts';
import { canPass, inOneSentence, reasonOf } from './http-reasons.ts';
import { ATTEMPTS, backOff, isWorthRetrying, retryAfter } from './http-retries.ts';
import { dispatchOptions, firstStep, redirected } from './http-steps.ts';
import type { Step } from './http-steps.ts';
import type { Http, HttpFailure, HttpRequest, HttpResponse } from './http.ts';
import { RequestEnd } from './request-end.ts';
import { withoutCredentials } from './url-credentials.ts';

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** `clock` times the pauses between attempts, `random` (in [0, 1)) spreads them. */
export interface HttpOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly connection: ConnectionSettings;
  readonly random?: () => number;
}

/** Bounds that hold over all steps and attempts of a request. `endsAt` by the clock, in epoch milliseconds. */
interface Bounds {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly endsAt: number;
  readonly end: RequestEnd;
}

interface TooLarge {
  readonly kind: 'too-large';
  readonly reason: string;
}

/**
 * HTTP over undici: HTTP/2 where the server has it, else HTTP/1.1 over several connections. Keeps its connections
 * until `close`.
 */
export class UndiciHttp implements Http {
  readonly #options: HttpOptions;
  readonly #origins = new Map<string, Dispatcher | Promise<Dispatcher>>();
  readonly #underWay = new Map<RequestEnd, Promise<unknown>>();
  #closed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  async request(request: HttpRequest): Promise<HttpResponse | HttpFailure> {
    const failure = (reason: string): HttpFailure => {
      return { kind: 'failure', reason, url: withoutCredentials(request.url) };
    };
    if (this.#closed) return failure('nothing is asked any more: the run is ending');
    if (!URL.canParse(request.url)) return failure('the address is not a URL');
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const end = new RequestEnd();
    const timer = setTimeout(() => end.come(), timeoutMs);
    const following = this.#follow(firstStep(request), {
      maxBytes: request.maxBytes ?? DEFAULT_MAX_BYTES,
      timeoutMs,
      endsAt: this.#options.clock.now().getTime() + timeoutMs,
      end,
    });
    this.#underWay.set(end, following);
    try {
      const result = await following;
      if (typeof result === 'string') return failure(result);
      return result.kind === 'too-large' ? { ...failure(result.reason), tooLarge: true } : result;
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(end);
    }
  }

  /** To read the authorities takes longer than most answers, and nearly all servers are asked over TLS. */
  prepare(): void {
    void this.#options.connection.trust();
  }

  /**
   * Breaks off what is under way, stream by stream, and then closes the connections: Node 20 damages its heap where an HTTP/2
   * session is destroyed with streams on it.
   */
  async close(): Promise<void> {
    this.#closed = true;
    for (const end of this.#underWay.keys()) end.come();
    await Promise.allSettled(this.#underWay.values());
    const open = await Promise.allSettled([...this.#origins.values()].map((one) => Promise.resolve(one)));
    this.#origins.clear();
    await Promise.all(open.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])));
  }

  /** Follows redirects by hand, since each must be judged. A string is the reason for having no answer. */
  async #follow(first: Step, bounds: Bounds): Promise<HttpResponse | TooLarge | string> {
    const seen = new Set<string>();
    let step = first;
    for (let count = 0; count <= MAX_REDIRECTS; count++) {
      if (!/^https?:$/.test(step.url.protocol)) return `${step.url.protocol} addresses are not asked`;
      seen.add(`${step.method} ${step.url.href}`);
      const answer = await this.#insist(step, bounds);
      if (typeof answer === 'string' || answer.kind === 'too-large') return answer;
      const location = answer.headers['location'];
      if (step.once || !REDIRECTS.has(answer.status) || location === undefined) {
        return { ...answer, kind: 'response', url: step.url.href };
      }
      const next = redirected(step, answer.status, location, first.url);
      if (typeof next === 'string') return next;
      if (seen.has(`${next.method} ${next.url.href}`)) return `${next.url.host} redirects in a circle`;
      step = next;
    }
    return `${first.url.host} redirects more than ${MAX_REDIRECTS} times`;
  }

  /** One step, sent again while that can help. */
  async #insist(step: Step, bounds: Bounds): Promise<Answer | TooLarge | string> {
    const { clock } = this.#options;
    const said: string[] = [];
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(step, bounds);
      if (result.kind === 'answer' && (step.once || !isWorthRetrying(result.status))) return result;
      const reason = reasonOf(result, step.url.host, bounds);
      if (result.kind === 'broken' && result.why === 'too-large') return { kind: 'too-large', reason };
      said.push(reason);
      if (!canPass(result) || step.once || attempt === ATTEMPTS) return inOneSentence(said);
      const pause = this.#pause(result, attempt);
      if (pause === 'too-long') return `${inOneSentence(said)} and asks to wait longer than a minute`;
      if (clock.now().getTime() + pause >= bounds.endsAt) return inOneSentence(said);
      if (!(await slept(clock, pause, bounds.end))) return inOneSentence(said);
    }
  }

  #pause(result: Answer | Broken, attempt: number): number | 'too-long' {
    const usual = backOff(attempt, (this.#options.random ?? Math.random)());
    if (result.kind === 'broken') return usual;
    const asked = retryAfter(result.headers['retry-after'], this.#options.clock.now());
    return typeof asked === 'number' ? Math.max(asked, usual) : (asked ?? usual);
  }

  async #attempt(step: Step, bounds: Bounds): Promise<Answer | Broken> {
    const proxy = proxyFor(step.url, this.#options.environment);
    if (proxy === 'unusable') return notSent('error', new UnusableProxy());
    const relay = step.url.protocol === 'http:' ? proxy : null;
    const asked = relay === null ? step.url : new URL(relay.origin);
    const dispatcher = await this.#origin(asked, relay === null ? proxy : null, bounds.end);
    if (dispatcher instanceof Error) return notSent('error', dispatcher);
    if (dispatcher === null) return notSent('aborted', null);
    const options = dispatchOptions(step, relay);
    const result = await exchange(dispatcher, options, bounds.maxBytes, bounds.end);
    return result.kind === 'answer' ? decoded(result, bounds.maxBytes) : result;
  }

  /** The dispatcher of an origin, opened once; an error when it cannot be, null when time was up before. */
  #origin(url: URL, proxy: URL | null, end: RequestEnd): Dispatcher | Promise<Dispatcher | Error | null> {
    const known = this.#origins.get(url.origin);
    if (known !== undefined) return known instanceof Promise ? this.#opened(url.origin, known, end) : known;
    const opening = openOrigin(url, proxy, this.#options.connection);
    this.#origins.set(url.origin, opening);
    return this.#opened(url.origin, opening, end);
  }

  async #opened(
    key: string,
    opening: Promise<Dispatcher>,
    end: RequestEnd,
  ): Promise<Dispatcher | Error | null> {
    try {
      const dispatcher = await beforeEnd(opening, end);
      if (dispatcher !== null && this.#origins.get(key) === opening) this.#origins.set(key, dispatcher);
      return dispatcher;
    } catch (error) {
      // The next attempt connects anew.
      if (this.#origins.get(key) === opening) this.#origins.delete(key);
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

async function decoded(answer: Answer, maxBytes: number): Promise<Answer | Broken> {
  const body = await decodeBody(answer.body, answer.headers['content-encoding'], maxBytes);
  if (typeof body !== 'string') return { ...answer, body };
  return { ...notSent(body, null), received: answer.body.length, answered: true };
}

function notSent(why: Broken['why'], error: Error | null): Broken {
  return { kind: 'broken', why, error, received: 0, declared: null, answered: false };
}

/** False: the time was up during the pause. */
async function slept(clock: Clock, ms: number, end: RequestEnd): Promise<boolean> {
  const abort = new AbortController();
  const takeBack = end.onceItComes(() => abort.abort());
  try {
    if (!end.hasCome) await clock.sleep(ms, abort.signal);
  } catch (error) {
    if (!end.hasCome) throw error;
  } finally {
    takeBack();
  }
  return !end.hasCome;
}

async function beforeEnd<T>(promise: Promise<T>, end: RequestEnd): Promise<T | null> {
  let takeBack = (): void => undefined;
  const ended = new Promise<null>((resolve) => {
    takeBack = end.onceItComes(() => resolve(null));
    if (end.hasCome) resolve(null);
  });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    takeBack();
  }
}
