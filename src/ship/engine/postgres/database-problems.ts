import { UserFacingError } from '../../../domain/errors.ts';
import { masked } from '../../../io/masked.ts';
import type { Database } from '../database.ts';

/** What went wrong with a connection or a statement, with the way out. The text of the address is never in it. */
export function unavailable(database: Pick<Database, 'name'>, error: unknown): UserFacingError {
  if (error instanceof UserFacingError) return error;
  const code = codeOf(error);
  return new UserFacingError(
    'engine-unavailable',
    `The engine’s database ${database.name} did not answer as it should: ${reasonOf(error)}.`,
    {
      hint: HINTS.get(code.slice(0, 2)) ?? 'Check that it runs and can be reached from here.',
      outside: true,
    },
  );
}

/** By class of SQLSTATE (PostgreSQL's documentation, appendix A). */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['28', 'Check the user and the password: FETTLE_ENGINE, PGPASSWORD or ~/.pgpass.'],
  ['3D', 'Make the database first (createdb), or name another.'],
  [
    '42',
    'The user must be allowed to make a schema in it: GRANT CREATE ON DATABASE … TO …, or name another user.',
  ],
  ['53', 'It has no room left: free some space, or allow it more connections.'],
]);

/** Whether trying again may help: the connection broke, or could not be made (appendix A, classes 08, 53 and 57). */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '57014') return false;
  if (/^(08|53|57)...$/.test(code)) return true;
  if (/^E(CONNREFUSED|CONNRESET|NOENT|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)$/.test(code))
    return true;
  return (
    error instanceof Error && /connection (terminated|timeout|error)|timeout exceeded/i.test(error.message)
  );
}

/** Whether it is the database's doing, and not a mistake of this program: it is away, full, read-only, or does not let this user in. */
export function isOfDatabase(error: unknown): boolean {
  return isPassing(error) || /^(28...|3D000|25006|42501)$/.test(codeOf(error));
}

export function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

function reasonOf(error: unknown): string {
  // Several addresses of one name were tried, each with its own failure.
  const errors = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  const reasons = errors.map((one) => (one instanceof Error ? one.message : String(one)));
  return masked([...new Set(reasons)].join('; '), {}).replace(/\.$/, '');
}
