import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { strToU8, zipSync } from 'fflate';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import type { Http } from '../../src/io/http.ts';
import { UndiciHttp } from '../../src/io/undici-http.ts';

type OsvRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** A server on loopback that speaks the OSV API (`/v1/…`) and holds a dump (`/dump/all.zip`). */
export interface OsvServer {
  readonly origin: string;
  /** What was asked: "POST /v1/querybatch", "GET /v1/vulns/PYSEC-1". */
  readonly asked: string[];
  /** The size of each batch that was asked. */
  readonly batches: number[];
  records: readonly OsvRecord[];
  pageSize: number;
  /** Names that make a batch fail with 400. */
  refused: readonly string[];
  /** Paths answered otherwise: a status, a body, or nothing for so many milliseconds first. */
  readonly odd: Map<string, { readonly status?: number; readonly body?: string; readonly delayMs?: number }>;
  close(): Promise<void>;
}

export async function startOsvServer(records: readonly unknown[]): Promise<OsvServer> {
  const server = createServer((request, response) => void answer(state, request, response));
  const state: OsvServer = {
    origin: '',
    asked: [],
    batches: [],
    records: records as readonly OsvRecord[],
    pageSize: 1000,
    refused: [],
    odd: new Map(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** The real client; its pauses between attempts pass at once. */
export function clientOf(): Http {
  return new UndiciHttp({
    environment: {},
    clock: fixedClock('2026-11-23T00:00:00Z'),
    connection: { trust: () => Promise.resolve(null), connectTimeoutMs: 5_000 },
  });
}

async function answer(server: OsvServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url!;
  server.asked.push(`${request.method} ${path}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const odd = server.odd.get(path);
  if (odd?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, odd.delayMs));
  if (odd?.status !== undefined || odd?.body !== undefined) {
    response.writeHead(odd.status ?? 200).end(odd.body ?? '');
    return;
  }
  const result =
    path === '/v1/querybatch'
      ? queryBatch(server, Buffer.concat(chunks).toString('utf8'))
      : path.startsWith('/v1/vulns/')
        ? oneRecord(server, decodeURIComponent(path.slice('/v1/vulns/'.length)))
        : path.startsWith('/dump/')
          ? dumpFile(server, decodeURIComponent(path.slice('/dump/'.length)))
          : null;
  if (result === null) response.writeHead(404).end('{"code":5}');
  else if (result === 'refused') response.writeHead(400).end('{"code":3,"message":"Invalid query."}');
  else {
    const etag = `"${createHash('sha256').update(result).digest('hex')}"`;
    const same = request.headers['if-none-match'] === etag;
    response.writeHead(same ? 304 : 200, { etag }).end(same ? undefined : result);
  }
}

function queryBatch(server: OsvServer, body: string): string {
  const { queries } = JSON.parse(body) as {
    queries: readonly { package: { name: string; ecosystem: string }; page_token?: string }[];
  };
  server.batches.push(queries.length);
  if (queries.some((query) => server.refused.includes(query.package.name))) return 'refused';
  const results = queries.map(({ package: { name }, page_token: token }) => {
    const about = server.records.filter((record) => packagesOf(record).includes(name));
    const start = Number(token ?? 0);
    const page = about.slice(start, start + server.pageSize);
    const next = start + server.pageSize;
    return {
      ...(page.length > 0 ? { vulns: page.map(({ id, modified }) => ({ id, modified })) } : {}),
      ...(next < about.length ? { next_page_token: String(next) } : {}),
    };
  });
  return JSON.stringify({ results });
}

function packagesOf(record: OsvRecord): readonly string[] {
  return (record['affected'] as { package: { name: string } }[]).map((entry) => entry.package.name);
}

function oneRecord(server: OsvServer, id: string): string | null {
  const record = server.records.find((one) => one.id === id);
  return record === undefined ? null : JSON.stringify(record);
}

function dumpFile(server: OsvServer, file: string): string | Uint8Array | null {
  if (file === 'all.zip') return zipOf(server.records);
  if (file === 'modified_id.csv')
    return server.records.map(({ id, modified }) => `${String(modified)},${id}\n`).join('');
  return oneRecord(server, file.replace(/\.json$/, ''));
}

/** A dump in the public form. */
export function zipOf(records: readonly unknown[]): Uint8Array {
  const entries = (records as readonly OsvRecord[]).map(
    (record) => [`${record.id}.json`, strToU8(JSON.stringify(record))] as const,
  );
  return zipSync(Object.fromEntries(entries), { mtime: new Date('2026-01-01T00:00:00Z') });
}
