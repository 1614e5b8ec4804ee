import type { Proposed } from '../../ship/forges/propose.ts';
import { plain, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** What `fettle pr` did, or would do, in a sentence or two. */
export function proposalScreen(
  {
    proposed,
    noun,
    dryRun,
  }: { readonly proposed: Proposed | null; readonly noun: string; readonly dryRun: boolean },
  { width }: ScreenOptions,
): string {
  const text =
    proposed === null
      ? `no ${noun}: what the plan writes is not fit to be proposed`
      : told(proposed, noun, dryRun);
  return `${wrap(plain(text), width, 0, 0)}\n${proposed?.proposal ? `${plain(proposed.proposal.url)}\n` : ''}`;
}

function told({ decision, base, branch, proposal }: Proposed, noun: string, dryRun: boolean): string {
  const it = proposal === null ? `a ${noun}` : `${noun} ${proposal.id}`;
  const does = (done: string, would: string): string => (dryRun ? `would ${would}` : done);
  switch (decision.kind) {
    case 'open':
      return `${does('opened', 'open')} ${it} from ${branch} to ${base.branch}`;
    case 'update': {
      const why = {
        plan: 'the plan changed',
        base: `${base.branch} moved`,
        unfinished: 'an earlier run did not come to its end',
      }[decision.why];
      return `${does('brought', 'bring')} ${it} up to date: ${why}`;
    }
    case 'close':
      return `${does('closed', 'close')} ${it}: nothing is left to change`;
    case 'leave':
      return decision.why === 'foreign-commits'
        ? `left ${it} alone: ${branch} has commits that are not fettle's. Merge or close it, or take them away`
        : `no ${noun}: there is a branch ${branch} that is not fettle's. Delete or rename it, or name another with --branch`;
    case 'nothing':
      return {
        'no-change': `no ${noun}: nothing is to be changed`,
        unchanged: `${it} is up to date`,
        declined: `${it} was closed by somebody, and the plan is the same: it is not proposed again`,
      }[decision.why];
  }
}
