import { UserFacingError } from '../../../domain/errors.ts';

/** One file of a project's page, as the index gives it (PEP 503, 592, 658/714, 691, 700). */
export interface PageFile {
  readonly filename: string;
  /** Absolute. */
  readonly url: string;
  /** "sha256:…" (else sha384 or sha512, the algorithms of hash-checking mode), or null. */
  readonly hash: string | null;
  /** As written; empty where there is none. */
  readonly requiresPython: string;
  readonly size: number | null;
  /** Seconds since 1970; null where the index does not tell. */
  readonly uploaded: number | null;
  /** The reason of a yanked file, empty without one; null for a file that is not yanked. */
  readonly yanked: string | null;
  /** The index announces `.metadata` beside the file; the hash is empty where it gives none. */
  readonly metadata: { readonly hash: string } | null;
}

/** A project's page. `notRead` counts entries that make no sense, with the first of them in words. */
export interface SimplePage {
  readonly files: readonly PageFile[];
  /** PEP 700: versions with files or without; null where the page does not list them. */
  readonly versions: readonly string[] | null;
  readonly status: ProjectStatus | null;
  readonly notRead: { readonly count: number; readonly example: string } | null;
}

/** PEP 792. */
export interface ProjectStatus {
  readonly state: ProjectState;
  readonly reason: string | null;
}

export type ProjectState = 'active' | 'archived' | 'quarantined' | 'deprecated';

/** The error for a page that cannot be used. */
export function invalidPage(name: string, what: string): UserFacingError {
  return new UserFacingError('index-invalid', `the index page of ${name} cannot be used: ${what}`, {
    hint: 'check that the index URL is that of a simple API (PEP 503), or name another with --index-url',
    outside: true,
  });
}

/** PEP 691, "Versioning": a client must not read a page of a later major version. */
export function checkApiVersion(version: unknown, invalid: (what: string) => UserFacingError): void {
  if (typeof version !== 'string') return;
  const major = /^(\d{1,6})\./.exec(version)?.[1];
  if (major !== undefined && Number(major) > 1)
    throw invalid(`it is of API version ${version}; this tool reads 1.x`);
}

/** A name that is one path segment: no folder, no control character, of a sane length. */
export function isPlainFilename(text: string): boolean {
  return text.length <= 400 && /^(?!\.\.?$)[^\u0000-\u001f\u007f/\\]+$/.test(text);
}

/** Addresses that are surely valid, as nearly all are: a quarter of a million of them stand on the pages of a large job. */
const PLAIN_URL =
  /^https?:\/\/(?!\S*xn--)(?:(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*|(?:1\d\d|[1-9]?\d)(?:\.(?:1\d\d|[1-9]?\d)){3})(?::[1-5]?\d{1,4})?(?:\/[^\s@\\\u0000-\u001f]*)?$/;

const PLAIN_PATH = /^[^\s@\\\u0000-\u001f]*$/;
const MAX_URL = 4000;

/** A file's address made absolute; null where it is none or leads anywhere but to http, https or a file. */
export function absoluteUrl(text: string, base: string): string | null {
  if (text.length > MAX_URL) return null;
  if (PLAIN_URL.test(text)) return text;
  if (!URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  return ['http:', 'https:', 'file:'].includes(url.protocol) ? url.href : null;
}

/** `absoluteUrl` for the many addresses of one page, most of which begin as the one before: a host that was plain is not looked at again. */
export function addressReader(base: string): (text: string) => string | null {
  let origin: string | null = null;
  return (text) => {
    if (text.length > MAX_URL) return null;
    if (origin !== null && text.startsWith(origin) && PLAIN_PATH.test(text)) return text;
    if (!PLAIN_URL.test(text)) return absoluteUrl(text, base);
    origin = /^https?:\/\/[^/]+\//.exec(text)?.[0] ?? null;
    return text;
  };
}

/** Algorithms that pip's hash-checking mode takes, with the length of a digest in hexadecimal. */
export const HASH_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** The four markers of PEP 792. */
export function isState(text: unknown): text is ProjectState {
  return text === 'active' || text === 'archived' || text === 'quarantined' || text === 'deprecated';
}
