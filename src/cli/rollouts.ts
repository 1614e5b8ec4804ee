import { rollout, rolloutDetails, rolloutJson, rollouts, rolloutsScreen, UserFacingError } from '../index.ts';
import type { EngineFlags } from './deploy-flags.ts';
import { rolloutExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { follow } from './follow.ts';
import { print, screenOptions } from './output.ts';
import { inRollouts } from './rollout-session.ts';

export interface RolloutsFlags extends EngineFlags {
  readonly json?: boolean;
  readonly service?: string;
}

/** `fettle rollouts list`: where each stands, the youngest first. */
export async function runRolloutsList(flags: RolloutsFlags): Promise<ExitCode> {
  return inRollouts<ExitCode>(flags.engine, async ({ client, world }) => {
    const all = await rollouts(client, flags.service ?? null);
    if (flags.json === true) await print(rolloutJson(all));
    else await print(rolloutsScreen(all, world.clock.now(), screenOptions(false)));
    return 0;
  });
}

/** `fettle rollouts show`: its steps, and canary beside baseline. Exit code as the rollout stands. */
export async function runRolloutsShow(id: string, flags: RolloutsFlags): Promise<ExitCode> {
  return inRollouts<ExitCode>(flags.engine, async ({ client, world }) => {
    const one = await rollout(client, id);
    if (flags.json === true) await print(rolloutJson(one));
    else await print(rolloutDetails(one, world.clock.now(), screenOptions(true)));
    return rolloutExit(one);
  });
}

/** `fettle rollouts watch`: until it is over, or waits for approval. */
export async function runRolloutsWatch(
  id: string | undefined,
  flags: RolloutsFlags,
  script: string,
): Promise<ExitCode> {
  return inRollouts(flags.engine, async (session) => {
    const [newest] = id === undefined ? await rollouts(session.client) : [];
    const meant = id ?? newest?.request.id;
    if (meant === undefined)
      throw new UserFacingError('no-rollout', 'there is no rollout to watch', {
        hint: 'fettle deploy begins one',
      });
    const how = { root: null, approved: null, quiet: false, verbose: false };
    return follow(meant, { ...how, script, json: flags.json ?? false }, session);
  });
}
