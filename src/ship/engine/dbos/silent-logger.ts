import type { DLogger } from '@dbos-inc/dbos-sdk';

/** DBOS tells of what it does and of every connection that breaks; whoever runs fettle is told by fettle. */
export const SILENT: DLogger = {
  info: () => undefined,
  debug: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
