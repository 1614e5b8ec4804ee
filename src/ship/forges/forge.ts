/** Where a repository is at home and changes to it are proposed: GitHub, GitLab. */
export interface Forge {
  readonly name: ForgeName;
  /** The branch that proposals go to by themselves, and its newest commit. */
  defaultBranch(): Promise<Answered<{ readonly branch: string; readonly commit: string }>>;
  /** Null: there is no such branch. */
  branch(name: string): Promise<Answered<{ readonly commit: string } | null>>;
  /**
   * Writes commits on top of `base`, one after the other, and puts the branch there; whatever it held before is replaced. The branch
   * must still be at `expected` (null: must not be there), else `conflict`: somebody else has written to it.
   */
  putBranch(request: BranchWrite): Promise<Answered<{ readonly commit: string }>>;
  deleteBranch(name: string, expected: string): Promise<Answered<null>>;
  /** Open ones that come from branches which begin with this, the oldest first. */
  proposals(branchPrefix: string): Promise<Answered<readonly Proposal[]>>;
  open(
    proposal: ProposalText & { readonly branch: string; readonly base: string },
  ): Promise<Answered<Proposal>>;
  update(id: string, text: ProposalText): Promise<Answered<Proposal>>;
  /** With a word of why. */
  close(id: string, comment: string): Promise<Answered<null>>;
  /** Characters that a proposal's text may have. */
  readonly mostBody: number;
}

export type ForgeName = 'github' | 'gitlab';

export interface BranchWrite {
  readonly branch: string;
  readonly base: string;
  readonly expected: string | null;
  readonly commits: readonly ProposedCommit[];
}

export interface ProposedCommit {
  readonly message: string;
  /** By path from the repository's root, with forward slashes. Modes stay as they are. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

export interface ProposalText {
  readonly title: string;
  /** Markdown, at most `mostBody` characters. */
  readonly body: string;
  readonly labels: readonly string[];
}

/** A pull request (GitHub) or merge request (GitLab). */
export interface Proposal extends ProposalText {
  /** Its number, as a text. */
  readonly id: string;
  readonly url: string;
  readonly branch: string;
  readonly base: string;
  /** The newest commit of its branch. */
  readonly commit: string;
}

/** What is asked of a forge is done, or it is told why not; bugs alone are thrown. */
export type Answered<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'conflict'; readonly why: string }
  /** It will not be done however often it is asked. */
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string }
  /** Nothing is known of whether it was done. */
  | { readonly kind: 'unreachable'; readonly why: string };
