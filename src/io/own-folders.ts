import { join } from 'node:path';
import envPaths from 'env-paths';

type Environment = Readonly<Record<string, string | undefined>>;

/** FETTLE_CACHE_DIR, else the user's cache folder as the system has it (XDG_CACHE_HOME on Linux). */
export function defaultCacheFolder(environment: Environment): string {
  const { FETTLE_CACHE_DIR: own, XDG_CACHE_HOME: shared } = environment;
  if (own !== undefined && own !== '') return own;
  if (shared !== undefined && shared !== '' && process.platform === 'linux') return join(shared, 'fettle');
  return envPaths('fettle', { suffix: '' }).cache;
}

/** FETTLE_DATA_DIR, else the user's data folder as the system has it (XDG_DATA_HOME on Linux). */
export function defaultDataFolder(environment: Environment): string {
  const { FETTLE_DATA_DIR: own, XDG_DATA_HOME: shared } = environment;
  if (own !== undefined && own !== '') return own;
  if (shared !== undefined && shared !== '' && process.platform === 'linux') return join(shared, 'fettle');
  return envPaths('fettle', { suffix: '' }).data;
}
