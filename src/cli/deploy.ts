import {
  approveAll,
  beginRollout,
  deployCommands,
  preparedScreen,
  prepareDeploy,
  rollout,
  rolloutJson,
  rolloutLine,
  keepRollout,
} from '../index.ts';
import type { PreparedDeploy, RolloutClient, World } from '../index.ts';
import type { DeployFlags } from './deploy-flags.ts';
import type { ExitCode } from './exit-code.ts';
import { jobOf } from './flags.ts';
import { follow } from './follow.ts';
import { print, screenOptions } from './output.ts';
import { inRollouts, inWorld } from './rollout-session.ts';
import { version } from './version.ts';

/** `fettle deploy`: takes a service through its stages, and watches until it is done or somebody has to approve. */
export async function runDeploy(directory: string, flags: DeployFlags, script: string): Promise<ExitCode> {
  const { prepared, commands } = await inWorld(async (world, progress) => {
    const service = flags.service === undefined ? {} : { service: flags.service };
    const job = { ...jobOf(directory, service), bundle: null };
    const { to = null, platform = null, image = null } = flags;
    const ready = await prepareDeploy(job, { to, platform, image }, world, progress.watch);
    return { prepared: ready, commands: flags.dryRun === true ? await deployCommands(ready, world) : [] };
  });
  if (flags.dryRun === true) return dryRun(prepared, commands, flags);
  return inRollouts(flags.engine, async (session) => {
    const { client, world } = session;
    const id = await begun(prepared, flags, client, world);
    if (flags.detach === true) return detached(id, flags, client);
    const { json = false, quiet = false, verbose = false } = flags;
    const approved = flags.yes === true ? '*' : null;
    return follow(id, { script, root: prepared.job.root, approved, json, quiet, verbose }, session);
  });
}

async function begun(
  prepared: PreparedDeploy,
  flags: DeployFlags,
  client: RolloutClient,
  world: World,
): Promise<string> {
  const id = await beginRollout(prepared, client);
  if (flags.yes === true) await approveAll(client, id, world);
  // The folder is there from now on, so that whoever promotes it later keeps the report in the same place.
  await keepRollout(prepared.job.root, await rollout(client, id), version(), world);
  return id;
}

async function dryRun(
  { job, request, snapshot }: PreparedDeploy,
  commands: Awaited<ReturnType<typeof deployCommands>>,
  flags: DeployFlags,
): Promise<ExitCode> {
  const packed =
    snapshot === null ? null : `${snapshot.files} files, ${Math.ceil(snapshot.bytes.length / 1024)} KiB`;
  if (flags.json === true)
    await print(`${JSON.stringify({ schemaVersion: '1', request, commands }, null, 2)}\n`);
  else {
    const view = { request, found: job.found, packed, commands };
    await print(preparedScreen(view, screenOptions(flags.verbose ?? false)));
  }
  return 0;
}

/** A worker of this machine's engine is started by whoever watches. */
async function detached(id: string, flags: DeployFlags, client: RolloutClient): Promise<ExitCode> {
  const state = await rollout(client, id);
  if (flags.json === true) await print(rolloutJson(state));
  else {
    const line = `${id}: ${rolloutLine(state, screenOptions(false).width - id.length - 2)}`;
    await print(flags.quiet === true ? `${id}\n` : `${line}\nnext: fettle rollouts watch ${id}\n`);
  }
  return 0;
}
