import { answered } from '../forge-answer.ts';
import type { Forge, ForgeAccess } from '../forge.ts';
import type { ForgeWorld } from '../forge-request.ts';
import { aheadOf, baseOf, headOf, moveBranch, putBranch } from './branches.ts';
import { githubClient } from './client.ts';
import { closePull, openPull, pullsFrom, updatePull } from './pulls.ts';
import { CommitTree, treeOf } from './tree.ts';

/** The bound of a pull request's text; what is longer is answered with 422. */
const MOST_BODY = 65_536;

/** GitHub, and GitHub Enterprise Server, by REST and, to move a branch, GraphQL. No local git takes part. */
export function openGithub(access: ForgeAccess, world: ForgeWorld): Forge {
  const client = githubClient(access, world);
  return {
    name: 'github',
    noun: 'pull request',
    mostBody: MOST_BODY,
    base: (branch) => answered(() => baseOf(client, branch)),
    branch: (name) =>
      answered(async () => {
        const commit = await headOf(client, name);
        return commit === null ? null : { commit };
      }),
    files: (commit, paths) =>
      answered(async () => {
        const tree = new CommitTree(client, await treeOf(client, commit));
        const ids = new Map<string, string>();
        for (const path of paths) {
          const entry = await tree.entry(path);
          if (entry !== null) ids.set(path, entry.sha);
        }
        return ids;
      }),
    ahead: (base, head) => answered(() => aheadOf(client, base, head)),
    putBranch: (request) => putBranch(client, request),
    deleteBranch: (name, expected) => moveBranch(client, name, expected, null),
    proposals: (branch) => answered(() => pullsFrom(client, branch)),
    open: (proposal) => openPull(client, proposal),
    update: (id, text) => updatePull(client, id, text),
    close: (id, comment) => closePull(client, id, comment),
  };
}
