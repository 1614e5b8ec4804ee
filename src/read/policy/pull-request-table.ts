import * as v from 'valibot';
import type { PullRequestPolicy } from '../../domain/pull-request-policy.ts';

const LABEL = 'expected a label of at most 50 characters, without a comma';
const TITLE = 'expected one line of at most 200 characters';
const BRANCH = 'expected the name of a branch';
const PREFIX = 'expected the beginning of a name of a branch, such as "fettle/"';

/** Letters that no branch's name may have, and ways in which none may begin (git-check-ref-format). */
const NAME = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{))[^\s~^:?*[\\\p{Cc}]{1,150}$/u;

/** `[pr]`: how changes are proposed. */
export const PullRequestTable = v.object(
  {
    labels: v.optional(
      v.array(v.pipe(v.string(LABEL), v.regex(/^[^,\p{Cc}]{1,50}$/u, LABEL)), 'expected a list of labels'),
    ),
    title: v.optional(v.pipe(v.string(TITLE), v.regex(/^[^\p{Cc}]{1,200}$/u, TITLE))),
    commits: v.optional(v.picklist(['group', 'one'], 'expected one of group, one')),
    base: v.optional(v.pipe(v.string(BRANCH), v.regex(NAME, BRANCH))),
    branch: v.optional(v.pipe(v.string(PREFIX), v.regex(NAME, PREFIX))),
    draft: v.optional(v.boolean('expected true or false')),
  },
  'expected a table',
);

export function pullRequestPolicy(written: v.InferOutput<typeof PullRequestTable>): PullRequestPolicy {
  return {
    labels: written.labels ?? [],
    title: written.title ?? null,
    commits: written.commits ?? null,
    base: written.base ?? null,
    branchPrefix: written.branch ?? null,
    draft: written.draft ?? false,
  };
}
