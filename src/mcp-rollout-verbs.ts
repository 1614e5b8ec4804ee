import type { McpCall } from './mcp.ts';
import { openRollouts } from './rollout-client.ts';
import type { RolloutClient } from './rollout-client.ts';
import { holdOrResume, promote, rollBack, rollout, rollouts } from './rollouts.ts';
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

async function told(
  client: RolloutClient,
  id: string,
  command: Parameters<typeof holdOrResume>[2],
  world: World,
): Promise<string> {
  await holdOrResume(client, id, command, world);
  return id;
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
