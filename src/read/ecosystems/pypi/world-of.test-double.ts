import { fixedClock } from '../../../io/fixed-clock.ts';
import type { HttpFailure, HttpRequest, HttpResponse } from '../../../io/http.ts';
import { memoryCache } from '../../../io/memory-cache.ts';
import { noProcesses } from '../../../io/no-processes.ts';
import type { ProcessRequest, ProcessResult } from '../../../io/process.ts';
import { noWorkers } from '../../../io/workers.ts';
import type { World } from '../../../io/world.ts';

/** What a test says of the world; whatever it does not say is empty, and nothing can be written or reached. */
export interface WorldParts {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** By the program's path; what is not here is not found. */
  readonly programs?: Readonly<Record<string, (request: ProcessRequest) => Partial<ProcessResult>>>;
  readonly answer?: (request: HttpRequest) => Partial<HttpResponse> | string;
}

export function worldOf(
  parts: WorldParts,
): World & { readonly processesRun: ProcessRequest[]; readonly requests: HttpRequest[] } {
  const files = new Map(Object.entries(parts.files ?? {}));
  const processesRun: ProcessRequest[] = [];
  const requests: HttpRequest[] = [];
  const refuse = (): never => {
    throw new Error('a test may not write');
  };
  return {
    processesRun,
    requests,
    environment: parts.environment ?? {},
    cache: memoryCache(),
    clock: fixedClock('2026-01-01T00:00:00Z'),
    workers: noWorkers,
    files: {
      read: (path) => Promise.resolve(bytesOf(files.get(path))),
      list: (path) => Promise.resolve(listOf(path, [...files.keys()])),
      realPath: (path) =>
        Promise.resolve(files.has(path) || Object.hasOwn(parts.programs ?? {}, path) ? path : null),
      writeAtomic: refuse,
      remove: refuse,
      makeDirectory: refuse,
      lock: refuse,
    },
    processes: {
      ...noProcesses,
      run: (request) => {
        processesRun.push(request);
        const program = parts.programs?.[request.command[0]];
        return Promise.resolve({ ...NO_RESULT, notFound: program === undefined, ...program?.(request) });
      },
    },
    http: {
      request: (request) => {
        requests.push(request);
        return Promise.resolve(responseOf(request, parts.answer));
      },
      close: () => Promise.resolve(),
    },
  };
}

const NO_RESULT: ProcessResult = {
  exitCode: null,
  signal: null,
  timedOut: false,
  notFound: false,
  truncated: false,
  stdout: '',
  stderr: '',
  durationMs: 0,
};

function bytesOf(content: string | Uint8Array | undefined): Uint8Array | null {
  return content === undefined ? null : typeof content === 'string' ? Buffer.from(content) : content;
}

function listOf(
  folder: string,
  paths: readonly string[],
): ReturnType<World['files']['list']> extends Promise<infer R> ? R : never {
  const inside = paths
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1));
  if (inside.length === 0) return null;
  return inside.filter((path) => !path.includes('/')).map((name) => ({ name, kind: 'file' }));
}

function responseOf(request: HttpRequest, answer: WorldParts['answer']): HttpResponse | HttpFailure {
  const said = answer?.(request) ?? 'there is no network';
  if (typeof said === 'string') return { kind: 'failure', reason: said, url: request.url };
  return { kind: 'response', status: 200, headers: {}, body: new Uint8Array(0), url: request.url, ...said };
}
