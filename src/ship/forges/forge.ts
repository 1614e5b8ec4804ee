import type { ForgeName } from '../../domain/forge-name.ts';

/**
 * Where a repository is at home and changes to it are proposed. Nothing is done twice because an answer was lost: whoever implements
 * this reads what became of a write before writing again.
 */
export interface Forge {
  readonly name: ForgeName;
  /** What a proposal is called there: "pull request", "merge request". */
  readonly noun: string;
  /** Characters that a proposal's text may have. */
  readonly mostBody: number;
  /** The branch that is proposed to and its newest commit; null: the repository's own default. */
  base(branch: string | null): Promise<Answered<BranchHead>>;
  /** Null: there is no such branch. */
  branch(name: string): Promise<Answered<{ readonly commit: string } | null>>;
  /** Git's own id of the content of each of these files that is there in a commit. */
  files(commit: string, paths: readonly string[]): Promise<Answered<ReadonlyMap<string, string>>>;
  /** What a commit has that its base does not have: messages of commits, and paths of files that differ. */
  ahead(base: string, head: string): Promise<Answered<Ahead>>;
  /**
   * Writes commits on top of `base`, one after the other, and puts the branch there; whatever it held before is replaced. The branch
   * must still be at `expected` (null: must not be there), else `conflict`: somebody else has written to it.
   */
  putBranch(request: BranchWrite): Promise<Answered<{ readonly commit: string }>>;
  /** `conflict` where it is no longer at `expected`; done where it is gone already. */
  deleteBranch(name: string, expected: string): Promise<Answered<null>>;
  /** Those from this branch of the repository itself, the newest first. */
  proposals(branch: string): Promise<Answered<readonly Proposal[]>>;
  open(proposal: NewProposal): Promise<Answered<Proposal>>;
  /** Labels are added to those that it has. */
  update(id: string, text: ProposalText & { readonly base: string }): Promise<Answered<null>>;
  /** With a word of why. */
  close(id: string, comment: string): Promise<Answered<null>>;
}

export interface BranchHead {
  readonly branch: string;
  readonly commit: string;
}

export interface Ahead {
  readonly messages: readonly string[];
  readonly paths: readonly string[];
}

export interface BranchWrite {
  readonly branch: string;
  readonly base: string;
  readonly expected: string | null;
  readonly commits: readonly ProposedCommit[];
}

export interface ProposedCommit {
  readonly message: string;
  /** By path from the repository's root, with forward slashes. They are there in the base, and their modes stay as they are. */
  readonly files: readonly ProposedFile[];
}

export interface ProposedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ProposalText {
  readonly title: string;
  /** Markdown, at most `mostBody` characters. */
  readonly body: string;
  readonly labels: readonly string[];
}

export interface NewProposal extends ProposalText {
  readonly branch: string;
  readonly base: string;
  readonly draft: boolean;
}

/** A pull request (GitHub) or merge request (GitLab). */
export interface Proposal extends ProposalText {
  /** Its number, as a text. */
  readonly id: string;
  readonly url: string;
  readonly branch: string;
  readonly base: string;
  readonly state: 'open' | 'closed' | 'merged';
}

/** What is asked of a forge is done, or it is told why not; bugs alone are thrown. */
export type Answered<T> = { readonly kind: 'done'; readonly value: T } | NotDone;

export type NotDone =
  | { readonly kind: 'conflict'; readonly why: string }
  /** It will not be done however often it is asked. */
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string }
  /** Nothing is known of whether it was done. */
  | { readonly kind: 'unreachable'; readonly why: string };

/** Which repository of which forge, and who asks. */
export interface ForgeAccess {
  /** "owner/name"; groups of groups on GitLab. */
  readonly repository: string;
  /** The address of the interface, without a slash at its end. */
  readonly apiUrl: string;
  readonly token: string;
}
