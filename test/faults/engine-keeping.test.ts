import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/ship/engine/database.ts';
import { openDbosEngine } from '../../src/ship/engine/dbos/dbos-engine.ts';
import { startDbosWorker } from '../../src/ship/engine/dbos/dbos-worker.ts';
import { enginePool } from '../../src/ship/engine/dbos/engine-pool.ts';
import type { Engine, Workflow } from '../../src/ship/engine/engine.ts';
import { embeddedDatabase, stopEmbeddedServer } from '../../src/ship/engine/postgres/embedded-database.ts';
import { dataFolder, noInstalledServer, noNpmServer } from '../support/databases.ts';
import { QUICK, seen } from './engine-program.ts';

const noServer = noInstalledServer === null || noNpmServer === null ? null : noInstalledServer;
const LIMITS = { service: 1, region: 2 } as const;
const DAY_MS = 86_400_000;

interface Input {
  readonly digest: string;
  readonly waits?: boolean;
}
const child: Workflow<Input, number> = { name: 'child', run: () => Promise.resolve(1) };
const job: Workflow<Input, unknown> = {
  name: 'job',
  run: async (input, run) => {
    await run.publish(`${run.id} of ${run.generation}`);
    if (input.waits === true) return run.waitFor('go', 600_000);
    return run.child(child, `${run.id}-child`, input, { queue: 'region', partition: run.id });
  },
};

describe.skipIf(noServer !== null)(
  `what an engine keeps${noServer === null ? '' : ` (skipped: ${noServer})`}`,
  () => {
    const folder = dataFolder();
    let database: Database;
    let engine: Engine;
    let sql: pg.Client;

    beforeAll(async () => {
      database = await embeddedDatabase(folder.path, process.env);
      engine = await openDbosEngine(database);
      sql = new pg.Client(database.settings);
      sql.on('error', () => undefined);
      await sql.connect();
    });
    afterAll(async () => {
      await engine.close();
      await folder.remove();
    });

    const works = (notices: string[] = [], of: Database = database) =>
      startDbosWorker(of, [job, child], LIMITS, QUICK, (notice) => notices.push(notice));

    async function kept(text: string, size = 10): Promise<string> {
      const bytes = Buffer.alloc(size, text);
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      await engine.keep(digest, bytes);
      return digest;
    }

    async function asked(id: string, partition: string, input: Input): Promise<void> {
      await engine.enqueue(job, id, input, { queue: 'service', partition });
    }

    async function aged(id: string, days: number): Promise<void> {
      const ms = Math.round(Date.now() - days * DAY_MS);
      const change =
        'SET created_at = $2, updated_at = $2 WHERE workflow_uuid = $1 OR parent_workflow_id = $1';
      await sql.query(`UPDATE fettle_dbos.workflow_status ${change}`, [id, ms]);
      await sql.query(`UPDATE fettle.states SET at = to_timestamp($2 / 1000.0) WHERE run = $1`, [id, ms]);
    }

    it('is removed when it is old: bytes that no run names, and runs that ended and were followed by others', async () => {
      const first = await works();
      const [left, young, waiting, again] = [
        await kept('left', 20 << 20),
        await kept('young'),
        await kept('waiting'),
        await kept('again'),
      ];
      await asked('old', 'shop', { digest: left });
      await seen('old is done', async () => (await engine.read('old'))?.status === 'done');
      await asked('last', 'shop', { digest: young });
      await asked('alone', 'bakery', { digest: left });
      await asked('open', 'mill', { digest: waiting, waits: true });
      for (const id of ['last', 'alone'])
        await seen(`${id} is done`, async () => (await engine.read(id))?.status === 'done');
      await seen('open waits', async () => (await engine.read('open'))?.state !== null);
      await first.stop();
      for (const id of ['old', 'alone', 'open']) await aged(id, 91);
      await aged('last', 29);
      await sql.query(`UPDATE fettle.kept SET at = now() - interval '31 days'`);
      // Put again: somebody is about to name it.
      await kept('again');
      const second = await works();
      await seen('the old run is removed', async () => (await engine.read('old')) === null);
      await seen('the old bytes are removed', async () => (await engine.kept(left)) === null);
      expect(await engine.read('old-child')).toBeNull();
      for (const id of ['last', 'alone', 'alone-child', 'open']) expect((await engine.read(id))?.id).toBe(id);
      for (const digest of [young, waiting, again]) expect(await engine.kept(digest)).not.toBeNull();
      const { rows } = await sql.query(`SELECT run FROM fettle.states WHERE run = 'old'`);
      expect(rows).toEqual([]);
      const parts = await sql.query(`SELECT part FROM fettle.kept WHERE digest = $1`, [left]);
      expect(parts.rows).toEqual([]);
      await engine.signal('open', 'go', 1);
      await seen('what waited goes on', async () => (await engine.read('open'))?.status === 'done');
      await second.stop();
    });

    it('is lost with its database: the next one gives greater generations', async () => {
      const second = Math.floor(Date.now() / 1000);
      const { rows } = await sql.query<{ first: string }>(
        `SELECT start_value AS first FROM pg_sequences WHERE schemaname = 'fettle' AND sequencename = 'generation'`,
      );
      expect(Number(rows[0]?.first)).toBeGreaterThan(second - 600);
      expect(Number(rows[0]?.first)).toBeLessThanOrEqual(second);
      const generation = Number(/\d+$/.exec(String((await engine.read('last'))?.state))?.[0]);
      expect(generation).toBeGreaterThanOrEqual(Number(rows[0]?.first));
      expect(generation).toBeLessThan(second + 600);
    });

    it('is not given up where a connection breaks while it is written to', async () => {
      const pool = enginePool(database, 'test', 1);
      const client = await pool.connect();
      const query = client.query('SELECT pg_sleep(20)');
      const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } })
        .connection;
      stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      // DBOS tries again after this one alone.
      await expect(query).rejects.toMatchObject({ code: 'ECONNRESET' });
      client.release(true);
      await pool.end();
    });

    it('is waited for when it is away for long, which is told once, as is that it is back', async () => {
      const notices: string[] = [];
      let isAway = false;
      const away: Database = {
        ...database,
        revive: () => (isAway ? Promise.reject(new Error('the disk is not mounted')) : database.revive()),
      };
      const worker = await works(notices, away);
      isAway = true;
      await stopEmbeddedServer(folder.path, 'SIGQUIT');
      await seen('it is told', () => notices.length > 0);
      await setTimeout(1_500);
      expect(notices).toEqual([expect.stringMatching(/the disk is not mounted.*tries on/)]);
      isAway = false;
      await seen('it is told that it is back', () => notices.length > 1);
      expect(notices).toEqual([expect.anything(), expect.stringMatching(/is back: worker slot-1/)]);
      await worker.stop();
      expect(await engine.read('last')).toMatchObject({ status: 'done' });
    });
  },
);
