import { UserFacingError } from './domain/errors.ts';
import type { McpCall } from './mcp.ts';
import { openRollouts } from './rollout-client.ts';
import type { RolloutClient } from './rollout-client.ts';
import { promote, rollBack, rollout, rollouts, tellRollout } from './rollouts.ts';
import { reportedRollout } from './show/report/reported-rollout.ts';
import type { ReportedRollout } from './show/report/reported-rollout.ts';
import type { World } from './io/world.ts';
import type { Verbs } from './show/mcp/verbs.ts';
import { workerKeeper } from './worker-keeper.ts';

type RolloutVerbs = Pick<Verbs, 'rollouts' | 'rollout' | 'promote' | 'rollBack' | 'hold' | 'resume'>;

/** The verbs on rollouts: of this machine's engine, or the one that the server was started with. */
export function rolloutVerbs(call: McpCall): RolloutVerbs {
  const { by } = call;
  const change = (
    id: string,
    work: (client: RolloutClient, world: World) => Promise<string>,
  ): Promise<ReportedRollout> =>
    call.turns.take(`rollout ${id}`, true, () =>
      inEngine(call, async (client, world) => {
        const changed = await work(client, world);
        // Whoever watched would see to that; a caller that only tells does not watch.
        await workerKeeper(client, call.options.own, world, call.watch).keep();
        return reportedRollout(await rollout(client, changed));
      }),
    );
  return {
    rollouts: (service) =>
      inEngine(call, async (client) => (await rollouts(client, service)).map(reportedRollout)),
    rollout: (id) => inEngine(call, async (client) => reportedRollout(await rollout(client, id))),
    promote: (id) => change(id, async (client, world) => (await promote(client, id, world, by)).id),
    rollBack: (id, to) =>
      change(
        id,
        async (client, world) =>
          (await rollBack(client, id, to, world, { by, why: 'asked for over mcp' })).id,
      ),
    hold: (id) => change(id, (client, world) => told(client, id, { kind: 'hold', by }, world)),
    resume: (id) => change(id, (client, world) => told(client, id, { kind: 'resume', by }, world)),
  };
}

/** Tells a rollout that is not over to stay where it is, or to go on. */
async function told(
  client: RolloutClient,
  id: string,
  command: { readonly kind: 'hold' | 'resume'; readonly by: string },
  world: World,
): Promise<string> {
  const { status } = await rollout(client, id);
  if (await tellRollout(client, id, command, world)) return id;
  throw new UserFacingError('no-rollout', `${id} is over: it is ${status}`, {
    hint: 'fettle rollouts shows where each stands',
  });
}

async function inEngine<T>(
  { options, watch, world }: McpCall,
  work: (client: RolloutClient, world: World) => Promise<T>,
): Promise<T> {
  const own = await world();
  watch.onStage?.('reaching the engine');
  const client = await openRollouts(options.engine, own);
  try {
    return await work(client, own);
  } finally {
    await client.engine.close();
  }
}
