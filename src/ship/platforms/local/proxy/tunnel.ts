import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { answerHeaders } from './forwarded-headers.ts';
import { noAnswer, refuseOn } from './refusals.ts';
import type { Exchange } from './relay.ts';

/** A connection that the client asked to turn into a WebSocket (RFC 6455), with what it sent already. */
export type Tunnel = Omit<Exchange, 'response' | 'bodyIdleMs' | 'request'> & {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
};

/** Asks the revision to change over; from its 101 on bytes are carried both ways, whatever they are. */
export function tunnel(given: Tunnel): void {
  const { socket, target, head, count } = given;
  const leave = target.enter();
  const state = { controller: null as Dispatcher.DispatchController | null, isAnswered: false };
  socket.once('close', () => {
    leave();
    count.settled(false);
    if (!state.isAnswered) state.controller?.abort(new Error('the client is gone'));
  });
  const failed = (error: Error) => {
    count.settled(true);
    if (state.isAnswered) socket.destroy();
    else refuseOn(socket, ...noAnswer(target.upstream.revision, error));
  };
  try {
    target.dispatch(
      {
        method: 'GET',
        path: head.path,
        headers: head.headers as string[],
        upgrade: 'websocket',
      },
      changingOver(given, state, failed),
    );
  } catch (error) {
    failed(error as Error);
  }
}

function changingOver(
  given: Tunnel,
  state: { controller: Dispatcher.DispatchController | null; isAnswered: boolean },
  failed: (error: Error) => void,
): Dispatcher.DispatchHandler {
  const { socket, count, cookie } = given;
  let refusal: ServerResponse | null = null;
  return {
    onRequestStart: (controller) => {
      state.controller = controller;
      if (socket.destroyed) controller.abort(new Error('the client is gone'));
    },
    onRequestUpgrade: (_, status, headers, upstream) => {
      state.isAnswered = true;
      count.settled(false);
      const kept = answerHeaders(headers, cookie);
      socket.write(switching(status, { ...kept, connection: 'Upgrade', upgrade: 'websocket' }));
      join(socket, upstream);
    },
    // It did not change over: its answer is passed on as any other, and ends the connection.
    onResponseStart: (_, status, headers, text) => {
      if (status < 200) return;
      state.isAnswered = true;
      count.settled(status >= 500);
      refusal = answerOn(given);
      refusal.on('drain', () => state.controller?.resume());
      refusal.writeHead(status, text ?? '', { ...answerHeaders(headers, cookie), connection: 'close' });
    },
    onResponseData: (controller, chunk) => {
      if (refusal?.write(chunk) === false) controller.pause();
    },
    onResponseEnd: () => void refusal?.end(),
    onResponseError: (_, error) => failed(error),
  };
}

function answerOn({ request, socket }: Tunnel): ServerResponse {
  const response = new ServerResponse(request);
  response.on('error', () => undefined);
  response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  response.once('finish', () => socket.end(() => socket.destroy()));
  return response;
}

function switching(status: number, headers: ReturnType<typeof answerHeaders>): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  return `HTTP/1.1 ${status} Switching Protocols\r\n${lines.join('')}\r\n`;
}

function join(one: Duplex, other: Duplex): void {
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    here.on('error', () => there.destroy());
    here.once('close', () => there.destroy());
    here.pipe(there);
  }
}
