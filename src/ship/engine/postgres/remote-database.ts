import type { Environment } from '../../../io/environment-secrets.ts';
import type { Database } from '../database.ts';

/** A PostgreSQL that somebody else runs. The password is the address's own, else PGPASSWORD, else that of ~/.pgpass (libpq, 34.16). */
export function remoteDatabase(address: string, environment: Environment): Database {
  const url = new URL(address);
  const host = url.hostname === '' ? (url.searchParams.get('host') ?? 'this machine') : url.hostname;
  const name = `${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname}`;
  if (url.password === '' && url.hostname !== '') url.password = environment['PGPASSWORD'] ?? '';
  return {
    name,
    settings: { connectionString: url.href, connectionTimeoutMillis: 10_000, keepAlive: true },
    revive: () => Promise.resolve(),
  };
}
