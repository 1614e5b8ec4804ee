import { rollBack, rollout } from '../index.ts';
import type { EngineFlags } from './deploy-flags.ts';
import type { ExitCode } from './exit-code.ts';
import { follow } from './follow.ts';
import { inRollouts } from './rollout-session.ts';

export interface RollbackFlags extends EngineFlags {
  readonly to?: string;
  readonly json?: boolean;
}

/** `fettle rollback`: traffic back on the revision before. What was asked for is that it goes back: then that is 0. */
export async function runRollback(
  target: string | undefined,
  flags: RollbackFlags,
  script: string,
): Promise<ExitCode> {
  return inRollouts(flags.engine, async (session) => {
    const { client, world, progress } = session;
    const back = await rollBack(client, target ?? null, flags.to ?? null, world);
    progress.notice(
      back.kind === 'told'
        ? `${back.id} was told to roll back`
        : `${back.id} takes ${back.stage} back to the revision before`,
    );
    const how = { script, root: null, json: flags.json ?? false, quiet: false, verbose: false };
    const code = await follow(back.id, { ...how, approved: '*' }, session);
    if (back.kind === 'begun') return code;
    return (await rollout(client, back.id)).status === 'rolled-back' ? 0 : code;
  });
}
