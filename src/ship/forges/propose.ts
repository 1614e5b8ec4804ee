import { UserFacingError } from '../../domain/errors.ts';
import { blobId } from './blob-id.ts';
import { decide } from './decide.ts';
import type { Decision, Standing } from './decide.ts';
import type { Answered, BranchHead, Forge, Proposal, ProposedCommit, ProposedFile } from './forge.ts';
import { isOfPlan } from './plan-key.ts';
import { withRemembered } from './remembered.ts';

/** What shall be proposed. */
export interface Wanted {
  readonly branch: string;
  readonly key: string;
  readonly commits: readonly ProposedCommit[];
  readonly title: string;
  /** Markdown; what has to be remembered is added to it. */
  readonly body: string;
  readonly labels: readonly string[];
  readonly draft: boolean;
}

/** What was decided and done; `proposal` as it stands now, or as it was found. */
export interface Proposed {
  readonly decision: Decision;
  readonly base: BranchHead;
  readonly branch: string;
  readonly proposal: Pick<Proposal, 'id' | 'url'> | null;
}

/** Reads where things stand. `wanted` null: nothing is left to change. */
export async function standingOf(
  forge: Forge,
  base: BranchHead,
  branch: string,
  wanted: Wanted | null,
): Promise<Standing> {
  const proposals = valueOf(forge, await forge.proposals(branch));
  const head = valueOf(forge, await forge.branch(branch))?.commit ?? null;
  const standing = { plan: wanted?.key ?? null, base, head, proposals, asPlanned: false };
  const kind = decide(standing).kind;
  if (kind !== 'leave' || wanted === null || head === null) return standing;
  return { ...standing, asPlanned: await isAsPlanned(forge, base.commit, head, wanted) };
}

/**
 * Whether a branch is the base with these changes and nothing else: a run that was killed between writing it and saying so left it.
 * Messages alone would prove nothing, for who amends a commit keeps its message.
 */
async function isAsPlanned(
  forge: Forge,
  base: string,
  head: string,
  { commits, key }: Wanted,
): Promise<boolean> {
  const ahead = await forge.ahead(base, head);
  if (ahead.kind === 'refused') return false;
  const { messages, paths } = valueOf(forge, ahead);
  const after = lastContents(commits);
  const own = messages.length === commits.length && messages.every((message) => isOfPlan(message, key));
  if (!own || [...paths].sort().join('\0') !== [...after.keys()].sort().join('\0')) return false;
  const ids = valueOf(forge, await forge.files(head, [...after.keys()]));
  return [...after].every(([path, bytes]) => {
    const id = ids.get(path);
    return id !== undefined && id === blobId(bytes, id);
  });
}

function lastContents(commits: readonly ProposedCommit[]): ReadonlyMap<string, Uint8Array> {
  return new Map(commits.flatMap(({ files }) => files.map(({ path, bytes }) => [path, bytes] as const)));
}

/** Does what was decided. What a forge refuses is thrown as the user is to be told it. */
export async function carryOut(
  forge: Forge,
  standing: Standing,
  branch: string,
  wanted: Wanted | null,
): Promise<Proposed> {
  const decision = decide(standing);
  const { base } = standing;
  const so = (proposal: Pick<Proposal, 'id' | 'url'> | null): Proposed => {
    return { decision, base, branch, proposal };
  };
  if (decision.kind === 'close') return so(await close(forge, standing, branch, decision));
  if (decision.kind === 'nothing' || decision.kind === 'leave') return so(decision.proposal);
  const head = await written(forge, standing, decision, wanted!);
  if (head === null)
    return {
      ...{ base, branch, decision: { kind: 'leave', why: 'foreign-commits', proposal: null } },
      proposal: decision.kind === 'update' ? decision.proposal : null,
    };
  const { title, labels, draft, key } = wanted!;
  const body = withRemembered(wanted!.body, { plan: key, base: base.commit, head, closed: false });
  if (decision.kind === 'open') {
    const proposal = { title, body, labels, draft, branch, base: base.branch };
    return so(valueOf(forge, await forge.open(proposal)));
  }
  const text = { title, body, labels, base: base.branch };
  valueOf(forge, await forge.update(decision.proposal.id, text));
  return so(decision.proposal);
}

/** The branch's newest commit, written where that is needed; null: somebody else was faster. */
async function written(
  forge: Forge,
  { base, head }: Standing,
  { expected, writes }: Decision & { readonly kind: 'open' | 'update' },
  { branch, commits }: Wanted,
): Promise<string | null> {
  if (!writes) return head;
  const answer = await forge.putBranch({ branch, base: base.commit, expected, commits });
  return answer.kind === 'conflict' ? null : valueOf(forge, answer).commit;
}

const NOTHING_LEFT =
  'Nothing is left to change: what this was to repair is no longer found on the base branch.';

/** Said, closed, and the branch taken away; in an order in which a run that is killed is finished by the next. */
async function close(
  forge: Forge,
  { base }: Standing,
  branch: string,
  { proposal, expected }: Decision & { readonly kind: 'close' },
): Promise<Proposal> {
  const { title, labels, base: target } = proposal;
  const body = closedBody(proposal.body, base.commit, expected);
  valueOf(forge, await forge.update(proposal.id, { title, body, labels, base: target }));
  valueOf(forge, await forge.close(proposal.id, NOTHING_LEFT));
  if (expected !== null) {
    const gone = await forge.deleteBranch(branch, expected);
    if (gone.kind !== 'conflict') valueOf(forge, gone);
  }
  return proposal;
}

/** A plan that is no plan's key: whatever is found later is proposed anew. */
function closedBody(body: string, base: string, head: string | null): string {
  if (head === null) return body;
  return withRemembered(body, { plan: '0'.repeat(32), base, head, closed: true });
}

/** The value of an answer. Throws `forge-refused` or `forge-unreachable`. */
export function valueOf<T>({ name }: Pick<Forge, 'name'>, answer: Answered<T>): T {
  if (answer.kind === 'done') return answer.value;
  const forge = name === 'github' ? 'GitHub' : 'GitLab';
  if (answer.kind === 'unreachable')
    throw new UserFacingError(
      'forge-unreachable',
      `${forge} gave no answer that can be used: ${answer.why}`,
      {
        hint: 'run it again: what was done already is found, and not done twice',
        outside: true,
      },
    );
  throw new UserFacingError('forge-refused', `${forge} does not do it: ${answer.why}`, {
    hint: answer.kind === 'refused' ? answer.hint : 'run it again: somebody else was faster',
  });
}

/** Files that the base does not have as they were read. */
export async function differing(
  forge: Forge,
  commit: string,
  files: readonly ProposedFile[],
): Promise<readonly string[]> {
  const paths = files.map(({ path }) => path);
  const ids = valueOf(forge, await forge.files(commit, paths));
  return files
    .filter(({ path, bytes }) => {
      const id = ids.get(path);
      return id === undefined || id !== blobId(bytes, id);
    })
    .map(({ path }) => path);
}
