import { request } from 'node:http';

/** A request to this machine: to a unix socket, or to a port of its loopback. */
export interface LoopbackRequest {
  readonly to:
    { readonly kind: 'unix'; readonly path: string } | { readonly kind: 'tcp'; readonly port: number };
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Until the answer is whole. */
  readonly timeoutMs: number;
  /** Of the answer; what comes after them is not waited for. */
  readonly mostBytes: number;
}

/** `status` null: no answer, and `error` says why. */
export interface LoopbackAnswer {
  readonly status: number | null;
  readonly body: string;
  readonly ms: number;
  readonly error: string | null;
}

/** Never by a proxy, and with the Host header as given, which World's http does not let one choose. */
export function loopbackRequest(asked: LoopbackRequest): Promise<LoopbackAnswer> {
  const began = performance.now();
  const { to, method, path, headers, body, timeoutMs, mostBytes } = asked;
  return new Promise((resolve) => {
    const end = (status: number | null, text: string, error: string | null): void => {
      clearTimeout(timer);
      resolve({ status, body: text, ms: Math.round(performance.now() - began), error });
      sent.destroy();
    };
    const place = to.kind === 'unix' ? { socketPath: to.path } : { host: '127.0.0.1', port: to.port };
    const sent = request({ ...place, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const whole = (): void =>
        end(answer.statusCode ?? null, Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8'), null);
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= mostBytes) whole();
      });
      answer.on('end', whole);
      answer.on('error', (error) => end(null, '', error.message));
    });
    const timer = setTimeout(() => end(null, '', `no answer within ${timeoutMs} ms`), timeoutMs);
    sent.on('error', (error: NodeJS.ErrnoException) => end(null, '', error.code ?? error.message));
    sent.end(body ?? '');
  });
}
