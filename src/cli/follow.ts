import { constants } from 'node:os';
import { join } from 'node:path';
import {
  aheadOf,
  newLines,
  rollout,
  rolloutDetails,
  rolloutJson,
  rolloutLine,
  rolloutScreen,
  keepRollout,
  waitingStage,
  watchRollout,
  workerKeeper,
} from '../index.ts';
import type { Rollout, ScreenOptions } from '../index.ts';
import { rolloutExit } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { fromHere } from './next-command.ts';
import { print, screenOptions } from './output.ts';
import type { RolloutSession } from './rollout-session.ts';
import { version } from './version.ts';

/** How a rollout is followed to its end. */
export interface Following {
  /** The command's own script, by which a worker is started. */
  readonly script: string;
  /** The project that its report is kept in; null: the folder that this runs in, where it has one of this rollout. */
  readonly root: string | null;
  readonly approved: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Watches a rollout until it is over or waits for approval, keeps its report, and tells how it stands. */
export async function follow(id: string, following: Following, session: RolloutSession): Promise<ExitCode> {
  const { client, world, progress } = session;
  const stop = leaveOnInterrupt(id, session);
  try {
    const found = await client.engine.read(id);
    const input = found?.input as Rollout['request'] | undefined;
    const own = { script: following.script, atOnce: input?.settings.atOnce ?? 1 };
    const keeper = workerKeeper(client, own, world, progress.watch);
    const onState = drawer(following, session);
    await tellAhead(id, session);
    const ended = await watchRollout(client, id, { onState, keeper, approved: following.approved }, world);
    progress.done();
    await tell(ended, following, session);
    return rolloutExit(ended);
  } finally {
    stop();
  }
}

/** One service has one rollout at a time: whoever waits is told for what, and how it ends. */
async function tellAhead(id: string, { client, progress }: RolloutSession): Promise<void> {
  const ahead = await aheadOf(client, await rollout(client, id));
  if (ahead === null) return;
  const stage = waitingStage(ahead);
  const where = stage === null ? `is ${ahead.status}` : `waits for approval of ${stage}`;
  const other = ahead.request.id;
  const ends = stage === null ? '' : `fettle promote ${other} goes on with it, `;
  progress.notice(
    `${other} of the same service ${where}, and this is begun once it is over: ${ends}fettle rollback ${other} ends it`,
  );
}

async function tell(ended: Rollout, following: Following, { world }: RolloutSession): Promise<void> {
  const root = following.root ?? (await rootHere(ended.request.id, world));
  const report = root === null ? null : await keepRollout(root, ended, version(), world);
  if (following.json) return print(rolloutJson(ended));
  const options = screenOptions(following.verbose);
  const place = report === null ? null : fromHere(join(root!, report));
  const screen = rolloutScreen(ended, world.clock.now(), place, options);
  await print(following.verbose ? `${screen}${rolloutDetails(ended, world.clock.now(), options)}` : screen);
}

async function rootHere(id: string, { files }: RolloutSession['world']): Promise<string | null> {
  const here = process.cwd();
  return (await files.realPath(join(here, '.fettle', 'runs', id))) === null ? null : here;
}

/** One line that is redrawn on a terminal; elsewhere a line for each thing that happens. */
function drawer(
  { json, quiet }: Following,
  { progress }: Pick<RolloutSession, 'progress'>,
): (rollout: Rollout) => void {
  if (json || quiet) return () => undefined;
  const options: ScreenOptions = screenOptions(false);
  let before: Rollout | null = null;
  return (rollout) => {
    if (process.stderr.isTTY) progress.watch.onStage?.(rolloutLine(rollout, options.width));
    else for (const line of newLines(before, rollout, options.width)) process.stderr.write(`${line}\n`);
    before = rollout;
  };
}

/** Ctrl-C ends the watching alone. */
function leaveOnInterrupt(id: string, { progress, client }: RolloutSession): () => void {
  const leave = (signal: 'SIGINT' | 'SIGTERM'): void => {
    progress.notice(
      `${id} goes on: fettle rollouts watch ${id} shows it, fettle rollback ${id} stops it and puts the traffic back`,
    );
    void client.engine.close().finally(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, leave);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, leave);
  };
}
