import type { RolloutCommand } from '../../domain/rollout.ts';
import type { Engine } from '../engine/engine.ts';
import { stageRunId } from './rollout-names.ts';
import { readRollout } from './read-rollout.ts';

/** How long the run of a stage that was begun may take to be known to the engine. */
const TRIES = 50;
const BETWEEN_MS = 200;

/**
 * Tells a rollout something while it runs. The rollout's own run hears it always, and the run of the stage at work as well: the one
 * looks before a stage, the other within it. Gives whether there is such a rollout and it is not over.
 */
export async function commandRollout(
  engine: Engine,
  id: string,
  command: RolloutCommand,
  sleep: (ms: number) => Promise<void>,
): Promise<boolean> {
  const before = await readRollout(engine, id);
  if (before === null || !['running', 'waiting'].includes(before.status)) return false;
  await engine.signal(id, 'command', command);
  // Read only now: a stage that begins after this looks at what its rollout was told.
  const after = await readRollout(engine, id);
  const running = after?.stages.find(({ status }) => status === 'running');
  if (running === undefined || command.kind === 'approve') return true;
  const stage = stageRunId(id, running.name);
  for (let tries = 1; tries <= TRIES; tries++) {
    if ((await engine.read(stage)) !== null) {
      await engine.signal(stage, 'command', command);
      return true;
    }
    await sleep(BETWEEN_MS);
  }
  return true;
}
