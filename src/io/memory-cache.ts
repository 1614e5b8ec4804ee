import type { Cache } from './cache.ts';

/** A cache that lives as long as the process: for tests, and where no store can be opened. */
export function memoryCache(): Cache {
  const tables = new Map<string, Uint8Array>();
  return {
    get: (table, key) => tables.get(`${table}/${key}`)?.slice() ?? null,
    put: (table, key, value) => void tables.set(`${table}/${key}`, value.slice()),
    close: () => Promise.resolve(),
  };
}
