import { DBOS } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';
import type { QueuePlace, RunContext, Workflow } from '../engine.ts';
import type { Gate } from './gate.ts';
import { persistently } from './persistently.ts';

/** A workflow as DBOS knows it. */
export type Registered = (input: unknown) => Promise<unknown>;

/** What a run does the world with, by the operations of DBOS, which number them and record what they gave. */
export function runContext(
  id: string,
  generation: number,
  part: {
    readonly pool: pg.Pool;
    readonly gate: Gate;
    readonly registered: ReadonlyMap<string, Registered>;
  },
): RunContext {
  const { pool, gate, registered } = part;
  const write = (state: unknown): Promise<unknown> =>
    persistently(
      () => pool.query(WRITE_STATE, [id, generation, JSON.stringify(state ?? null)]),
      () => !gate.isShut,
    );
  return {
    id,
    generation,
    step: (name, work) => gate.pass(true, () => DBOS.runStep(() => work(), { name })),
    now: () => gate.pass(true, async () => new Date(await DBOS.now())),
    sleep: (ms) => gate.pass(false, () => DBOS.sleepms(ms)),
    waitFor: <T>(signal: string, timeoutMs: number) =>
      gate.pass(false, () => DBOS.recv<T>(signal, { timeoutSeconds: timeoutMs / 1000 })),
    publish: (state) =>
      gate.pass(true, () => DBOS.runStep(async () => void (await write(state)), { name: 'publish' })),
    child: <I, O>(workflow: Workflow<I, O>, childId: string, input: I, queue: QueuePlace) =>
      gate.pass(false, async () => {
        const run = registered.get(workflow.name);
        if (run === undefined) throw new Error(`No workflow ${workflow.name} is registered`);
        const handle = await DBOS.startWorkflow(run, {
          workflowID: childId,
          queueName: queue.queue,
          enqueueOptions: { queuePartitionKey: queue.partition },
        })(input);
        return (await handle.getResult({ pollingIntervalMs: CHILD_POLL_MS })) as O;
      }),
  };
}

const CHILD_POLL_MS = 300;

/** The latest one stays: an execution that has lost its run may come late. */
const WRITE_STATE = `
  INSERT INTO fettle.states AS kept (run, generation, state, at) VALUES ($1, $2, $3, now())
  ON CONFLICT (run) DO UPDATE SET generation = excluded.generation, state = excluded.state, at = excluded.at
  WHERE kept.generation <= excluded.generation`;
