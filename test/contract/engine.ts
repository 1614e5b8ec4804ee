import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Engine,
  EngineWorker,
  QueueLimits,
  QueuePlace,
  RunContext,
  RunRecord,
  Workflow,
} from '../../src/ship/engine/engine.ts';

/** An engine as the suite needs it. Its clock may be a real or a virtual one. */
export interface EngineUnderTest {
  readonly engine: Engine;
  /** Starts a worker. One at a time is at work. */
  work(workflows: readonly Workflow<never, unknown>[], limits: QueueLimits): Promise<EngineWorker>;
  /** Lets time pass. */
  passes(ms: number): Promise<void>;
  close(): Promise<void>;
}

type Body = (context: RunContext, input: { readonly script: string; readonly word?: string }) => unknown;

const LIMITS: QueueLimits = { service: 1, region: 2 };
const STEP_MS = 20;
const MOST_STEPS = 1_000;

export interface ContractOptions {
  /** Why it cannot be tried here; null: it can. */
  readonly reason?: string | null;
  /** `server`: an engine that was tried in whole already, on another server: what that may change. */
  readonly cases?: 'all' | 'server';
}

/** What every engine promises. */
export function engineContract(
  title: string,
  open: () => Promise<EngineUnderTest>,
  { reason = null, cases = 'all' }: ContractOptions = {},
): void {
  const part = cases === 'all' ? '' : ', where its server may make a difference (the rest is skipped)';
  const skipped = reason === null ? '' : ` (skipped: ${reason})`;
  const usual = it.runIf(cases === 'all');
  describe.skipIf(reason !== null)(`${title}${part}${skipped}`, () => {
    const bodies = new Map<string, Body>();
    const scripted: Workflow<{ readonly script: string }, unknown> = {
      name: 'scripted',
      run: async (input, context) => await bodies.get(input.script)!(context, input),
    };
    const other: typeof scripted = { ...scripted, name: 'other' };
    const workflows = [scripted, other];
    let under: EngineUnderTest;
    let worker: EngineWorker;

    beforeAll(async () => {
      under = await open();
      worker = await under.work(workflows, LIMITS);
    });
    afterAll(async () => {
      await worker.stop();
      await under.close();
    });

    async function asked(
      body: Body,
      more: { place?: QueuePlace; workflow?: typeof scripted } = {},
    ): Promise<string> {
      const id = `run-${randomUUID()}`;
      bodies.set(id, body);
      const place = more.place ?? { queue: 'service', partition: id };
      await under.engine.enqueue(more.workflow ?? scripted, id, { script: id }, place);
      return id;
    }

    async function until(
      id: string,
      is: (run: RunRecord) => boolean = (run) => !['queued', 'running'].includes(run.status),
    ): Promise<RunRecord> {
      for (let step = 0; step < MOST_STEPS; step++) {
        const run = await under.engine.read(id);
        if (run !== null && is(run)) return run;
        await under.passes(STEP_MS);
      }
      throw new Error(
        `${id} does not come to where it should: ${JSON.stringify(await under.engine.read(id))}`,
      );
    }

    const says = (state: unknown) => (run: RunRecord) => run.state === state;

    async function restarted(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
      await worker.stop();
      await meanwhile();
      worker = await under.work(workflows, LIMITS);
    }

    it('does what it is asked for, and tells what was published last', async () => {
      const id = await asked(async (run, input) => {
        await run.publish({ at: 'first' });
        const one = await run.step('one', async () => Promise.resolve(20));
        await run.publish({
          at: 'last',
          sum: one + (await run.step('two', async () => Promise.resolve(22))),
        });
        return input;
      });
      expect(await until(id)).toMatchObject({
        id,
        workflow: 'scripted',
        status: 'done',
        partition: id,
        input: { script: id },
        state: { at: 'last', sum: 42 },
        error: null,
      });
    });

    usual('changes nothing when it is asked again with the same id', async () => {
      let times = 0;
      const id = await asked((run) => run.step('count', async () => Promise.resolve(++times)));
      const again = { script: id, word: 'another' };
      await under.engine.enqueue(scripted, id, again, { queue: 'service', partition: id });
      await until(id);
      await under.engine.enqueue(scripted, id, again, { queue: 'service', partition: id });
      await under.passes(10 * STEP_MS);
      expect(await until(id)).toMatchObject({ input: { script: id }, status: 'done' });
      expect(times).toBe(1);
    });

    usual('keeps what was asked for until a worker comes', async () => {
      let id = '';
      await restarted(async () => {
        id = await asked((run) => run.step('work', async () => Promise.resolve(1)));
        await under.passes(10 * STEP_MS);
        expect((await under.engine.read(id))?.status).toBe('queued');
        expect(await under.engine.workers()).toEqual([]);
      });
      expect((await until(id)).status).toBe('done');
    });

    it('goes on with the next worker: a step that was recorded is not done again, and the generation is a greater one', async () => {
      const did: string[] = [];
      const generations: number[] = [];
      const times: number[] = [];
      const id = await asked(async (run) => {
        generations.push(run.generation);
        times.push((await run.now()).getTime());
        const one = await run.step('one', async () => Promise.resolve(did.push('one')));
        await run.publish('waits');
        const word = await run.waitFor<string>('go', 60_000);
        const two = await run.step('two', async () => Promise.resolve(did.push('two')));
        await run.publish([one, two, word]);
      });
      await until(id, says('waits'));
      await restarted(() => under.engine.signal(id, 'go', 'on'));
      expect((await until(id)).state).toEqual([1, 2, 'on']);
      expect(did).toEqual(['one', 'two']);
      expect(generations).toHaveLength(2);
      expect(generations[1]).toBeGreaterThan(generations[0]!);
      expect(times[1]).toBe(times[0]);
    });

    usual('gives a later run a greater generation', async () => {
      const generations: number[] = [];
      for (let runs = 0; runs < 2; runs++)
        await until(await asked((run) => void generations.push(run.generation)));
      expect(generations[1]).toBeGreaterThan(generations[0]!);
    });

    it('gives signals in the order of sending, each under its name, those too that came early', async () => {
      const id = await asked(async (run) => {
        await run.publish('began');
        await run.waitFor('start', 60_000);
        const heard = [];
        for (let times = 0; times < 5; times++) heard.push(await run.waitFor('word', 60_000));
        await run.publish(heard);
      });
      await until(id, says('began'));
      const { engine } = under;
      for (const word of ['a', 'b', { c: 1 }, 'd', 'e']) await engine.signal(id, 'word', word);
      await engine.signal(id, 'start', true);
      expect((await until(id)).state).toEqual(['a', 'b', { c: 1 }, 'd', 'e']);
    });

    usual('hears nothing where no signal comes in time', async () => {
      const id = await asked(async (run) => {
        const before = await run.now();
        const heard = await run.waitFor('word', 150);
        await run.publish({ heard, ms: (await run.now()).getTime() - before.getTime() });
      });
      const { heard, ms } = (await until(id)).state as { heard: unknown; ms: number };
      expect(heard).toBeNull();
      expect(ms).toBeGreaterThanOrEqual(150);
    });

    usual('sleeps on over a change of workers, to the time that was meant', async () => {
      const id = await asked(async (run) => {
        const before = await run.now();
        await run.publish('sleeps');
        await run.sleep(400);
        await run.publish((await run.now()).getTime() - before.getTime());
      });
      await until(id, says('sleeps'));
      await restarted();
      expect((await until(id)).state).toBeGreaterThanOrEqual(400);
    });

    usual('takes what a step throws for a bug, and keeps it', async () => {
      const id = await asked(async (run) => {
        await run.publish('before');
        await run.step('breaks', () => Promise.reject(new Error('no such colour')));
        await run.publish('after');
      });
      const run = await until(id);
      expect(run).toMatchObject({ status: 'failed', state: 'before' });
      expect(run.error).toContain('no such colour');
    });

    usual('records JSON, the first time too', async () => {
      const id = await asked(async (run) => {
        const value: unknown = await run.step('date', async () => Promise.resolve({ at: new Date(0) }));
        await run.publish({ value, kind: typeof (value as { at: unknown }).at });
      });
      expect((await until(id)).state).toEqual({ value: { at: '1970-01-01T00:00:00.000Z' }, kind: 'string' });
    });

    usual('runs another workflow as a child, which is read by its id and is not listed', async () => {
      const child = `child-${randomUUID()}`;
      let times = 0;
      bodies.set(child, (run, input) => run.step('work', async () => Promise.resolve([input.word, ++times])));
      const id = await asked(async (run) => {
        const place = { queue: 'region', partition: child } as const;
        const given = await run.child(other, child, { script: child, word: 'hi' }, place);
        await run.publish('given');
        await run.waitFor('go', 60_000);
        await run.publish(given);
      });
      await until(id, says('given'));
      await restarted(() => under.engine.signal(id, 'go', 1));
      expect((await until(id)).state).toEqual(['hi', 1]);
      expect(await under.engine.read(child)).toMatchObject({ workflow: 'other', status: 'done' });
      expect((await under.engine.list({ workflow: 'other', most: 100 })).map((run) => run.id)).not.toContain(
        child,
      );
    });

    usual('fails where its child fails', async () => {
      const child = `child-${randomUUID()}`;
      bodies.set(child, () => {
        throw new Error('the child broke');
      });
      const place = { queue: 'region', partition: child } as const;
      const id = await asked((run) => run.child(other, child, { script: child }, place));
      expect((await until(id)).error).toContain('the child broke');
    });

    it.each([
      ['service', 1],
      ['region', 2],
    ] as const)(
      'has of one partition of the queue %s at most %i at work, in the order of their coming',
      async (queue, most) => {
        const at = new Set<string>();
        const began: string[] = [];
        let atOnce = 0;
        const body: Body = async (run) => {
          at.add(run.id);
          if (!began.includes(run.id)) began.push(run.id);
          atOnce = Math.max(atOnce, at.size);
          await run.waitFor('never', 100);
          at.delete(run.id);
        };
        const ids: string[] = [];
        const partition = randomUUID();
        for (let runs = 0; runs < 4; runs++) {
          ids.push(await asked(body, { place: { queue, partition } }));
          await under.passes(3);
        }
        for (const id of ids) expect((await until(id)).status).toBe('done');
        expect(atOnce).toBe(most);
        if (most === 1) expect(began).toEqual(ids);
        else expect(new Set(began.slice(0, most))).toEqual(new Set(ids.slice(0, most)));
      },
    );

    usual('has other partitions at work meanwhile', async () => {
      const first = await asked(async (run) => void (await run.waitFor('go', 60_000)));
      await until(first, (run) => run.status === 'running');
      expect((await until(await asked((run) => run.publish('past it')))).state).toBe('past it');
      await under.engine.signal(first, 'go', 1);
      await until(first);
    });

    usual('ends a run that is cancelled where its next step would begin', async () => {
      let isDone = false;
      const id = await asked(async (run) => {
        await run.publish('waits');
        await run.waitFor('go', 60_000);
        await run.step('after', async () => Promise.resolve((isDone = true)));
      });
      await until(id, says('waits'));
      const { engine } = under;
      await engine.cancel(id);
      expect((await until(id)).status).toBe('cancelled');
      await engine.signal(id, 'go', 1);
      await under.passes(20 * STEP_MS);
      expect(isDone).toBe(false);
      expect(await engine.read(id)).toMatchObject({ status: 'cancelled', state: 'waits' });
    });

    usual('lists runs by what is asked for, youngest first', async () => {
      const { engine } = under;
      const place: QueuePlace = { queue: 'service', partition: randomUUID() };
      const ids: string[] = [];
      for (const workflow of [scripted, other, scripted]) {
        const body: Body = ids.length === 1 ? () => Promise.reject(new Error('fails')) : () => 0;
        ids.push(await asked(body, { workflow, place }));
        await until(ids.at(-1)!);
        await under.passes(5);
      }
      const [a, b, c] = ids;
      const { partition } = place;
      const idsOf = async (filter: Parameters<Engine['list']>[0]) =>
        (await engine.list(filter)).map((run) => run.id);
      expect(await idsOf({ partition, most: 10 })).toEqual([c, b, a]);
      expect(await idsOf({ partition, most: 2 })).toEqual([c, b]);
      expect(await idsOf({ partition, workflow: 'other', most: 10 })).toEqual([b]);
      expect(await idsOf({ partition, status: ['failed'], most: 10 })).toEqual([b]);
      expect(await idsOf({ partition, status: ['done', 'failed'], most: 10 })).toEqual([c, b, a]);
      expect(await idsOf({ partition, status: ['queued'], most: 10 })).toEqual([]);
      expect(await idsOf({ most: 1 })).toEqual([c]);
    });

    usual('knows nothing of a run that nobody asked for', async () => {
      expect(await under.engine.read('run-of-nobody')).toBeNull();
      await expect(under.engine.signal('run-of-nobody', 'go', 1)).rejects.toThrow('run-of-nobody');
    });

    it('keeps bytes under their digest', async () => {
      const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const large = Buffer.alloc(9 * 1024 * 1024, 'fettle');
      for (const bytes of [large, large, new Uint8Array(), Buffer.from([0, 255, 128])]) {
        await under.engine.keep(digestOf(bytes), bytes);
        const kept = await under.engine.kept(digestOf(bytes));
        expect(kept === null ? null : Buffer.from(kept).equals(bytes)).toBe(true);
      }
      expect(await under.engine.kept(digestOf(Buffer.from('never')))).toBeNull();
    });

    it('tells who is at work, and whether there is anything to do', async () => {
      const [one, ...more] = await under.engine.workers();
      expect(more).toEqual([]);
      expect(one).toMatchObject({ slot: worker.slot });
      expect(Date.now() - Date.parse(one!.since)).toBeLessThan(600_000);
      const id = await asked(async (run) => void (await run.waitFor('go', 60_000)));
      await until(id, (run) => run.status === 'running');
      expect(await worker.isIdle()).toBe(false);
      await under.engine.signal(id, 'go', 1);
      await until(id);
      expect(await worker.isIdle()).toBe(true);
    });
  });
}
