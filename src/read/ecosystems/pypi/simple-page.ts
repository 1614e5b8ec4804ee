import { isAscii } from 'node:buffer';
import type { UserFacingError } from '../../../domain/errors.ts';
import {
  addressReader,
  checkApiVersion,
  HASH_LENGTHS,
  invalidPage,
  isPlainFilename,
  isState,
  type PageFile,
  type SimplePage,
} from './page-file.ts';
import { asBuffer } from '../../../io/as-buffer.ts';
import { parseHtmlPage } from './simple-page-html.ts';

/** JSON first, then HTML in its new and old names (PEP 691, "Content negotiation"). */
export const ACCEPT_PAGE =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';

/** More files than any real project has: a page beyond it is refused rather than held in memory. */
const MAX_FILES = 200_000;

/**
 * Reads a project's page. `name` is the normalised name asked for, `normalise` the ecosystem's rule. Throws
 * `index-invalid` for what is no such page: not JSON or HTML, of another project, of an API version above 1.
 */
export function parseSimplePage(
  body: Uint8Array,
  contentType: string,
  url: string,
  name: string,
  normalise: (text: string) => string | null,
): SimplePage {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const invalid = (what: string): UserFacingError => invalidPage(name, what);
  // PEP 691, "Content types": the major version stands in the type too.
  const major = /^application\/vnd\.pypi\.simple\.v(\d{1,6})\+/.exec(type)?.[1];
  checkApiVersion(major === undefined ? null : `${major}.0`, invalid);
  if (/^application\/(vnd\.pypi\.simple\.v\d+\+json|vnd\.pypi\.simple\.latest\+json|json)$/.test(type))
    return parseJsonPage(body, url, name, normalise, invalid);
  if (/^(text\/html|application\/(vnd\.pypi\.simple\.(v\d+|latest)\+html|xhtml\+xml))$/.test(type))
    return parseHtmlPage(new TextDecoder().decode(body), url, MAX_FILES, invalid);
  throw invalid(
    `its answer is "${type === '' ? 'of no type' : type.slice(0, 80)}", neither JSON nor HTML of the simple API`,
  );
}

function parseJsonPage(
  body: Uint8Array,
  url: string,
  name: string,
  normalise: (text: string) => string | null,
  invalid: (what: string) => UserFacingError,
): SimplePage {
  const page = jsonObject(body, invalid);
  checkApiVersion(field(field(page, 'meta'), 'api-version'), invalid);
  const writtenName = field(page, 'name');
  if (typeof writtenName === 'string' && normalise(writtenName) !== name)
    throw invalid(`it is the page of "${writtenName.slice(0, 100)}"`);
  const entries = field(page, 'files');
  if (!Array.isArray(entries)) throw invalid('it has no list of files');
  if (entries.length > MAX_FILES)
    throw invalid(`it lists ${entries.length} files, more than the ${MAX_FILES} allowed`);
  const files: PageFile[] = [];
  const broken: unknown[] = [];
  const addressOf = addressReader(url);
  for (const entry of entries as unknown[]) {
    const file = jsonFile(entry, addressOf);
    if (file === null) broken.push(entry);
    else files.push(file);
  }
  const versions = field(page, 'versions');
  return {
    files,
    versions: Array.isArray(versions) ? versions.filter((version) => typeof version === 'string') : null,
    status: projectStatus(field(page, 'project-status')) ?? projectStatus(page),
    notRead:
      broken.length === 0 ? null : { count: broken.length, example: JSON.stringify(broken[0]).slice(0, 120) },
  };
}

function jsonObject(body: Uint8Array, invalid: (what: string) => UserFacingError): object {
  let page: unknown;
  try {
    page = JSON.parse(textOf(body));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid('it says that it is JSON and is not (or is cut off)');
  }
  if (typeof page !== 'object' || page === null || Array.isArray(page))
    throw invalid('it is JSON of another kind');
  return page;
}

/** Most pages are plain ASCII, of which a text is made several times as fast. */
function textOf(body: Uint8Array): string {
  return isAscii(body) ? asBuffer(body).toString('latin1') : new TextDecoder().decode(body);
}

function jsonFile(entry: unknown, addressOf: (text: string) => string | null): PageFile | null {
  if (typeof entry !== 'object' || entry === null) return null;
  // Tens of thousands on a large page. None of these names is one that every object inherits.
  const given = entry as Readonly<Record<string, unknown>>;
  const { filename, url, size, 'requires-python': requiresPython, 'upload-time': uploaded } = given;
  if (typeof filename !== 'string' || typeof url !== 'string' || !isPlainFilename(filename)) return null;
  const absolute = addressOf(url);
  if (absolute === null) return null;
  return {
    filename,
    url: absolute,
    hash: bestHash(given['hashes']),
    requiresPython: typeof requiresPython === 'string' ? requiresPython : '',
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
    uploaded: typeof uploaded === 'string' ? secondsOf(uploaded) : null,
    yanked: yankOf(given['yanked']),
    metadata: metadataOf(given['core-metadata'] ?? given['dist-info-metadata']),
  };
}

function bestHash(hashes: unknown): string | null {
  if (typeof hashes !== 'object' || hashes === null) return null;
  for (const [algorithm, length] of HASH_LENGTHS) {
    const digest = (hashes as Readonly<Record<string, unknown>>)[algorithm];
    if (typeof digest === 'string' && digest.length === length && /^[0-9a-fA-F]+$/.test(digest))
      return `${algorithm}:${digest.toLowerCase()}`;
  }
  return null;
}

function yankOf(value: unknown): string | null {
  if (typeof value === 'string') return value.slice(0, 2000);
  return value === true ? '' : null;
}

function metadataOf(value: unknown): { readonly hash: string } | null {
  if (value === true) return { hash: '' };
  if (typeof value !== 'object' || value === null) return null;
  return { hash: bestHash(value) ?? '' };
}

const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Seconds since 1970 of PEP 700's `upload-time`; the form that it prescribes is read several times faster than any other. */
function secondsOf(time: string): number | null {
  const two = (at: number): number => time.charCodeAt(at) * 10 + time.charCodeAt(at + 1) - 11 * ZERO;
  const ms = UTC_TIME.test(time)
    ? Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17))
    : Date.parse(time);
  return Number.isNaN(ms) || ms < 0 ? null : Math.floor(ms / 1000);
}

const ZERO = 48;

function projectStatus(value: unknown): SimplePage['status'] {
  const state = typeof value === 'string' ? value : field(value, 'status');
  const reason = field(value, 'reason');
  return isState(state) ? { state, reason: typeof reason === 'string' ? reason.slice(0, 2000) : null } : null;
}

/** An own property of something that came from outside; undefined where there is none. */
function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
