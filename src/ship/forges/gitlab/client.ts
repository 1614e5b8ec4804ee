import { createRequesterFn } from '@gitbeaker/requester-utils';
import type { FormattedResponse, RequestOptions } from '@gitbeaker/requester-utils';
import {
  Branches,
  Commits,
  MergeRequestNotes,
  MergeRequests,
  Projects,
  Repositories,
  RepositoryFiles,
} from '@gitbeaker/rest';
import { UserFacingError } from '../../../domain/errors.ts';
import type { ForgeAccess } from '../forge.ts';
import { askForge } from '../forge-request.ts';
import type { ForgeWorld } from '../forge-request.ts';

const API = '/api/v4';

/** The parts of gitbeaker that are used, and the project that every call is about. */
export interface GitlabClient {
  readonly project: string;
  readonly branches: Branches;
  readonly commits: Commits;
  readonly notes: MergeRequestNotes;
  readonly mergeRequests: MergeRequests;
  readonly projects: Projects;
  readonly repositories: Repositories;
  readonly files: RepositoryFiles;
}

/**
 * gitbeaker over the machine's own network: its own way to ask sends a write again where the answer says 502, and knows no proxy.
 * Errors are those of forge-answer.ts, whose texts hold no credentials.
 */
export function gitlabClient({ repository, apiUrl, token }: ForgeAccess, world: ForgeWorld): GitlabClient {
  if (!apiUrl.endsWith(API))
    throw new UserFacingError('usage', `the address of GitLab's interface does not end with ${API}`, {
      hint: 'CI_API_V4_URL is the whole address, https://gitlab.example/api/v4',
    });
  const requesterFn = createRequesterFn(
    (_, options) => Promise.resolve(options),
    (endpoint, options) => ask(endpoint, options ?? {}, token, world),
  );
  const options = { host: apiUrl.slice(0, -API.length), token, requesterFn };
  return {
    project: repository,
    branches: new Branches(options),
    commits: new Commits(options),
    notes: new MergeRequestNotes(options),
    mergeRequests: new MergeRequests(options),
    projects: new Projects(options),
    repositories: new Repositories(options),
    files: new RepositoryFiles(options),
  };
}

async function ask(
  endpoint: string,
  { prefixUrl = '', searchParams, method = 'GET', headers, body }: RequestOptions,
  token: string,
  world: ForgeWorld,
): Promise<FormattedResponse> {
  const query = searchParams === undefined || searchParams === '' ? '' : `?${String(searchParams)}`;
  const url = `${String(prefixUrl).replace(/\/$/, '')}/${endpoint}${query}`;
  const request = { url, method, headers: headers as Readonly<Record<string, string>> };
  const text = typeof body === 'string' ? body : null;
  const answer = await askForge({ ...request, body: text, repeatable: method === 'GET' }, token, world);
  const said = new TextDecoder().decode(answer.body);
  return {
    status: answer.status,
    headers: answer.headers,
    body: said === '' ? {} : (JSON.parse(said) as Record<string, unknown>),
  };
}
