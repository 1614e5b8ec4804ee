import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import { answerHeaders } from './forwarded-headers.ts';
import type { RequestCount } from './interval-counts.ts';
import { noAnswer, refuse } from './refusals.ts';
import type { Outgoing } from './refusals.ts';
import type { Incoming, RequestHead } from './request-head.ts';
import type { Target } from './target.ts';

/** One request on its way to one revision. */
export interface Exchange {
  readonly request: Incoming;
  readonly response: Outgoing;
  readonly head: RequestHead;
  readonly target: Target;
  readonly count: RequestCount;
  readonly cookie: string | null;
  /** A body that stands still for so long is not waited for. */
  readonly bodyIdleMs: number;
}

interface Progress {
  controller: Dispatcher.DispatchController | null;
  hasByte: boolean;
  hasEnded: boolean;
  isClientGone: boolean;
}

/** Passes the request on and the answer back, both as they come. Never throws; the answer is always ended or cut off. */
export function relay(exchange: Exchange): void {
  const { response, target, head, count } = exchange;
  const progress: Progress = { controller: null, hasByte: false, hasEnded: false, isClientGone: false };
  const leave = target.enter();
  response.on('error', () => undefined);
  response.on('drain', () => progress.controller?.resume());
  response.once('close', () => {
    leave();
    if (progress.hasEnded) return;
    progress.isClientGone = true;
    // It waited so long and went: a slow request, but no failed one.
    count.settled(false);
    progress.controller?.abort(new Error('the client is gone'));
  });
  const options: Dispatcher.DispatchOptions = {
    method: head.method,
    path: head.path,
    headers: head.headers as string[],
    body: head.hasBody ? bodyOf(exchange) : null,
  };
  const failed = (error: Error) => fail(exchange, progress, error);
  const again = (error: Error) => {
    if (!mayRepeat(head, progress, error)) return failed(error);
    attempt(() => target.dispatchAnew(options, answering(exchange, progress, failed)), failed);
  };
  attempt(() => target.dispatch(options, answering(exchange, progress, again)), failed);
}

function attempt(dispatch: () => void, failed: (error: Error) => void): void {
  try {
    dispatch();
  } catch (error) {
    failed(error as Error);
  }
}

function answering(
  { response, count, cookie }: Exchange,
  progress: Progress,
  failed: (error: Error) => void,
): Dispatcher.DispatchHandler & { onResponseStarted(): void } {
  return {
    onRequestStart: (controller) => {
      progress.controller = controller;
      if (progress.isClientGone) controller.abort(new Error('the client is gone'));
    },
    onResponseStarted: () => void (progress.hasByte = true),
    onResponseStart: (_, status, headers, text) => {
      if (status < 200) return void earlyHints(response, status, headers['link']);
      // Thrown here, it is the upstream's failure: undici hands it to onResponseError.
      writeHead(response, status, text ?? '', answerHeaders(headers, cookie));
      count.settled(status >= 500);
      // A whole small answer comes within this tick and leaves in one piece; of a stream the head does not wait for the first bytes.
      process.nextTick(() => progress.hasEnded || flushHead(response));
    },
    onResponseData: (controller, chunk) => {
      if (!(response as NodeJS.WritableStream).write(chunk)) controller.pause();
    },
    onResponseEnd: (_, trailers) => {
      progress.hasEnded = true;
      if (Object.keys(trailers).length > 0) response.addTrailers(trailers);
      response.end();
    },
    onResponseError: (_, error) => failed(error),
  };
}

function writeHead(
  response: Outgoing,
  status: number,
  text: string,
  headers: ReturnType<typeof answerHeaders>,
): void {
  if ('stream' in response) response.writeHead(status, headers);
  else response.writeHead(status, text, headers);
}

/** RFC 8297. Other interim answers say nothing to a client of ours. */
function earlyHints(response: Outgoing, status: number, link: string | string[] | undefined): void {
  if (status === 103 && link !== undefined) response.writeEarlyHints({ link });
}

function fail({ response, target, count }: Exchange, progress: Progress, error: Error): void {
  if (progress.isClientGone || progress.hasEnded) return;
  progress.hasEnded = true;
  count.settled(true);
  count.brokeOff();
  if (response.headersSent) cutOff(response);
  else refuse(response, ...noAnswer(target.upstream.revision, error));
}

/** The client must see that the answer is not whole. */
function cutOff(response: Outgoing): void {
  if ('stream' in response) response.stream.close(2 /* INTERNAL_ERROR */);
  else response.destroy();
}

const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * A pooled connection may have been closed by its server while the request was on its way (RFC 9112, section 9.3.1): what may be
 * asked twice is asked once more. A connection that had never carried an answer was not one of these.
 */
function mayRepeat(head: RequestHead, progress: Progress, error: Error): boolean {
  const { code, socket } = error as Error & { code?: string; socket?: { bytesRead?: number } };
  const isIdempotent = (head.method === 'GET' || head.method === 'HEAD') && !head.hasBody;
  return (
    isIdempotent &&
    !progress.hasByte &&
    !progress.isClientGone &&
    CLOSED.has(code ?? '') &&
    socket?.bytesRead !== 0
  );
}

/**
 * The body by way of a stream of its own: the upstream client destroys what it is given when a connection fails, and the client's
 * connection has still to carry the answer.
 */
function bodyOf({ request, response, bodyIdleMs }: Exchange): PassThrough {
  const body = new PassThrough();
  const idle = setTimeout(() => {
    if (body.writableNeedDrain) return void idle.refresh();
    refuse(response, 408, 'the body of the request stood still');
    request.destroy();
  }, bodyIdleMs);
  request.on('data', () => idle.refresh());
  request.once('error', () => body.destroy(new Error('the client is gone')));
  request.once('aborted', () => body.destroy(new Error('the client is gone')));
  request.once('end', () => clearTimeout(idle));
  body.on('error', () => undefined);
  body.once('close', () => {
    clearTimeout(idle);
    request.unpipe(body);
    // What nobody wants any more is read away, so that the connection can be used again.
    request.resume();
  });
  return request.pipe(body);
}

function flushHead(response: Outgoing): void {
  // In HTTP/2 a head leaves when it is written.
  if (!('stream' in response)) response.flushHeaders();
}
