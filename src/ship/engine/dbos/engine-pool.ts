import pg from 'pg';
import type { Database } from '../database.ts';
import { codeOf, isPassing } from '../postgres/database-problems.ts';

/** A session that stops within a transaction holds its locks no longer than this. */
const IDLE_TRANSACTION_MS = 10_000;

/**
 * Connections to the engine's database under a name that shows whose they are (pg_stat_activity). Where the server is gone it is
 * started again, if that is fettle's task, and the connection is tried once more.
 */
export function enginePool(database: Database, name: string, most: number): pg.Pool {
  const pool = new pg.Pool({ ...database.settings, application_name: name, max: most });
  // What happens to a connection that nobody uses is of no interest: another one is made.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    client
      .query(`SET idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS}`)
      .catch((error: unknown) => client.emit('error', error));
  });
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
  const persistent = async (): Promise<pg.PoolClient> => {
    try {
      return await connect();
    } catch (error) {
      if (!isPassing(error) || pool.ending) throw error;
      await database.revive();
      return connect().catch((again: unknown) => {
        throw asRefusal(again);
      });
    }
  };
  type Callback = (
    error: Error | undefined,
    client: pg.PoolClient | undefined,
    done: (release?: unknown) => void,
  ) => void;
  pool.connect = ((callback?: Callback) => {
    if (callback === undefined) return persistent();
    persistent().then(
      (client) => callback(undefined, client, (release) => client.release(release as boolean)),
      (error: Error) => callback(error, undefined, () => undefined),
    );
    return undefined;
  }) as typeof pool.connect;
  return pool;
}

/** A socket that is not there yet is a server that does not listen yet: DBOS tries again after this and not after that. */
function asRefusal(error: unknown): unknown {
  return codeOf(error) === 'ENOENT' ? Object.assign(new Error('not there'), { code: 'ECONNREFUSED' }) : error;
}
