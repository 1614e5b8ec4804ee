import type { Dispatcher } from 'undici';
import type { BodyProblem } from './http-body.ts';
import type { RequestEnd } from './request-end.ts';

/** One answer. `exchange` leaves its body encoded, as it came over the wire. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** Lower-case names; several of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** An exchange that gave no whole answer. `received` of `declared` bytes had come (null: not declared). */
export interface Broken {
  readonly kind: 'broken';
  readonly why: BodyProblem | 'aborted' | 'error';
  readonly error: Error | null;
  readonly received: number;
  readonly declared: number | null;
  /** Whether the head of an answer had come. */
  readonly answered: boolean;
}

/**
 * Sends one request once and takes its answer in, at most `maxBytes` of it. Never rejects. A body that is shorter
 * than its Content-Length is `cut-off`, however the connection ended.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  maxBytes: number,
  end: RequestEnd,
): Promise<Answer | Broken> {
  return new Promise((resolve) => {
    const taken = new TakenAnswer(options.method === 'HEAD', maxBytes);
    let controller: Dispatcher.DispatchController | null = null;
    const settle = (result: Answer | Broken): void => {
      takeBack();
      resolve(result);
    };
    const breakOff = (why: Broken['why'], error: Error): void => {
      settle(taken.broken(why, error));
      controller?.abort(error);
    };
    const takeBack = end.onceItComes(() => breakOff('aborted', new Error('aborted')));
    if (end.hasCome) return breakOff('aborted', new Error('aborted'));
    dispatcher.dispatch(options, {
      onRequestStart: (started) => {
        controller = started;
        // It waited in the queue of a connection and is not wanted any more.
        if (end.hasCome) started.abort(new Error('aborted'));
      },
      onResponseStart: (_, status, headers) => {
        if (!taken.begin(status, headers)) breakOff('too-large', new Error('too large'));
      },
      onResponseData: (_, chunk) => {
        if (!taken.add(chunk)) breakOff('too-large', new Error('too large'));
      },
      onResponseEnd: () => settle(taken.whole()),
      onResponseError: (_, error) => settle(taken.broken(taken.begun ? 'cut-off' : 'error', error)),
    });
  });
}

/** Bodies of more declared bytes are gathered as they come. */
const LARGEST_LAID_OUT = 16 << 20;

/** What has come of an answer so far. */
class TakenAnswer {
  readonly #isHead: boolean;
  readonly #maxBytes: number;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #declared: number | null = null;
  readonly #chunks: Buffer[] = [];
  /** The body, where its length was declared and is no huge one: what comes is laid in its place, and no chunk is held until the last one is there. */
  #body: Buffer | null = null;
  #received = 0;

  constructor(isHead: boolean, maxBytes: number) {
    this.#isHead = isHead;
    this.#maxBytes = maxBytes;
  }

  get begun(): boolean {
    return this.#status !== 0;
  }

  /** False: the answer declares itself too large. */
  begin(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
    // 100 to 199 come before the answer (RFC 9110, 15.2).
    if (status < 200) return true;
    this.#status = status;
    this.#headers = flattened(headers);
    const length = this.#headers['content-length'];
    const hasBody = !this.#isHead && status !== 204 && status !== 304;
    this.#declared = hasBody && length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : null;
    if (this.#declared === null) return true;
    if (this.#declared > this.#maxBytes) return false;
    // The system gives the memory page by page as it is written to, so that a length that is a lie costs nothing but addresses.
    if (this.#declared <= LARGEST_LAID_OUT) this.#body = Buffer.allocUnsafeSlow(this.#declared);
    return true;
  }

  /** False: it became too large. */
  add(chunk: Buffer): boolean {
    const at = this.#received;
    this.#received += chunk.length;
    if (this.#received > this.#maxBytes) return false;
    if (this.#body === null) this.#chunks.push(chunk);
    // More than was declared is no answer, and is not kept.
    else if (this.#received <= this.#body.length) this.#body.set(chunk, at);
    return true;
  }

  whole(): Answer | Broken {
    if (!this.begun) return this.broken('error', new Error('no answer'));
    if (this.#declared !== null && this.#received !== this.#declared) return this.broken('cut-off', null);
    const chunks = this.#chunks;
    const body = this.#body ?? (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    return { kind: 'answer', status: this.#status, headers: this.#headers, body };
  }

  broken(why: Broken['why'], error: Error | null): Broken {
    const { begun: answered } = this;
    return { kind: 'broken', why, error, received: this.#received, declared: this.#declared, answered };
  }
}

/** Names come from a stranger: the object has no prototype that "__proto__" could reach. */
function flattened(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
