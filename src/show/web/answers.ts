import { reportedRollout } from '../report/reported-rollout.ts';
import type { Rollout } from '../../domain/rollout.ts';
import { rolloutList, runList, serviceList, servicesOf } from './lists.ts';
import type { Asked } from './lists.ts';
import type { AuditRow, Paged, RolloutDetails, RunDetails } from './page-api.ts';
import type { PageParts } from './page-parts.ts';
import { paged } from './paged.ts';
import { mayActAs } from './roles.ts';
import { heldOf, possibleActions, rolloutRow, stateMark } from './rollout-row.ts';
import type { RolloutAction } from './rollout-source.ts';
import { perServiceOf } from './run-summary.ts';
import type { Session } from './sessions.ts';

const MOST_OTHERS = 20;
const MOST_AUDIT = 50;

/** Who may tell what: shown, and held to where it is told. */
export const ROLE_FOR = {
  approve: 'approver',
  hold: 'operator',
  resume: 'operator',
  rollback: 'operator',
} as const satisfies Record<RolloutAction, Session['role']>;

export type ListName = 'audit' | 'rollouts' | 'runs' | 'services';

export function listAnswer(list: ListName, asked: Asked, parts: PageParts): Paged<unknown> {
  const { runs, rollouts, audit } = parts;
  if (list === 'runs') return runList(runs.runs(), asked);
  if (list === 'rollouts') return rolloutList(rollouts.rows(), asked);
  if (list === 'audit') return paged(audit.rows(), asked['page']);
  return serviceList(servicesOf(runs.runs(), rollouts.rows()), asked);
}

/** Null: there is no such run. One whose report is gone meanwhile is told by what is known of it. */
export async function runDetails(id: string, parts: PageParts): Promise<RunDetails | null> {
  const row = parts.runs.find(id);
  if (row === null) return null;
  const report = await parts.runs.report(id);
  const isTried = report?.services.some(({ verification }) => (verification ?? []).length > 0) ?? false;
  const rendered = Object.entries(parts.renderers).filter(
    ([, { ofVerification }]) => isTried || !ofVerification,
  );
  const forms = ['report.md', 'report.json', ...rendered.map(([name]) => name)];
  const others = parts.runs
    .runs()
    .filter((one) => one.row.project === row.project && one.row.id !== id)
    .slice(0, MOST_OTHERS);
  return {
    ...row,
    perService: report === null ? [] : perServiceOf(report, row.services),
    reports: forms.map((name) => ({
      format: name.replace(/^report\./, ''),
      href: `/runs/${encodeURIComponent(id)}/${name}`,
    })),
    others: others.map(({ row: { id: other, run, at, stage, verdict } }) => ({
      ...{ id: other, run, at, stage, verdict },
    })),
  };
}

/** Null: there is no such rollout. */
export async function rolloutDetails(
  id: string,
  session: Session,
  parts: PageParts,
): Promise<RolloutDetails | null> {
  const rollout = await parts.rollouts.read(id);
  if (rollout === null) return null;
  return {
    rollout: reportedRollout(rollout),
    ...{ row: rolloutRow(rollout), held: heldOf(rollout) },
    actions: offeredActions(rollout, parts)
      .filter(({ kind }) => mayActAs(session.role, ROLE_FOR[kind]))
      .map(({ kind, stage }) => {
        const use = { session: session.key, rollout: id, action: kind, stage };
        return { kind, stage, ticket: parts.tickets.give(use, stateMark(rollout, kind)) };
      }),
    audit: auditOf(id, session, parts),
  };
}

/** What may be told now. What was approved of a moment ago, and does not show yet, is not offered again. */
export function offeredActions(
  rollout: Rollout,
  { approved, rollouts }: Pick<PageParts, 'approved' | 'rollouts'>,
): ReturnType<typeof possibleActions> {
  if (!('name' in rollouts.engine())) return [];
  const isApproved = approved.get(rollout.request.id) === stateMark(rollout, 'approve');
  return possibleActions(rollout).filter(({ kind }) => kind !== 'approve' || !isApproved);
}

/** Of one rollout what those see who may see the audit: refusals name others. */
function auditOf(id: string, session: Session, { audit }: PageParts): readonly AuditRow[] {
  const own = audit.rows().filter(({ subject }) => subject === id);
  const seen = mayActAs(session.role, 'operator') ? own : own.filter(({ outcome }) => outcome === 'done');
  return seen.slice(0, MOST_AUDIT);
}
