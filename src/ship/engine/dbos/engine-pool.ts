import { Socket } from 'node:net';
import pg from 'pg';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Database } from '../database.ts';
import { codeOf, isPassing } from '../postgres/database-problems.ts';

/** A session that stops within a transaction holds its locks no longer than this. */
const IDLE_TRANSACTION_MS = 10_000;

/**
 * Connections to the engine's database under a name that shows whose they are (pg_stat_activity). Where the server is gone it is
 * started again, if that is fettle's task, and the connection is tried once more. `isPatient`: what fails then is told as a connection
 * that was refused, which whoever works at runs tries again: a run must not end because its database is away.
 */
export function enginePool(database: Database, name: string, most: number, isPatient = false): pg.Pool {
  const stream = streamOfPool;
  const pool = new pg.Pool({ ...database.settings, stream, application_name: name, max: most });
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
      await database.revive().catch((why: unknown) => {
        throw isPatient && why instanceof UserFacingError ? refusal(why.message) : why;
      });
      return connect().catch((again: unknown) => {
        throw codeOf(again) === 'ENOENT' ? refusal('not there') : again;
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
function refusal(why: string): Error {
  return Object.assign(new Error(why), { code: 'ECONNREFUSED' });
}

/** A connection that the server has closed is told by reading as a reset, and by writing as a broken pipe: of DBOS's two it knows one. */
function streamOfPool(): Socket {
  const socket = new Socket();
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') error.code = 'ECONNRESET';
  });
  return socket;
}
