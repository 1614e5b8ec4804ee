import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import * as v from 'valibot';
import * as asked from './requests.ts';
import type { Supervisor } from './supervisor.ts';

/** What the server does beside what the supervisor does. */
export interface ServerCalls {
  /** Somebody watches that this process lives, for as long as the answer is open. */
  readonly watched: (answer: ServerResponse) => void;
  /** The whole is ended; what is kept stays. */
  readonly shutDown: () => void;
}

const MOST_BYTES = 4 << 20;

/** Small JSON requests over HTTP: `POST /v1/<what>`. Not listening yet. */
export function supervisorServer(supervisor: Supervisor, calls: ServerCalls): Server {
  const routes = routesOf(supervisor, calls);
  return createServer((request, response) => {
    response.on('error', () => undefined);
    if (request.url === `/${asked.VERSION}/watch`) return calls.watched(response);
    void answer(routes, request).then(([status, value]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    });
  });
}

const Json = v.pipe(v.string(), v.parseJson());

type Routes = ReadonlyMap<string, (body: string) => unknown>;

function routesOf(supervisor: Supervisor, { shutDown }: ServerCalls): Routes {
  return new Map([
    route('service', asked.ServiceAsked, ({ place }) => supervisor.service(place)),
    route('create', asked.CreateAsked, (one) => supervisor.create(one)),
    route('route', asked.RouteAsked, (one) => supervisor.route(one)),
    route('remove', asked.RemoveAsked, (one) => supervisor.remove(one)),
    route('end', asked.EndAsked, (one) => supervisor.end(one)),
    route('metrics', asked.MetricsAsked, (one) => supervisor.metrics(one)),
    route('logs', asked.LogsAsked, (one) => supervisor.logs(one)),
    route('list', asked.Nothing, () => ({
      kind: 'done',
      value: { pid: process.pid, services: supervisor.list() },
    })),
    route('shut-down', asked.Nothing, () => {
      shutDown();
      return { kind: 'done', value: null };
    }),
  ]);
}

function route<S extends v.GenericSchema>(
  name: string,
  schema: S,
  work: (body: v.InferOutput<S>) => unknown,
): readonly [string, (body: string) => unknown] {
  return [`/${asked.VERSION}/${name}`, (body) => work(v.parse(schema, v.parse(Json, body)))];
}

async function answer(routes: Routes, request: IncomingMessage): Promise<readonly [number, unknown]> {
  const work = routes.get(request.url ?? '');
  if (work === undefined) return [404, { why: 'this supervisor knows no such request' }];
  try {
    return [200, await work(await bodyOf(request))];
  } catch (error) {
    if (error instanceof v.ValiError) return [400, { why: error.message }];
    process.stderr.write(`${request.url}: ${error instanceof Error ? error.stack : String(error)}\n`);
    return [500, { why: error instanceof Error ? error.message : String(error) }];
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
