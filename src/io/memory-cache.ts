import type { Cache } from './cache.ts';

/** A cache that lives as long as the process: for tests, and where no store can be opened. */
export function memoryCache(): Cache {
  const tables = new Map<string, Uint8Array>();
  return {
    get: (table, key) => copyOf(tables.get(`${table}/${key}`)),
    put: (table, key, value) => void tables.set(`${table}/${key}`, Uint8Array.from(value)),
    close: () => Promise.resolve(),
  };
}

function copyOf(value: Uint8Array | undefined): Uint8Array | null {
  return value === undefined ? null : Uint8Array.from(value);
}
