import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, QueuePlace, RunRecord } from '../../src/ship/engine/engine.ts';
import { openEngine } from '../../src/ship/engine/open-engine.ts';
import { commandOf } from '../support/process-files.ts';
import { dataFolder, noInstalledServer, noNpmServer } from '../support/databases.ts';
import type { Entry, Job, JobWorker } from './engine-program.ts';
import { entriesOf, jobWorker, seen } from './engine-program.ts';

const noServer = noInstalledServer === null || noNpmServer === null ? null : noInstalledServer;
const SERVICE: QueuePlace = { queue: 'service', partition: 'shop' };

describe.skipIf(noServer !== null)(
  `workers that die${noServer === null ? '' : ` (skipped: ${noServer})`}`,
  () => {
    const folder = dataFolder();
    const place = { kind: 'embedded', folder: folder.path } as const;
    const journal = join(folder.path, 'journal');
    const workers: JobWorker[] = [];
    let engine: Engine;
    let runs = 0;

    beforeAll(async () => {
      engine = await openEngine(place, { environment: process.env });
    });
    afterEach(async () => {
      for (const worker of workers.splice(0)) {
        worker.signal('SIGCONT');
        await worker.kill();
      }
    });
    afterAll(async () => {
      await engine.close();
      await folder.remove();
    });

    async function works(build?: string): Promise<JobWorker> {
      const worker = await jobWorker(place, journal, build);
      workers.push(worker);
      return worker;
    }

    async function asked(job: Job, queue: QueuePlace = SERVICE): Promise<string> {
      writeFileSync(journal, '', { flag: 'a' });
      const id = `run-${++runs}`;
      await engine.enqueue({ name: 'job' }, id, job, queue);
      return id;
    }

    const written = (run: string, word: Entry['word'], number?: number): readonly Entry[] =>
      entriesOf(journal).filter(
        (entry) =>
          entry.run === run && entry.word === word && (number === undefined || entry.number === number),
      );

    async function over(run: string): Promise<RunRecord> {
      await seen(`${run} is over`, async () =>
        ['done', 'failed'].includes((await engine.read(run))?.status ?? ''),
      );
      return (await engine.read(run))!;
    }

    /** How often each step was begun. */
    const times = (run: string, steps: number): readonly number[] =>
      Array.from({ length: steps }, (_, step) => written(run, 'step', step).length);

    function grows(run: string): boolean {
      const generations = written(run, 'begin').map((entry) => entry.number);
      return generations.every((generation, at) => at === 0 || generation > generations[at - 1]!);
    }

    it('leave their run to one that lives, inside of a step and between two', async () => {
      const [first, second] = [await works(), await works()];
      const run = await asked({ stepsMs: [10, 400, 10, 10], waitsBefore: 2 });
      await seen('the second step is begun', () => written(run, 'step', 1).length === 1);
      const [killed, other] =
        written(run, 'step', 1)[0]!.pid === first.pid ? [first, second] : [second, first];
      await killed.kill();
      await seen('the second step is done', () => written(run, 'did', 1).length === 1);
      await other.kill();
      const third = await works();
      await engine.signal(run, 'go', true);
      const { status, state } = await over(run);
      expect(status).toBe('done');
      expect(state).toEqual([killed.pid, expect.anything(), third.pid, third.pid]);
      expect(times(run, 4).slice(0, 1)).toEqual([1]);
      expect(times(run, 4).slice(2)).toEqual([1, 1]);
      expect(written(run, 'begin').length).toBe(3);
      expect(grows(run)).toBe(true);
    });

    it('survive that PostgreSQL is killed, which is started again', async () => {
      const worker = await works();
      const run = await asked({ stepsMs: [10, 300, 10, 10], waitsBefore: 3 });
      await seen('the second step is begun', () => written(run, 'step', 1).length === 1);
      const before = serverNumber();
      process.kill(before, 'SIGKILL');
      // Asked while it is away.
      expect((await engine.read(run))?.id).toBe(run);
      await seen('the third step is done', () => written(run, 'did', 2).length > 0);
      await engine.signal(run, 'go', true);
      expect(await over(run)).toMatchObject({ status: 'done', error: null });
      expect(serverNumber()).not.toBe(before);
      expect(times(run, 1)).toEqual([1]);
      expect(grows(run)).toBe(true);
      expect((await engine.workers()).map((one) => one.slot)).toHaveLength(1);
      expect(worker.process.exitCode).toBeNull();
    });

    it('lose their run when they stand still, and record nothing when they wake', async () => {
      const asleep = await works();
      const run = await asked({ stepsMs: [10, 200, 10, 10] });
      await seen('the second step is begun', () => written(run, 'step', 1).length === 1);
      asleep.signal('SIGSTOP');
      const awake = await works();
      const { status, state } = await over(run);
      expect(status).toBe('done');
      expect(state).toEqual([asleep.pid, awake.pid, awake.pid, awake.pid]);
      expect(grows(run)).toBe(true);
      asleep.signal('SIGCONT');
      await seen('it has come back as a worker', async () => (await engine.workers()).length === 2);
      // It ended the step that it was at, and did nothing more.
      expect(written(run, 'did', 1).map((entry) => entry.pid)).toContain(asleep.pid);
      expect(written(run, 'step').filter((entry) => entry.pid === asleep.pid)).toHaveLength(2);
      expect((await engine.read(run))?.state).toEqual(state);
    });

    it('never have one service twice at work, and of a region no more than is allowed', async () => {
      await Promise.all([works(), works(), works()]);
      const job: Job = { stepsMs: [20, 20] };
      const region: QueuePlace = { queue: 'region', partition: 'north' };
      const [served, placed]: [string[], string[]] = [[], []];
      for (let count = 0; count < 6; count++) {
        served.push(await asked(job));
        placed.push(await asked(job, region));
      }
      for (const run of [...served, ...placed]) expect((await over(run)).status).toBe('done');
      expect(mostAtOnce(entriesOf(journal).filter((entry) => served.includes(entry.run)))).toBe(1);
      expect(mostAtOnce(entriesOf(journal).filter((entry) => placed.includes(entry.run)))).toBe(2);
    });

    it('go on with what another build of fettle began', async () => {
      const old = await works('old');
      const run = await asked({ stepsMs: [10, 10], waitsBefore: 1 });
      await seen('the first step is done', () => written(run, 'did', 0).length === 1);
      await seen('it is recorded', async () => (await engine.read(run))?.state !== null);
      await old.kill();
      await works('new');
      await engine.signal(run, 'go', true);
      expect((await over(run)).status).toBe('done');
      expect(written(run, 'step').map((entry) => [entry.number, entry.build])).toEqual([
        [0, 'old'],
        [1, 'new'],
      ]);
    });

    it('tell nobody the password of the database', async () => {
      await works();
      const password = readFileSync(join(folder.path, 'postgres', 'password'), 'utf8');
      const commands = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => commandOf(pid));
      expect(commands.filter((command) => command.includes(folder.path)).length).toBeGreaterThan(1);
      expect(commands.filter((command) => command.includes(password))).toEqual([]);
    });

    function serverNumber(): number {
      return Number.parseInt(
        readFileSync(join(folder.path, 'postgres', 'data', 'postmaster.pid'), 'utf8'),
        10,
      );
    }
  },
);

/** How many runs were between their first "begin" and their "end" at the same time. */
function mostAtOnce(entries: readonly Entry[]): number {
  const at = new Set<string>();
  let most = 0;
  for (const { word, run } of entries) {
    if (word === 'begin') at.add(run);
    if (word === 'end') at.delete(run);
    most = Math.max(most, at.size);
  }
  return most;
}
