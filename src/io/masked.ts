import { environmentSecrets } from './environment-secrets.ts';
import type { Environment } from './environment-secrets.ts';
import { plainOutput } from './plain-output.ts';

/** Stands where something was taken out. */
export const MASK = '***';

/** Under so many letters a secret is taken out only as a word of its own: the password "test" is not to be seen in "pytest". */
const SHORT = 8;

/** Two are enough for nearly all texts, the second one to see that nothing is left. */
const MOST_PASSES = 20;

const NAMES =
  '(?:passw(?:or)?d|passphrase|secrets?|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key)(?![a-z])[\\w-]{0,40}';

/**
 * A token with a shape of its own: no letter of one before it, so that a long run of letters is tried once, and whatever goes on
 * without a break is taken with it, for behind a mask it would begin a token anew.
 */
function shape(pattern: string): RegExp {
  return new RegExp(`(?<![\\w-])${pattern}[\\w-]*`, 'g');
}

/**
 * Shapes that are secrets wherever they stand, each with what of it may stay. A repetition without a bound is the last part of its
 * pattern, so nothing is tried twice for long.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // Private keys (RFC 7468, and OpenPGP's armour), to their end or that of the text.
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    MASK,
  ],
  // User and password of an address (RFC 3986, 3.2.1); then passwords with a slash in them, which no address may have.
  [/(:\/\/)[^\s/@'"<>]{1,1000}(?=@)/g, `$1${MASK}`],
  [/(:\/\/)[^\s/@:'"<>]{1,200}:(?!\d{1,5}\/)(?:(?!:\/\/)[^\s@'"<>]){1,500}(?=@)/g, `$1${MASK}`],
  // Headers (RFC 9110, 11.6.2), as text and as a mapping that was printed.
  [
    /\b((?:proxy-)?authorization|x-api-key|x-auth-token|private-token|(?:set-)?cookie)(["']?\s{0,3}[:=]\s{0,3}(?:b?["'])?)[^\r\n"']+/gi,
    `$1$2${MASK}`,
  ],
  // The token of such a header alone: prose such as "basic authentication" has neither digit nor inner capital.
  [
    /\b([Bb]earer|BEARER|[Bb]asic|BASIC)(\s{1,3})(?=[A-Za-z][a-z._~+/=-]{0,200}[A-Z0-9]|\d)[\w.~+/=-]{8,}/g,
    `$1$2${MASK}`,
  ],
  // '"secret": "…"', "?access_token=…", "--token …"; "tokenizers==1.0" is a requirement.
  [new RegExp(`(${NAMES}["']?\\s{0,3}[:=]\\s{0,3}["'])[^"'\\n]+`, 'gi'), `$1${MASK}`],
  [new RegExp(`(${NAMES}=)(?![="'])[^\\s"'&;,)]+`, 'gi'), `$1${MASK}`],
  [new RegExp(`(--[a-z-]{0,20}${NAMES}\\s{1,3})[^\\s-]\\S*`, 'gi'), `$1${MASK}`],
  // Tokens with a shape of their own: of forges, registries, clouds and model services; JWT (RFC 7519).
  [shape('(?:gh[opusr]_[A-Za-z0-9]{20,}|github_pat_\\w{20,}|glpat-[\\w-]{16,})'), MASK],
  [shape('(?:(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\\w-]{30,}|ya29\\.[\\w-]{20,})'), MASK],
  [shape('(?:xox[abeoprs]-[\\w-]{10,}|npm_[A-Za-z0-9]{30,}|pypi-AgE[\\w-]{16,})'), MASK],
  [shape('(?:hf_[A-Za-z0-9]{20,}|sk-(?=[a-zA-Z_-]{0,200}\\d)[\\w-]{20,}|sk_live_\\w{10,})'), MASK],
  [shape('eyJ[\\w-]{8,8000}\\.[\\w-]{8,8000}(?:\\.)?'), MASK],
];

/**
 * A text as it may be kept and shown: control characters and terminal escapes are gone, and so are the secrets of this
 * environment and whatever has the shape of one. Doing it twice changes nothing more.
 */
export function masked(text: string, environment: Environment): string {
  const secrets = environmentSecrets(environment);
  let rest = plainOutput(text);
  // A mask can make what stands beside it look like a secret.
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = maskedOnce(rest, secrets);
    if (next === rest) break;
    rest = next;
  }
  return rest;
}

function maskedOnce(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce(withoutSecret, text);
  return SHAPES.reduce((rest, [pattern, kept]) => rest.replace(pattern, kept), known);
}

/** A command's words, each masked, and whole where the word before it says that a secret follows. */
export function maskedCommand(command: readonly string[], environment: Environment): readonly string[] {
  return command.map((word, at) =>
    at > 0 && ANNOUNCES.test(command[at - 1]!) ? MASK : masked(word, environment),
  );
}

const ANNOUNCES = new RegExp(`^--?[a-z-]{0,20}${NAMES}$`, 'i');

function withoutSecret(text: string, secret: string): string {
  if (secret.length >= SHORT) return text.replaceAll(secret, MASK);
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu'), MASK);
}
