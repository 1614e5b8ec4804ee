import { plainOutput } from './plain-output.ts';
import { decoded } from './url-credentials.ts';

/** A process's environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Names of variables that hold a secret; `TOKENIZERS_PARALLELISM` and `MAX_TOKENS` are none. */
const SECRET_NAME =
  /(?:PASSW(?:OR)?D|PASSPHRASE|SECRETS?|TOKEN|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY|COOKIE|_PWD$|_AUTH$|_PAT$)(?![A-Z])/i;

/** What such a name ends with where its value says where the secret is, not what it is. */
const PLACE_NAME = /_(?:FILE|PATH|DIR|SOCK|URL|URI|NAME)$/i;

/** Values that stand in every output and protect nothing. */
const NO_SECRET = /^(?:true|false|none|null|auto|\/dev\/null)$/i;

const SHORTEST = 4;

/**
 * The values that are not to be told, longest first: of variables whose names speak of secrets, and passwords within
 * addresses; also as they stand in an address, in JSON and in base64, and each line of those that have several.
 */
export function environmentSecrets(environment: Environment): readonly string[] {
  const values = Object.entries(environment).flatMap(([name, value = '']) => [
    ...(SECRET_NAME.test(name) && !PLACE_NAME.test(name) ? [value] : []),
    ...passwordsIn(value),
  ]);
  const secrets = values.map((value) => value.trim()).filter((value) => !NO_SECRET.test(value));
  return [...new Set(secrets.flatMap(formsOf))]
    .filter((text) => text.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}

function passwordsIn(value: string): readonly string[] {
  return [...value.matchAll(/:\/\/[^\s/@:]{0,200}:([^\s/@]{1,1000})@/g)].flatMap(([, password]) => [
    password!,
    decoded(password!),
  ]);
}

function formsOf(secret: string): readonly string[] {
  const text = plainOutput(secret);
  const lines = text.split('\n');
  return [
    ...(lines.length === 1 ? [text] : lines.map((line) => line.trim()).filter((line) => line.length >= 8)),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    ...(secret.length >= 8 ? [Buffer.from(secret, 'utf8').toString('base64')] : []),
  ];
}
