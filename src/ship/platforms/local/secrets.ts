import type { RevisionRecord } from './place-state.ts';

/**
 * The name under which the machine has a secret: "db-password:3" is the environment variable "db-password" where there is one, else
 * DB_PASSWORD. A version says nothing here.
 */
export function secretNames(secret: string): readonly string[] {
  const name = secret.replace(/:[^:]*$/, '');
  return [name, name.toUpperCase().replace(/[^A-Z0-9_]/g, '_')];
}

/** The values of secrets in an environment, by the secrets' names; those that it has. */
export function secretsIn(
  wanted: Iterable<string>,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...wanted].flatMap((secret) => {
      const value = secretNames(secret)
        .map((name) => environment[name])
        .find((one) => one !== undefined);
      return value === undefined ? [] : [[secret, value] as const];
    }),
  );
}

/** A revision's secrets by variable; a text: the first that is not known. */
export function secretsFor(
  { shape }: Pick<RevisionRecord, 'shape'>,
  known: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> | string {
  const entries: [string, string][] = [];
  for (const [variable, secret] of Object.entries(shape.secrets)) {
    const value = known.get(secret) ?? secretsIn([secret], environment)[secret];
    if (value === undefined) return secretNames(secret)[1] ?? secret;
    entries.push([variable, value]);
  }
  return Object.fromEntries(entries);
}
