import type { Hono } from 'hono';
import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import type { Rollout } from '../../domain/rollout.ts';
import { plain } from '../report/plain-text.ts';
import { offeredActions, ROLE_FOR, rolloutDetails } from './answers.ts';
import { writes } from './guards.ts';
import { jsonBody } from './json-body.ts';
import type { PageEnvironment, PageParts } from './page-parts.ts';
import { problem, refuse } from './problem.ts';
import type { PageContext, Refusal } from './problem.ts';
import { stateMark } from './rollout-row.ts';
import { ACTIONS } from './rollout-source.ts';
import type { RolloutAction } from './rollout-source.ts';

const Told = v.object({
  ticket: v.pipe(v.string(), v.maxLength(200)),
  stage: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(200))), null),
  why: v.optional(v.pipe(v.string(), v.maxLength(500)), ''),
});
type Told = v.InferOutput<typeof Told>;

/** What may be told to a rollout. Each needs the role, the session's own token, and a ticket for this very state of the rollout. */
export function addActionRoutes(app: Hono<PageEnvironment>, parts: PageParts): void {
  for (const kind of ACTIONS)
    app.post(`/api/rollouts/:id/${kind}`, writes(parts, ROLE_FOR[kind]), async (context) => {
      const id = context.req.param('id');
      const about = { action: kind, subject: id };
      const told = await jsonBody(context, Told);
      if (told === null)
        return refuse(context, parts, {
          ...{ status: 400, code: 'invalid-request', message: 'expected JSON with a ticket', ...about },
        });
      const rollout = await parts.rollouts.read(id);
      if (rollout === null)
        return refuse(context, parts, {
          ...{ status: 404, code: 'no-rollout', message: 'there is no rollout of that id', ...about },
        });
      return act(context, parts, rollout, kind, told);
    });
}

async function act(
  context: PageContext,
  parts: PageParts,
  rollout: Rollout,
  kind: RolloutAction,
  told: Told,
): Promise<Response> {
  const { id } = rollout.request;
  const session = context.get('session')!;
  const about = { action: kind, subject: id };
  const stage = kind === 'approve' ? told.stage : null;
  const mark = stateMark(rollout, kind);
  const use = { session: session.key, rollout: id, action: kind, stage };
  const isOffered = offeredActions(rollout, parts).some((one) => one.kind === kind && one.stage === stage);
  const why =
    parts.tickets.take(told.ticket, use, mark) ??
    (isOffered ? null : 'the rollout cannot be told that as it stands');
  if (why !== null) return refuse(context, parts, { ...conflict(why), ...about });
  // Told only once: before the engine is asked, for another request may come meanwhile.
  if (kind === 'approve') parts.approved.set(id, mark);
  const outcome = await telling(parts, { kind, id, stage, by: session.by, why: cleaned(told.why) });
  if (typeof outcome === 'object') {
    if (kind === 'approve') parts.approved.delete(id);
    return refuse(context, parts, { ...outcome, ...about });
  }
  const reason = kind === 'approve' ? stage : told.why === '' ? null : told.why;
  const { by: user, role } = session;
  await parts.audit.record({ user, role, ...about, outcome: 'done', why: reason });
  const details = await rolloutDetails(outcome, session, parts);
  return details === null
    ? problem(context, 404, 'no-rollout', 'the rollout is gone')
    : context.json(details);
}

/** The rollout to look at then, or why nothing was told. */
async function telling(
  parts: PageParts,
  action: Parameters<PageParts['rollouts']['tell']>[0],
): Promise<string | Pick<Refusal, 'code' | 'message' | 'status'>> {
  try {
    return (await parts.rollouts.tell(action)) ?? conflict('the rollout is over');
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return { status: 503, code: error.code, message: error.message };
  }
}

function conflict(message: string): Pick<Refusal, 'code' | 'hint' | 'message' | 'status'> {
  return {
    status: 409,
    code: 'conflict',
    message,
    hint: 'load the rollout again, and decide on what it shows then',
  };
}

function cleaned(text: string): string {
  return plain(text).replaceAll(/\s+/g, ' ').trim();
}
