import { DBOSClient } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';
import { APPLICATION } from './application.ts';
import { JSON_SERIALIZER } from './json-serializer.ts';
import { DBOS_SCHEMA } from './schema.ts';
import { SILENT } from './silent-logger.ts';

/** DBOS for those who do not work at runs. The pool stays the caller's. */
export function openClient(pool: pg.Pool): Promise<DBOSClient> {
  return DBOSClient.create({
    systemDatabaseUrl: '',
    systemDatabasePool: pool,
    systemDatabaseSchemaName: DBOS_SCHEMA,
    serializer: JSON_SERIALIZER,
    applicationName: APPLICATION,
    logger: SILENT,
  });
}
