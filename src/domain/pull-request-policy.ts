/** How changes are proposed: `[pr]` of the policy. Null: nobody said, and the default holds. */
export interface PullRequestPolicy {
  /** Of every proposal; they are added to those that it has. */
  readonly labels: readonly string[];
  /** In the place of a title that names the packages. */
  readonly title: string | null;
  readonly commits: CommitGrouping | null;
  /** The branch that is proposed to, in the place of the repository's own default. */
  readonly base: string | null;
  /** What the names of fettle's branches begin with. */
  readonly branchPrefix: string | null;
  /** Opened as a draft. */
  readonly draft: boolean;
}

/** One commit for each group of the policy, or one for all. */
export type CommitGrouping = 'group' | 'one';
