import type { BranchHead, Proposal } from './forge.ts';
import { rememberedIn } from './remembered.ts';
import type { Remembered } from './remembered.ts';

/** What is known before anything is done. */
export interface Standing {
  /** Null: there is nothing to change. */
  readonly plan: string | null;
  readonly base: BranchHead;
  /** Where the proposal's branch stands; null: there is none. */
  readonly head: string | null;
  /** The branch holds exactly what would be written: a run was killed before it could say so. */
  readonly asPlanned: boolean;
  /** From that branch, the newest first. */
  readonly proposals: readonly Proposal[];
}

/** What is to be done. `expected`: where the branch must stand when it is written. */
export type Decision =
  | {
      readonly kind: 'nothing';
      readonly why: 'no-change' | 'unchanged' | 'declined';
      readonly proposal: Proposal | null;
    }
  | { readonly kind: 'open'; readonly expected: string | null; readonly writes: boolean }
  | {
      readonly kind: 'update';
      readonly why: 'plan' | 'base' | 'unfinished';
      readonly proposal: Proposal;
      readonly expected: string | null;
      readonly writes: boolean;
    }
  | { readonly kind: 'close'; readonly proposal: Proposal; readonly expected: string | null }
  /** There are commits that are not fettle's, and nobody's work is overwritten. */
  | {
      readonly kind: 'leave';
      readonly why: 'foreign-commits' | 'unknown-branch';
      readonly proposal: Proposal | null;
    };

export function decide(standing: Standing): Decision {
  const { plan, head, proposals, asPlanned } = standing;
  const open = proposals.find(({ state }) => state === 'open') ?? null;
  const remembered = lastRemembered(open === null ? proposals : [open]);
  const isOurs = head === null || head === remembered?.head || asPlanned;
  if (open !== null) {
    if (!isOurs) return { kind: 'leave', why: 'foreign-commits', proposal: open };
    if (plan === null) return { kind: 'close', proposal: open, expected: head };
    return forOpen(standing, plan, open, remembered);
  }
  if (plan === null) return { kind: 'nothing', why: 'no-change', proposal: null };
  const last = proposals[0] ?? null;
  if (last?.state === 'closed' && isDeclined(last, plan))
    return { kind: 'nothing', why: 'declined', proposal: last };
  if (!isOurs) return { kind: 'leave', why: 'unknown-branch', proposal: null };
  return { kind: 'open', expected: head, writes: !asPlanned };
}

function forOpen(
  { base, head, asPlanned }: Standing,
  plan: string,
  proposal: Proposal,
  remembered: Remembered | null,
): Decision {
  const update = (why: 'plan' | 'base' | 'unfinished', writes: boolean): Decision => {
    return { kind: 'update', why, proposal, expected: head, writes };
  };
  if (head !== remembered?.head) return update(head === null ? 'plan' : 'unfinished', !asPlanned);
  if (remembered?.plan !== plan) return update('plan', true);
  if (remembered.base !== base.commit || proposal.base !== base.branch) return update('base', true);
  return { kind: 'nothing', why: 'unchanged', proposal };
}

/** Somebody closed it as it would be opened again. */
function isDeclined({ body }: Proposal, plan: string): boolean {
  const remembered = rememberedIn(body);
  return remembered !== null && remembered.plan === plan && !remembered.closed;
}

function lastRemembered(proposals: readonly Proposal[]): Remembered | null {
  for (const { body } of proposals) {
    const remembered = rememberedIn(body);
    if (remembered !== null) return remembered;
  }
  return null;
}
