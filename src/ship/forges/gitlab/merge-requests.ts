import { answered, onceOnly } from '../forge-answer.ts';
import type { Answered, NewProposal, Proposal, ProposalText } from '../forge.ts';
import type { GitlabClient } from './client.ts';

interface MergeRequest {
  readonly iid: number;
  readonly web_url: string;
  readonly state: string;
  readonly title: string;
  readonly description: string | null;
  readonly labels?: readonly (string | { readonly name: string })[];
  readonly source_branch: string;
  readonly target_branch: string;
  readonly source_project_id: number;
  readonly target_project_id: number;
}

/** Of the project itself: a fork may have a branch of the same name. */
export async function mergeRequestsFrom(
  { mergeRequests, project }: GitlabClient,
  branch: string,
): Promise<readonly Proposal[]> {
  const found = await mergeRequests.all({
    ...{ projectId: project, sourceBranch: branch, orderBy: 'created_at', sort: 'desc' },
    ...{ perPage: 100, maxPages: 1, pagination: 'offset' },
  });
  return (found as unknown as readonly MergeRequest[])
    .filter((one) => one.source_project_id === one.target_project_id)
    .map(proposalOf);
}

export function openMergeRequest(
  client: GitlabClient,
  { title, body, labels, branch, base, draft }: NewProposal,
): Promise<Answered<Proposal>> {
  const { mergeRequests, project } = client;
  return onceOnly(
    () =>
      answered(async () => {
        const made = await mergeRequests.create(project, branch, base, draft ? `Draft: ${title}` : title, {
          description: body,
          ...(labels.length === 0 ? {} : { labels: labels.join(',') }),
        });
        return proposalOf(made);
      }),
    () =>
      answered(async () => {
        const all = await mergeRequestsFrom(client, branch);
        return all.find(({ state }) => state === 'open') ?? null;
      }),
  );
}

/** The same twice is the same once. A draft stays one until somebody says otherwise: its title says that it is. */
export function updateMergeRequest(
  { mergeRequests, project }: GitlabClient,
  id: string,
  { title, body, labels, base }: ProposalText & { readonly base: string },
): Promise<Answered<null>> {
  return onceOnly(
    () =>
      answered(async () => {
        const now = await mergeRequests.show(project, Number(id));
        await mergeRequests.edit(project, Number(id), {
          title: now.draft === true ? `Draft: ${title}` : title,
          description: body,
          targetBranch: base,
          ...(labels.length === 0 ? {} : { addLabels: labels.join(',') }),
        });
        return null;
      }),
    () => answered(() => Promise.resolve(null)),
  );
}

export async function closeMergeRequest(
  { mergeRequests, notes, project }: GitlabClient,
  id: string,
  comment: string,
): Promise<Answered<null>> {
  const number = Number(id);
  const told = await onceOnly(
    () =>
      answered(async () => {
        await notes.create(project, number, comment);
        return true;
      }),
    () =>
      answered(async () => {
        const all = await notes.all(project, number, { perPage: 100 });
        return all.some(({ body }) => body === comment) ? true : null;
      }),
  );
  if (told.kind !== 'done') return told;
  return onceOnly(
    () =>
      answered(async () => {
        await mergeRequests.edit(project, number, { stateEvent: 'close' });
        return null;
      }),
    () => answered(() => Promise.resolve(null)),
  );
}

function proposalOf(one: MergeRequest): Proposal {
  return {
    ...{ id: String(one.iid), url: one.web_url, title: one.title, body: one.description ?? '' },
    labels: (one.labels ?? []).map((label) => (typeof label === 'string' ? label : label.name)),
    branch: one.source_branch,
    base: one.target_branch,
    // `locked` is one that is being merged.
    state:
      one.state === 'opened' || one.state === 'locked'
        ? 'open'
        : one.state === 'merged'
          ? 'merged'
          : 'closed',
  };
}
