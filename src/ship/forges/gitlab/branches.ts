import { answered, ForgeRefusal, onceOnly, orNull } from '../forge-answer.ts';
import type { Ahead, Answered, BranchHead, BranchWrite, ProposedCommit } from '../forge.ts';
import type { GitlabClient } from './client.ts';

interface Head {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly message: string;
}

export async function headOf({ branches, project }: GitlabClient, name: string): Promise<Head | null> {
  const found = await orNull(() => branches.show(project, name));
  if (found === null) return null;
  const { id, message, parent_ids: parents } = found.commit;
  return { commit: id, message, parents: parents ?? [] };
}

export async function baseOf(client: GitlabClient, branch: string | null): Promise<BranchHead> {
  const name = branch ?? (await client.projects.show(client.project)).default_branch;
  const head = await headOf(client, name);
  if (head === null) throw new ForgeRefusal(404, `there is no branch ${JSON.stringify(name)}`);
  return { branch: name, commit: head.commit };
}

/** `straight`: the files that differ between the two themselves. What took too long to compare tells nothing. */
export async function aheadOf(client: GitlabClient, base: string, head: string): Promise<Ahead> {
  const { repositories, project } = client;
  const compared = await repositories.compare(project, base, head, { straight: true });
  const { commits = [], diffs = [], compare_timeout: cut } = compared;
  if (cut) return { messages: [], paths: [] };
  return {
    messages: commits.map(({ message }) => String(message)),
    paths: [...new Set(diffs.flatMap((diff) => [diff.old_path, diff.new_path]))],
  };
}

/** Git's id of each file's content. */
export async function blobsOf(
  { files, project }: GitlabClient,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const path of paths) {
    const found = await orNull(() => files.show(project, path, commit));
    if (found !== null) ids.set(path, found.blob_id);
  }
  return ids;
}

/**
 * The first commit puts the branch on the base, the others follow. GitLab has no step that compares a branch before it replaces it
 * (`force` replaces whatever is there), so it is read right before: what is pushed in the moment between is lost to it. A branch that
 * must not be there is made without `force`, which GitLab refuses where there is one.
 */
export async function putBranch(
  client: GitlabClient,
  { branch, base, expected, commits }: BranchWrite,
): Promise<Answered<{ readonly commit: string }>> {
  const before = await answered(() => headOf(client, branch));
  if (before.kind !== 'done') return before;
  if ((before.value?.commit ?? null) !== expected)
    return { kind: 'conflict', why: `somebody else wrote to ${branch}` };
  let at = base;
  for (const [position, commit] of commits.entries()) {
    const made = await writeCommit(client, branch, commit, at, position === 0 ? expected : at);
    if (made.kind !== 'done') return made;
    at = made.value;
  }
  return { kind: 'done', value: { commit: at } };
}

/** One commit on top of `parent`; the branch stands at `expected`. */
async function writeCommit(
  client: GitlabClient,
  branch: string,
  { message, files }: ProposedCommit,
  parent: string,
  expected: string | null,
): Promise<Answered<string>> {
  const actions = files.map(({ path, bytes }) => ({
    ...{ action: 'update' as const, filePath: path, encoding: 'base64' },
    content: Buffer.from(bytes).toString('base64'),
  }));
  const where =
    expected === parent ? {} : { startSha: parent, ...(expected === null ? {} : { force: true }) };
  const written = await onceOnly<Pick<Head, 'commit' | 'parents'>>(
    () =>
      answered(async () => {
        const made = await client.commits.create(client.project, branch, message, actions, where);
        return { commit: made.id, parents: made.parent_ids ?? [] };
      }),
    () =>
      answered(async () => {
        const head = await headOf(client, branch);
        return head !== null && head.commit !== expected && head.message.trim() === message.trim()
          ? head
          : null;
      }),
  );
  if (written.kind === 'done')
    return written.value.parents[0] === parent
      ? { kind: 'done', value: written.value.commit }
      : { kind: 'conflict', why: `somebody else wrote to ${branch}` };
  if (written.kind !== 'refused') return written;
  const now = await answered(() => headOf(client, branch));
  return now.kind === 'done' && (now.value?.commit ?? null) !== expected
    ? { kind: 'conflict', why: `somebody else wrote to ${branch}` }
    : written;
}

export async function deleteBranch(
  client: GitlabClient,
  name: string,
  expected: string,
): Promise<Answered<null>> {
  const head = await answered(() => headOf(client, name));
  if (head.kind !== 'done') return head;
  if (head.value === null) return { kind: 'done', value: null };
  if (head.value.commit !== expected) return { kind: 'conflict', why: `somebody else wrote to ${name}` };
  const gone = await onceOnly(
    () =>
      answered(async () => {
        await orNull(() => client.branches.remove(client.project, name));
        return true;
      }),
    () => answered(async () => ((await headOf(client, name)) === null ? true : null)),
  );
  return gone.kind === 'done' ? { kind: 'done', value: null } : gone;
}
