import { UserFacingError } from '../../domain/errors.ts';
import type { World } from '../../io/world.ts';

/** Where runs are kept: in a database of this user's own on this machine, or in any PostgreSQL that an address names. */
export type EnginePlace =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string };

/**
 * The flag decides, then `FETTLE_ENGINE`, else it is embedded in the machine's data folder. A password in the flag is refused: whoever
 * is on the machine reads it in the list of processes.
 */
export function enginePlace(flag: string | null, world: Pick<World, 'environment' | 'machine'>): EnginePlace {
  if (flag !== null) return { kind: 'postgres', url: withoutPassword(checked(flag, '--engine')) };
  const variable = world.environment['FETTLE_ENGINE'] ?? '';
  if (variable !== '') return { kind: 'postgres', url: checked(variable, 'FETTLE_ENGINE').href };
  if (world.machine === undefined)
    throw new UserFacingError('engine-unavailable', 'There is no folder for the engine’s own database.', {
      hint: 'Name a PostgreSQL with --engine URL or FETTLE_ENGINE.',
    });
  return { kind: 'embedded', folder: world.machine.dataFolder };
}

/** What is wrong with it is told without its text, which may hold a password. */
function checked(text: string, from: string): URL {
  if (!URL.canParse(text)) throw notAnAddress(from);
  const url = new URL(text);
  if (!/^postgres(ql)?:$/.test(url.protocol)) throw notAnAddress(from);
  return url;
}

function notAnAddress(from: string): UserFacingError {
  return new UserFacingError('usage', `${from} is not the address of a PostgreSQL.`, {
    hint: `It looks like postgresql://user@host:5432/database; the password belongs into FETTLE_ENGINE, PGPASSWORD or ~/.pgpass.`,
  });
}

function withoutPassword(url: URL): string {
  if (url.password === '' && !url.searchParams.has('password')) return url.href;
  throw new UserFacingError(
    'usage',
    'The address of --engine holds a password, which everybody on this machine can read in the list of processes.',
    { hint: 'Give the address in FETTLE_ENGINE, or the password in PGPASSWORD or ~/.pgpass.' },
  );
}
