import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { isArchiveProblem } from './archive.ts';
import type { RangeReader } from './archive.ts';
import { readZipMember } from './archive-zip.ts';
import { openHttpRangeReader, RangeReadFailure } from './http-range-reader.ts';
import type { Http, HttpFailure, HttpRequest, HttpResponse } from './http.ts';

const request = { url: 'https://files.example/demo-1-py3-none-any.whl' };

interface Server extends Http {
  /** "start-end" of what was asked for. */
  readonly asked: string[];
}

/** A server that keeps one file and gives ranges of it as RFC 9110, 14.2 says; `answer` may change what it gives. */
function serverOf(
  file: Uint8Array,
  answer: (honest: HttpResponse, count: number) => HttpResponse | HttpFailure = (honest) => honest,
): Server {
  const asked: string[] = [];
  return {
    asked,
    request: ({ range, url }: HttpRequest) => {
      const start = range!.start < 0 ? Math.max(0, file.length + range!.start) : range!.start;
      const end = Math.min(range!.end ?? file.length - 1, file.length - 1);
      asked.push(`${start}-${end}`);
      const headers = { 'content-range': `bytes ${start}-${end}/${file.length}`, etag: '"1"' };
      const body = file.subarray(start, end + 1);
      return Promise.resolve(answer({ kind: 'response', status: 206, headers, body, url }, asked.length));
    },
    close: () => Promise.resolve(),
  };
}

function wheelOf(size: number): Uint8Array {
  const noise = new Uint8Array(size).map((_, at) => (at * 2654435761) >>> 13);
  return zipSync({
    'demo-1.dist-info/METADATA': new TextEncoder().encode('Name: demo'),
    'demo/data.bin': [noise, { level: 0 }],
  });
}

async function readerOf(server: Http): Promise<RangeReader> {
  const reader = await openHttpRangeReader(server, request);
  if ('kind' in reader) throw new Error('no reader');
  return reader;
}

describe('a file on a server', () => {
  it('is read by its end and by what is asked for', async () => {
    const wheel = wheelOf(1_000_000);
    const server = serverOf(wheel);
    const metadata = await readZipMember(await readerOf(server), (name) => name.endsWith('/METADATA'));
    expect(isArchiveProblem(metadata)).toBe(false);
    expect(Buffer.from(metadata as Uint8Array).toString()).toBe('Name: demo');
    expect(server.asked.length).toBeLessThanOrEqual(3);
    const bytes = server.asked
      .map((one) => one.split('-').map(Number))
      .reduce((sum, [a, b]) => sum + b! - a! + 1, 0);
    expect(bytes).toBeLessThan(200_000);
  });

  it('that is small is read by one request', async () => {
    const server = serverOf(wheelOf(1000));
    await readZipMember(await readerOf(server), (name) => name.endsWith('/METADATA'));
    expect(server.asked).toHaveLength(1);
  });

  it('that the server only gives whole is used whole', async () => {
    const wheel = wheelOf(100_000);
    const server = serverOf(wheel, (honest) => ({ ...honest, status: 200, headers: {}, body: wheel }));
    const metadata = await readZipMember(await readerOf(server), (name) => name.endsWith('/METADATA'));
    expect(Buffer.from(metadata as Uint8Array).toString()).toBe('Name: demo');
    expect(server.asked).toHaveLength(1);
  });

  it.each([404, 403, 416])('that is answered by %i gives that answer', async (status) => {
    const server = serverOf(wheelOf(1000), (honest) => ({ ...honest, status }));
    expect(await openHttpRangeReader(server, request)).toMatchObject({ kind: 'response', status });
  });

  it('that cannot be had gives the failure', async () => {
    const failure = {
      kind: 'failure',
      reason: 'files.example answered 503 four times',
      url: request.url,
    } as const;
    expect(
      await openHttpRangeReader(
        serverOf(wheelOf(1000), () => failure),
        request,
      ),
    ).toBe(failure);
  });

  it('is not asked for what is beyond its end', async () => {
    const server = serverOf(wheelOf(1000));
    const reader = await readerOf(server);
    for (const [start, length] of [
      [-1, 5],
      [0, reader.size + 1],
      [reader.size, 1],
      [5, -1],
    ] as const) {
      await expect(reader.read(start, length)).rejects.toThrow(RangeError);
    }
    expect(server.asked).toHaveLength(1);
  });
});

describe('a server that lies about ranges', () => {
  const file = new Uint8Array(200_000).fill(7);

  it.each([
    ['gives no Content-Range', (honest: HttpResponse) => ({ ...honest, headers: {} })],
    [
      'does not tell the size',
      (honest: HttpResponse) => ({ ...honest, headers: { 'content-range': 'bytes 1-2/*' } }),
    ],
    [
      'gives another length than it says',
      (honest: HttpResponse) => ({ ...honest, body: honest.body.subarray(1) }),
    ],
    [
      'gives the start for the end',
      (honest: HttpResponse) => ({
        ...honest,
        headers: { 'content-range': `bytes 0-${honest.body.length - 1}/200000` },
      }),
    ],
  ])('and %s is not believed', async (_, lie) => {
    expect(await openHttpRangeReader(serverOf(file, lie), request)).toMatchObject({ kind: 'response' });
  });

  it.each([
    [
      'another part',
      (honest: HttpResponse) => ({
        ...honest,
        headers: { ...honest.headers, 'content-range': 'bytes 0-32767/200000' },
      }),
    ],
    ['another file', (honest: HttpResponse) => ({ ...honest, headers: { ...honest.headers, etag: '"2"' } })],
    ['the whole', (honest: HttpResponse) => ({ ...honest, status: 200 })],
    [
      'a failure',
      (honest: HttpResponse): HttpFailure => ({ kind: 'failure', reason: 'dead', url: honest.url }),
    ],
  ])('and later gives %s is found out', async (_, lie) => {
    const server = serverOf(file, (honest, count) => (count === 1 ? honest : lie(honest)));
    const reader = await readerOf(server);
    await expect(reader.read(100, 10)).rejects.toThrow(RangeReadFailure);
  });
});
