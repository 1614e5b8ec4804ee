import type { CheckedRun } from './tool-check.ts';
import { notInstalled } from './install-request.ts';
import type { NotInstalled } from './install-request.ts';

interface Reason {
  readonly seen: RegExp;
  readonly verdict: NotInstalled['verdict'];
  /** From what the expression captured. */
  readonly why: (match: RegExpExecArray) => string;
  readonly hint: string | null;
}

const HASH_HINT = 'look who changed the file, or the hash in the lock; nothing of it was installed';

/** The first that was seen counts: what hinders every install stands before what speaks of one distribution. */
const REASONS: readonly Reason[] = [
  reason(
    /No space left on device|os error 28\b|Disk quota exceeded/,
    'unknown',
    () => 'the disk is full',
    'free some space, and run it again',
  ),
  reason(/Hash mismatch for `([^`=\s]{1,200})==([^`\s]{1,100})`/, 'refuted', wrongHash, HASH_HINT),
  reason(
    /DO NOT MATCH THE HASHES[^\n]{0,400}\n\s*([^\s=]{1,200})==(\S{1,100}) from/,
    'refuted',
    wrongHash,
    HASH_HINT,
  ),
  reason(
    /valid authentication credentials|\b40[13] (?:Unauthorized|Forbidden)|\b40[13] Error|HTTP error 40[13]/,
    'unknown',
    () => 'the index does not admit the credentials that it was given, or asks for some',
    'give them in the address of the index, in netrc or in the variables of the tool',
  ),
  reason(
    /network (?:was|is) disabled/i,
    'unknown',
    () => 'not every file is in the cache, and the network is not used',
    'run it once without --offline',
  ),
  reason(
    /UnknownIssuer|invalid peer certificate|CERTIFICATE_VERIFY_FAILED/,
    'unknown',
    () => 'the certificate of the index is not one that this machine trusts',
    'name the certificates of your network with SSL_CERT_FILE (and PIP_CERT)',
  ),
  reason(
    /Request failed after|error sending request|dns error|HTTP status (?:server|client) error|Failed to fetch/,
    'unknown',
    () => 'the index could not be reached',
    'look at the network and the proxy settings, and run it again',
  ),
];

/** A distribution that an installer finds no file of: its own words do not tell why, or not for certain. */
export interface NoFile {
  readonly kind: 'no-file';
  readonly name: string;
  readonly version: string;
}

/** What came of an install that ended with an error, told from the tool's own words. */
export function installFailure(tool: string, { result, check, said }: CheckedRun): NotInstalled | NoFile {
  if (result.notFound)
    return notInstalled(
      'unknown',
      `${tool} is not there any more`,
      `install ${tool}, and run it again`,
      check,
    );
  if (result.timedOut)
    return notInstalled(
      'unknown',
      `${tool} did not end in time`,
      'run it again; what was fetched is kept',
      check,
    );
  const text = said.join('\n');
  for (const { seen, verdict, why, hint } of REASONS) {
    const match = seen.exec(text);
    if (match !== null) return notInstalled(verdict, why(match), hint, check);
  }
  // uv breaks its lines by the width that it thinks a terminal has.
  const [, name, version] = NO_FILE.exec(said.join(' ')) ?? [];
  if (name !== undefined && version !== undefined) return { kind: 'no-file', name, version };
  const why = `${tool} does not install this set: ${lastWords(said)}`;
  return notInstalled('unknown', why, `run ${tool} yourself to see all that it says`, check);
}

/** uv's explanation of a set without a solution, and pip's words. */
const NO_FILE =
  /(?:you require |No matching distribution found for )([A-Za-z0-9._-]{1,200})==([^\s,]{1,100}?)(?=[,\s]|$)/;

function wrongHash(match: RegExpExecArray): string {
  return `the file of ${match[1]} ${match[2]} that is served has none of the hashes that were asked for`;
}

function lastWords(said: readonly string[]): string {
  const words = said.filter((line) => /^(error|ERROR)/.test(line));
  return (
    (words.length === 0 ? said.slice(-3) : words.slice(0, 3)).join(' ').slice(0, 400) || 'it said nothing'
  );
}

function reason(seen: RegExp, verdict: Reason['verdict'], why: Reason['why'], hint: Reason['hint']): Reason {
  return { seen, verdict, why, hint };
}
