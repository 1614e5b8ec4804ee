import { Octokit } from '@octokit/rest';
import { ForgeRefusal, NoForgeAnswer } from '../forge-answer.ts';
import type { ForgeAccess } from '../forge.ts';
import { askForge } from '../forge-request.ts';
import type { ForgeWorld } from '../forge-request.ts';

/** Octokit with the repository that every call is about. */
export interface GithubClient {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
}

/** Objects of git are named by their content: making one twice makes it once. */
const REPEATABLE = /\/git\/(?:blobs|trees|commits)$/;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Octokit over the machine's own network; its errors are those of forge-answer.ts, whose texts hold no credentials. */
export function githubClient({ repository, apiUrl, token }: ForgeAccess, world: ForgeWorld): GithubClient {
  const [owner = '', repo = ''] = repository.split('/');
  const octokit = new Octokit({
    baseUrl: apiUrl,
    auth: token,
    userAgent: 'fettle',
    log: SILENT,
    request: {
      fetch: async (url: string, init: RequestInit): Promise<Response> => {
        const method = init.method ?? 'GET';
        const repeatable = method === 'GET' || (method === 'POST' && REPEATABLE.test(new URL(url).pathname));
        const headers = init.headers as Readonly<Record<string, string>>;
        const body = typeof init.body === 'string' ? init.body : null;
        const answer = await askForge({ url, method, headers, body, repeatable }, token, world);
        return asResponse(answer);
      },
    },
  });
  octokit.hook.error('request', (error) => {
    throw ownError(error);
  });
  return { octokit, owner, repo };
}

function asResponse({
  status,
  headers,
  body,
}: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}): Response {
  // The body is decoded already.
  const kept = Object.entries(headers).filter(([name]) => !/^content-(?:encoding|length)$/.test(name));
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : Buffer.from(body), { status, headers: kept });
}

/** Octokit wraps what its fetch throws. */
function ownError(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof ForgeRefusal || cause instanceof NoForgeAnswer ? cause : error;
}
