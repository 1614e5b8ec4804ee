import { ROLES } from '../page-api.ts';
import type { Role, RolloutDetails } from '../page-api.ts';
import { isAtWork } from './rollout-state.tsx';

export type ActionKind = RolloutDetails['actions'][number]['kind'];

/** An action as it is shown: with a ticket it can be taken, without one the reason says why not. */
export interface Offer {
  readonly kind: ActionKind;
  readonly label: string;
  readonly stage: string | null;
  readonly ticket: string | null;
  readonly reason: string | null;
  /** What is said once it was taken. */
  readonly told: string;
}

interface Words {
  readonly label: string;
  readonly doing: string;
  readonly role: Role;
  readonly told: string;
}

export const ACTIONS: Readonly<Record<ActionKind, Words>> = {
  approve: { label: 'Approve', doing: 'Approving', role: 'approver', told: 'Approved. The rollout goes on.' },
  hold: {
    label: 'Hold',
    doing: 'Holding',
    role: 'operator',
    told: 'Told to hold. It stops before its next step.',
  },
  resume: { label: 'Resume', doing: 'Resuming', role: 'operator', told: 'Told to go on.' },
  rollback: { label: 'Roll back', doing: 'Rolling back', role: 'operator', told: 'Told to roll back.' },
};

/** Those that the server gave a ticket for, and those that this rollout could be told by somebody with another role. */
export function offersOf(details: RolloutDetails, role: Role): readonly Offer[] {
  return (['approve', 'hold', 'resume', 'rollback'] as const).flatMap((kind): readonly Offer[] => {
    const { label, told } = ACTIONS[kind];
    const given = details.actions.find((action) => action.kind === kind);
    if (given !== undefined)
      return [{ kind, label, told, stage: given.stage, ticket: given.ticket, reason: null }];
    const reason = isThinkable(kind, details) ? reasonAgainst(kind, role) : null;
    return reason === null ? [] : [{ kind, label, told, stage: details.row.waitsFor, ticket: null, reason }];
  });
}

function isThinkable(kind: ActionKind, { row, rollout, held }: RolloutDetails): boolean {
  if (kind === 'approve') return row.waitsFor !== null;
  if (!isAtWork(rollout.status)) return false;
  return kind === 'rollback' || (kind === 'resume') === (held !== null);
}

/** Null: the role is not what is missing. */
function reasonAgainst(kind: ActionKind, role: Role): string | null {
  const { doing, role: needed } = ACTIONS[kind];
  if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) return null;
  return `${doing} needs the role ${needed}; yours is ${role}.`;
}
