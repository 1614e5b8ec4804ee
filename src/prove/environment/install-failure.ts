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
const SDIST_HINT = 'allow builds with --allow-build, which needs bubblewrap and uv';

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
  reason(
    /Because (\S{1,200})==(\S{1,100}) has no usable wheels|Building source distributions for `?([^\s`]{1,200}) is disabled/,
    'unknown',
    (match) => onlySdist(match[1] ?? match[3]!, match[2] ?? null),
    SDIST_HINT,
  ),
  reason(
    /Because (\S{1,200})==(\S{1,100}) has no wheels with a matching ([^(\n]{1,60}?) tag/,
    'refuted',
    (match) => `${match[1]} ${match[2]} has no wheel for this target (its ${match[3]} tags are others)`,
    null,
  ),
  reason(
    /and (\S{1,200})==(\S{1,100}) depends on Python([^,\n]{1,100}), we/,
    'refuted',
    (match) => `${match[1]} ${match[2]} asks for Python${match[3]}`,
    null,
  ),
  reason(
    /Because there is no version of (\S{1,200})==(\S{1,100})/,
    'refuted',
    (match) => missing(match[1]!, match[2]!),
    null,
  ),
  reason(
    /Because (\S{1,200}) was not found in the (?:package registry|provided package locations)/,
    'refuted',
    (match) => `no index has ${match[1]}`,
    null,
  ),
];

/** What came of an install that ended with an error, told from the tool's own words. */
export function installFailure(tool: string, { result, check, said }: CheckedRun): NotInstalled {
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
  // uv breaks its lines by the width that it thinks a terminal has.
  const text = said.join('\n');
  const flat = said.join(' ');
  for (const { seen, verdict, why, hint } of REASONS) {
    const match = seen.exec(text) ?? seen.exec(flat);
    if (match !== null) return notInstalled(verdict, why(match), hint, check);
  }
  return (
    pipFailure(said, check) ??
    notInstalled(
      'unknown',
      `${tool} does not install this set: ${lastWords(said)}`,
      `run ${tool} yourself to see all that it says`,
      check,
    )
  );
}

/** pip says of a missing file always the same; why it passed over the files that there are stands before that. */
function pipFailure(said: readonly string[], check: CheckedRun['check']): NotInstalled | null {
  const wanted = said
    .map((line) => /No matching distribution found for ([^\s=]{1,200})==(\S{1,100})/.exec(line))
    .find((match) => match !== null);
  if (wanted === undefined || wanted === null) return null;
  const [, name, version] = wanted as unknown as [string, string, string];
  const about = (line: string): boolean => line.includes(`-${version}`) && sameName(line, name);
  if (said.some((line) => /connection broken by|Could not fetch URL/.test(line) && sameName(line, name)))
    return notInstalled(
      'unknown',
      'the index could not be reached',
      'look at the network and the proxy settings, and run it again',
      check,
    );
  if (
    said.some(
      (line) =>
        /requires a different python|require a different python/i.test(line) &&
        (about(line) || line.includes(`${version} Requires-Python`)),
    )
  )
    return notInstalled('refuted', `${name} ${version} asks for another Python`, null, check);
  if (
    said.some((line) => /No binaries permitted for|No sources permitted for/.test(line) && about(line)) &&
    !said.some((line) => /not compatible with this Python|none of the wheel's tags/.test(line) && about(line))
  )
    return notInstalled('unknown', onlySdist(name, version), SDIST_HINT, check);
  if (
    said.some((line) => /not compatible with this Python|none of the wheel's tags/.test(line) && about(line))
  )
    return notInstalled('refuted', `${name} ${version} has no wheel for this target`, null, check);
  return notInstalled('refuted', missing(name, version), null, check);
}

function sameName(line: string, name: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_.]+/g, '-');
  return plain(line).includes(plain(name));
}

function wrongHash(match: RegExpExecArray): string {
  return `the file of ${match[1]} ${match[2]} that is served has none of the hashes that were asked for`;
}

function onlySdist(name: string, version: string | null): string {
  return `${name}${version === null ? '' : ` ${version}`} has only an sdist for this target, and builds are not allowed`;
}

function missing(name: string, version: string): string {
  return `no index has ${name} ${version}`;
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
