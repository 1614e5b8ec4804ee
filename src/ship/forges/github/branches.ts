import { answered, ForgeRefusal, onceOnly, orNull } from '../forge-answer.ts';
import type { Ahead, Answered, BranchHead, BranchWrite, ProposedCommit } from '../forge.ts';
import type { GithubClient } from './client.ts';
import { CommitTree, treeOf } from './tree.ts';

const NOWHERE = '0'.repeat(40);

export async function headOf({ octokit, owner, repo }: GithubClient, branch: string): Promise<string | null> {
  const found = await orNull(() => octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }));
  return found?.data.object.sha ?? null;
}

export async function baseOf(client: GithubClient, branch: string | null): Promise<BranchHead> {
  const { octokit, owner, repo } = client;
  const name = branch ?? (await octokit.rest.repos.get({ owner, repo })).data.default_branch;
  const commit = await headOf(client, name);
  if (commit === null) throw new ForgeRefusal(404, `there is no branch ${JSON.stringify(name)}`);
  return { branch: name, commit };
}

/** `GET compare` gives 250 commits and 300 files: where there may be more of them, it does not tell what is ahead. */
export async function aheadOf(client: GithubClient, base: string, head: string): Promise<Ahead> {
  const { octokit, owner, repo } = client;
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
    ...{ owner, repo },
    basehead: `${base}...${head}`,
  });
  const { commits, total_commits: total, files = [], behind_by: behind } = data;
  if (total > commits.length || files.length >= 300 || behind > 0) return { messages: [], paths: [] };
  return {
    messages: commits.map(({ commit }) => commit.message),
    paths: files.flatMap(({ filename, previous_filename: before }) => [
      filename,
      ...(before === undefined ? [] : [before]),
    ]),
  };
}

/** Commits made of blobs and trees, which nobody sees until the branch is put there in one step. */
export async function putBranch(
  client: GithubClient,
  { branch, base, expected, commits }: BranchWrite,
): Promise<Answered<{ readonly commit: string }>> {
  const made = await answered(() => writeCommits(client, base, commits));
  if (made.kind !== 'done') return made;
  const moved = await moveBranch(client, branch, expected, made.value);
  return moved.kind === 'done' ? { kind: 'done', value: { commit: made.value } } : moved;
}

async function writeCommits(
  client: GithubClient,
  base: string,
  commits: readonly ProposedCommit[],
): Promise<string> {
  const { octokit, owner, repo } = client;
  let tree = await treeOf(client, base);
  const before = new CommitTree(client, tree);
  let commit = base;
  for (const { message, files } of commits) {
    const entries = await Promise.all(
      files.map(async ({ path, bytes }) => {
        const entry = await before.entry(path);
        if (entry === null) throw new ForgeRefusal(422, `${path} is not there in ${base}`);
        const content = Buffer.from(bytes).toString('base64');
        const blob = await octokit.rest.git.createBlob({ owner, repo, content, encoding: 'base64' });
        const mode = entry.mode as '100644' | '100755';
        return { path, mode, type: 'blob' as const, sha: blob.data.sha };
      }),
    );
    const written = await octokit.rest.git.createTree({ owner, repo, base_tree: tree, tree: entries });
    tree = written.data.sha;
    commit = (await octokit.rest.git.createCommit({ owner, repo, message, tree, parents: [commit] })).data
      .sha;
  }
  return commit;
}

/**
 * From what it is expected to be to what it shall be (null: nowhere), in one step. REST has no such step for a branch that is there:
 * `PATCH git/refs` would overwrite a commit that came a moment ago. GraphQL's updateRefs compares before it sets.
 */
export async function moveBranch(
  client: GithubClient,
  branch: string,
  expected: string | null,
  to: string | null,
): Promise<Answered<null>> {
  const { octokit, owner, repo } = client;
  if (expected === to) return { kind: 'done', value: null };
  const answer = await onceOnly(
    () =>
      answered(async () => {
        if (expected === null)
          await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: to! });
        else await updateRef(client, branch, expected, to);
        return true;
      }),
    () => answered(async () => ((await headOf(client, branch)) === to ? true : null)),
  );
  if (answer.kind === 'done') return { kind: 'done', value: null };
  if (answer.kind !== 'refused') return answer;
  // The words of a refusal differ between versions; where the branch stands tells why it was refused.
  const now = await answered(() => headOf(client, branch));
  if (now.kind !== 'done' || now.value === expected) return answer;
  if (now.value === to) return { kind: 'done', value: null };
  return { kind: 'conflict', why: `somebody else wrote to ${branch}` };
}

const UPDATE_REFS = `mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;

async function updateRef(
  { octokit, owner, repo }: GithubClient,
  branch: string,
  beforeOid: string,
  to: string | null,
): Promise<void> {
  const repository = await octokit.rest.repos.get({ owner, repo });
  const update = { name: `refs/heads/${branch}`, beforeOid, afterOid: to ?? NOWHERE, force: true };
  try {
    await octokit.graphql(UPDATE_REFS, {
      input: { repositoryId: repository.data.node_id, refUpdates: [update] },
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'GraphqlResponseError')
      throw new ForgeRefusal(422, firstError(error));
    throw error;
  }
}

/** What GraphQL answers with status 200 where it did nothing. */
function firstError(error: Error): string {
  const { errors } = error as Error & { readonly errors?: readonly { readonly message: string }[] };
  return errors?.[0]?.message.slice(0, 300) ?? 'the branch was not moved';
}
