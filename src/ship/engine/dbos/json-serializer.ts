import type { DBOSSerializer } from '@dbos-inc/dbos-sdk';

/** What is recorded is JSON and nothing more (RFC 8259): a later build reads it without knowing how this one was written. */
export const JSON_SERIALIZER: DBOSSerializer = {
  name: () => 'fettle_json',
  stringify: (value) => JSON.stringify(value ?? null) ?? 'null',
  parse: (text) => (text === null || text === undefined ? null : (JSON.parse(text) as unknown)),
};
