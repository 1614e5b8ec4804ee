import { answered, onceOnly } from '../forge-answer.ts';
import type { Answered, NewProposal, Proposal, ProposalText } from '../forge.ts';
import type { GithubClient } from './client.ts';

interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body: string | null;
  readonly merged_at: string | null;
  readonly labels: readonly { readonly name: string }[];
  readonly head: { readonly ref: string };
  readonly base: { readonly ref: string };
}

/** Of this repository's own branch: `head` names its owner, so that the same name in a fork is another one. */
export async function pullsFrom(
  { octokit, owner, repo }: GithubClient,
  branch: string,
): Promise<readonly Proposal[]> {
  const { data } = await octokit.rest.pulls.list({
    ...{ owner, repo, head: `${owner}:${branch}`, state: 'all' },
    ...{ sort: 'created', direction: 'desc', per_page: 100 },
  });
  return data.map(proposalOf);
}

export function openPull(
  client: GithubClient,
  { title, body, labels, branch, base, draft }: NewProposal,
): Promise<Answered<Proposal>> {
  const { octokit, owner, repo } = client;
  return onceOnly(
    () =>
      answered(async () => {
        const { data } = await octokit.rest.pulls.create({
          ...{ owner, repo, title, body, base, head: branch },
          ...(draft ? { draft } : {}),
        });
        await addLabels(client, data.number, labels);
        return { ...proposalOf(data), labels };
      }),
    () =>
      answered(async () => {
        const open = (await pullsFrom(client, branch)).find(({ state }) => state === 'open') ?? null;
        if (open !== null) await addLabels(client, Number(open.id), labels);
        return open;
      }),
  );
}

/** The same twice is the same once. */
export async function updatePull(
  client: GithubClient,
  id: string,
  { title, body, labels, base }: ProposalText & { readonly base: string },
): Promise<Answered<null>> {
  const { octokit, owner, repo } = client;
  return onceOnly(
    () =>
      answered(async () => {
        await octokit.rest.pulls.update({ owner, repo, pull_number: Number(id), title, body, base });
        await addLabels(client, Number(id), labels);
        return null;
      }),
    () => answered(() => Promise.resolve(null)),
  );
}

export async function closePull(client: GithubClient, id: string, comment: string): Promise<Answered<null>> {
  const { octokit, owner, repo } = client;
  const number = Number(id);
  const told = await onceOnly(
    () =>
      answered(async () => {
        await octokit.rest.issues.createComment({ owner, repo, issue_number: number, body: comment });
        return true;
      }),
    () => answered(() => wasTold(client, number, comment)),
  );
  if (told.kind !== 'done') return told;
  return onceOnly(
    () =>
      answered(async () => {
        await octokit.rest.pulls.update({ owner, repo, pull_number: number, state: 'closed' });
        return null;
      }),
    () => answered(() => Promise.resolve(null)),
  );
}

async function wasTold(
  { octokit, owner, repo }: GithubClient,
  number: number,
  comment: string,
): Promise<true | null> {
  const comments = await octokit.paginate(octokit.rest.issues.listComments, {
    ...{ owner, repo, issue_number: number, per_page: 100 },
  });
  return comments.some(({ body }) => body === comment) ? true : null;
}

async function addLabels(
  { octokit, owner, repo }: GithubClient,
  number: number,
  labels: readonly string[],
): Promise<void> {
  if (labels.length === 0) return;
  await octokit.rest.issues.addLabels({ owner, repo, issue_number: number, labels: [...labels] });
}

function proposalOf({ number, html_url: url, state, title, body, ...pull }: Pull): Proposal {
  return {
    ...{ id: String(number), url, title, body: body ?? '' },
    labels: pull.labels.map(({ name }) => name),
    branch: pull.head.ref,
    base: pull.base.ref,
    state: state === 'open' ? 'open' : pull.merged_at === null ? 'closed' : 'merged',
  };
}
