import { answered } from '../forge-answer.ts';
import type { Forge, ForgeAccess } from '../forge.ts';
import type { ForgeWorld } from '../forge-request.ts';
import { aheadOf, baseOf, blobsOf, deleteBranch, headOf, putBranch } from './branches.ts';
import { gitlabClient } from './client.ts';
import {
  closeMergeRequest,
  mergeRequestsFrom,
  openMergeRequest,
  updateMergeRequest,
} from './merge-requests.ts';

/** The bound of a description (GitLab, "Size limits of an issue, merge request or epic"). */
const MOST_BODY = 1_048_576;

/** GitLab by REST: its commits are written on the server, so no local git takes part. */
export function openGitlab(access: ForgeAccess, world: ForgeWorld): Forge {
  const client = gitlabClient(access, world);
  return {
    name: 'gitlab',
    noun: 'merge request',
    mostBody: MOST_BODY,
    base: (branch) => answered(() => baseOf(client, branch)),
    branch: (name) =>
      answered(async () => {
        const head = await headOf(client, name);
        return head === null ? null : { commit: head.commit };
      }),
    files: (commit, paths) => answered(() => blobsOf(client, commit, paths)),
    ahead: (base, head) => answered(() => aheadOf(client, base, head)),
    putBranch: (request) => putBranch(client, request),
    deleteBranch: (name, expected) => deleteBranch(client, name, expected),
    proposals: (branch) => answered(() => mergeRequestsFrom(client, branch)),
    open: (proposal) => openMergeRequest(client, proposal),
    update: (id, text) => updateMergeRequest(client, id, text),
    close: (id, comment) => closeMergeRequest(client, id, comment),
  };
}
