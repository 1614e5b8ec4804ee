import { promote } from '../index.ts';
import type { EngineFlags } from './deploy-flags.ts';
import type { ExitCode } from './exit-code.ts';
import { follow } from './follow.ts';
import { inRollouts } from './rollout-session.ts';

export interface PromoteFlags extends EngineFlags {
  readonly json?: boolean;
}

/** `fettle promote`: approves of the stage that waits, and watches it. */
export async function runPromote(
  id: string | undefined,
  flags: PromoteFlags,
  script: string,
): Promise<ExitCode> {
  return inRollouts(flags.engine, async (session) => {
    const { client, world } = session;
    const approved = await promote(client, id ?? null, world);
    const how = { script, root: null, json: flags.json ?? false, quiet: false, verbose: false };
    return follow(approved.id, { ...how, approved: approved.stage }, session);
  });
}
