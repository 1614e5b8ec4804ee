import { createHash } from 'node:crypto';
import { Packr } from 'msgpackr';
import { UserFacingError } from '../../../domain/errors.ts';
import type { Cache } from '../../../io/cache.ts';
import { readColumns } from './page-codec.ts';
import type { FileDetails, Page, PageColumns, PageDetails } from './page-columns.ts';
import { StoredDetails } from './stored-details.ts';

/** A page younger than this (milliseconds) is used without asking whether it changed. */
export const FRESH_FOR_MS = 10 * 60 * 1000;

/** When and how a page was last read. `digest` is of the page's bytes; null: the index had no such project. */
export interface PageStamp {
  readonly at: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly digest: string | null;
}

/** A page as the cache keeps it: columns and details as bytes, under the digest of what it was made of. */
export interface StoredPage {
  readonly digest: string;
  readonly columns: Uint8Array;
  readonly details: Uint8Array;
}

/** Pages whose details are held, which may be a megabyte each: mostly a file is asked for right after its page, then others of the same page. */
const MOST_HELD = 8;
const NOTHING = new Uint8Array(0);
const packr = new Packr({ useRecords: false });

/** Pages between runs, by index and name. Keys hold a digest of the index's address and never the address. */
export class PageCache {
  readonly #cache: Cache;
  readonly #indexKeys = new Map<string, string>();
  /** By their keys in the cache, the one that was held last at the end. */
  readonly #held = new Map<string, StoredDetails>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  stamp(indexUrl: string, name: string): PageStamp | null {
    const bytes = this.#cache.get('pages', this.#key('stamp', indexUrl, name));
    if (bytes === null) return null;
    const [at, etag, lastModified, digest] = packr.unpack(bytes) as [
      number,
      string | null,
      string | null,
      string | null,
    ];
    return { at, etag, lastModified, digest };
  }

  putStamp(indexUrl: string, name: string, stamp: PageStamp): void {
    const { at, etag, lastModified, digest } = stamp;
    this.#cache.put(
      'pages',
      this.#key('stamp', indexUrl, name),
      packr.pack([at, etag, lastModified, digest]),
    );
  }

  /**
   * The stored page with this digest, its details read when they are asked for; null where it is missing. `canBeAsked`: the network is
   * used, so a page whose second half a torn store has lost, or another build has written, counts as missing and is asked for anew: later
   * it cannot be. Where nothing can be asked at all that half, seven times the first, is not read before it is needed.
   */
  page(indexUrl: string, name: string, digest: string, canBeAsked: boolean): Page | null {
    const bytes = this.#cache.get('pages', this.#key('page', indexUrl, `${name}/${digest}`));
    const columns = bytes === null ? null : readColumns(bytes);
    if (columns === null) return null;
    const key = this.#filesKey(indexUrl, name, digest);
    if (canBeAsked && this.#details(key, columns.flags.length) === null) return null;
    return this.#stored(indexUrl, name, digest, columns);
  }

  /** Stores a page as it was read, gives back the room of the one that it replaces (`before`: its digest), and the page. */
  putPage(indexUrl: string, name: string, page: StoredPage, before: string | null): Page {
    const { digest } = page;
    const columns = readColumns(page.columns);
    if (columns === null) throw new Error(`what was made of the page of ${name} cannot be read again`);
    // Details first: a page is taken for whole when its columns are there.
    this.#cache.put('pages', this.#filesKey(indexUrl, name, digest), page.details);
    this.#cache.put('pages', this.#key('page', indexUrl, `${name}/${digest}`), page.columns);
    if (before !== null && before !== digest) {
      this.#cache.put('pages', this.#key('page', indexUrl, `${name}/${before}`), NOTHING);
      this.#cache.put('pages', this.#key('files', indexUrl, `${name}/${before}`), NOTHING);
    }
    const details = StoredDetails.open(page.details, columns.flags.length);
    if (details !== null) this.#hold(this.#filesKey(indexUrl, name, digest), details);
    return this.#stored(indexUrl, name, digest, columns);
  }

  #stored(indexUrl: string, name: string, digest: string, columns: PageColumns): Page {
    const key = this.#filesKey(indexUrl, name, digest);
    return new PageOfCache(columns, name, () => this.#details(key, columns.flags.length));
  }

  /** Null where they are lost. */
  #details(key: string, files: number): StoredDetails | null {
    const held = this.#held.get(key);
    if (held !== undefined) return held;
    const bytes = this.#cache.get('pages', key);
    const details = bytes === null ? null : StoredDetails.open(bytes, files);
    if (details !== null) this.#hold(key, details);
    return details;
  }

  #hold(key: string, details: StoredDetails): void {
    this.#held.set(key, details);
    if (this.#held.size <= MOST_HELD) return;
    const [first] = this.#held.keys();
    this.#held.delete(first!);
  }

  #filesKey(indexUrl: string, name: string, digest: string): string {
    return this.#key('files', indexUrl, `${name}/${digest}`);
  }

  #key(kind: 'stamp' | 'page' | 'files', indexUrl: string, rest: string): string {
    let index = this.#indexKeys.get(indexUrl);
    if (index === undefined) {
      index = createHash('sha256').update(indexUrl).digest('hex').slice(0, 16);
      this.#indexKeys.set(indexUrl, index);
    }
    return `${kind}/${index}/${rest}`;
  }
}

/** Thousands are held at once, so each is little beside its columns. */
class PageOfCache implements Page {
  readonly columns: PageColumns;
  readonly #name: string;
  /** Null where they are lost. */
  readonly #stored: () => StoredDetails | null;

  constructor(columns: PageColumns, name: string, stored: () => StoredDetails | null) {
    this.columns = columns;
    this.#name = name;
    this.#stored = stored;
  }

  details(): PageDetails {
    return this.#stored()?.whole() ?? this.#lost();
  }

  file(at: number): FileDetails {
    return this.#stored()?.file(at) ?? this.#lost();
  }

  #lost(): never {
    throw lostDetails(this.#name);
  }
}

/** The store was torn, and nothing can be asked; or it failed in the midst of the run. */
function lostDetails(project: string): UserFacingError {
  return new UserFacingError('index-unreachable', `the cache has lost the list of files of ${project}`, {
    hint: 'run it again without --offline: what is lost is read from the index anew',
    outside: true,
  });
}
