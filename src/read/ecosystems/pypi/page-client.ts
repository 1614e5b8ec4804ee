import { UserFacingError } from '../../../domain/errors.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { HttpResponse } from '../../../io/http.ts';
import type { Clock } from '../../../io/clock.ts';
import type { Workers } from '../../../io/workers.ts';
import type { World } from '../../../io/world.ts';
import type { IndexHttp } from './index-http.ts';
import type { IndexSource } from './index-source.ts';
import { FRESH_FOR_MS, PageCache, type PageStamp } from './page-cache.ts';
import type { Page } from './page-columns.ts';
import { PageRoom, type Place } from './page-room.ts';
import { readPageBeside } from './page-reading.ts';
import { ACCEPT_PAGE } from './simple-page.ts';

/** The largest page of a real project is some 40 MB; twice that is no page. */
const MAX_PAGE_BYTES = 96 << 20;

/** What an earlier run kept of a page. */
interface Before {
  readonly stamp: PageStamp;
  readonly page: Page | null;
}

/**
 * Pages of projects on indexes, through the cache: younger than ten minutes as they are, older ones after asking the
 * index whether they changed, and any without asking where the network is not used.
 */
export class PageClient {
  readonly #http: IndexHttp;
  readonly #cache: PageCache;
  readonly #clock: Clock;
  readonly #workers: Workers;
  readonly #offline: boolean;
  readonly #room = new PageRoom();
  /** Indexes that refused a name (403) and were taken to not have it, each told once. */
  readonly refused = new Set<string>();

  constructor(http: IndexHttp, world: Pick<World, 'cache' | 'clock' | 'workers'>, offline: boolean) {
    this.#http = http;
    this.#cache = new PageCache(world.cache);
    this.#clock = world.clock;
    this.#workers = world.workers;
    this.#offline = offline;
  }

  /** Null: the index does not have the name. At once where nothing must be asked. */
  page(index: IndexSource, name: PackageName, primary: boolean): Page | null | Promise<Page | null> {
    const stamp = this.#cache.stamp(index.url, name);
    if (stamp === null) {
      if (this.#offline) throw offlineMiss(`the index page of ${name}`);
      return this.#fetch(index, name, primary, null);
    }
    const stored =
      stamp.digest === null ? null : this.#cache.page(index.url, name, stamp.digest, !this.#offline);
    const lost = stamp.digest !== null && stored === null;
    if (this.#offline) {
      if (lost) throw offlineMiss(`the index page of ${name}`);
      return stored;
    }
    const age = this.#clock.now().getTime() - stamp.at;
    if (!lost && age >= 0 && age < FRESH_FOR_MS) return stored;
    return this.#fetch(index, name, primary, lost ? null : { stamp, page: stored });
  }

  async #fetch(
    index: IndexSource,
    name: PackageName,
    primary: boolean,
    before: Before | null,
  ): Promise<Page | null> {
    const place = await this.#room.enter();
    try {
      return await this.#take(index, name, primary, before, place);
    } finally {
      place.leave();
    }
  }

  async #take(
    index: IndexSource,
    name: PackageName,
    primary: boolean,
    before: Before | null,
    place: Place,
  ): Promise<Page | null> {
    const answer = await this.#http.request({
      url: `${index.url}${name}/`,
      headers: { accept: ACCEPT_PAGE, ...validators(before?.stamp) },
      maxBytes: MAX_PAGE_BYTES,
    });
    place.holds(answer.kind === 'failure' ? 0 : answer.body.length);
    if (answer.kind === 'failure') throw unreachableIndex(name, answer.reason);
    const at = this.#clock.now().getTime();
    if (answer.status === 304 && before !== null) {
      this.#cache.putStamp(index.url, name, { ...before.stamp, at });
      return before.page;
    }
    if (this.#isAbsent(answer, index, primary)) {
      this.#cache.putStamp(index.url, name, { at, etag: null, lastModified: null, digest: null });
      return null;
    }
    if (answer.status !== 200) throw refusedIndex(name, answer.status);
    return this.#read(index, name, answer, at, before);
  }

  /** 404 and 410; 403 too on further indexes: file stores answer it for names that they do not have. */
  #isAbsent(answer: HttpResponse, index: IndexSource, primary: boolean): boolean {
    if (answer.status === 404 || answer.status === 410) return true;
    if (answer.status !== 403 || primary) return false;
    this.refused.add(index.url);
    return true;
  }

  async #read(
    index: IndexSource,
    name: PackageName,
    answer: HttpResponse,
    at: number,
    before: Before | null,
  ): Promise<Page> {
    const { url, headers, body } = answer;
    const contentType = headers['content-type'] ?? '';
    const known = before?.page ? before.stamp.digest : null;
    const read = await readPageBeside(this.#workers, { name, url, contentType, body, known });
    if (read.kind === 'invalid') throw unusablePage(read);
    const page =
      read.kind === 'same'
        ? before!.page!
        : this.#cache.putPage(index.url, name, read, before?.stamp.digest ?? null);
    const [etag, lastModified] = [headers['etag'] ?? null, headers['last-modified'] ?? null];
    this.#cache.putStamp(index.url, name, { at, etag, lastModified, digest: read.digest });
    return page;
  }
}

function validators(stamp: PageStamp | undefined): Readonly<Record<string, string>> {
  return {
    ...(stamp?.etag ? { 'if-none-match': stamp.etag } : {}),
    ...(stamp?.lastModified ? { 'if-modified-since': stamp.lastModified } : {}),
  };
}

function unusablePage({
  message,
  hint,
}: {
  readonly message: string;
  readonly hint: string | null;
}): UserFacingError {
  return new UserFacingError('index-invalid', message, { ...(hint === null ? {} : { hint }), outside: true });
}

/** Without the network something was asked for that no earlier run had read. */
export function offlineMiss(what: string): UserFacingError {
  return new UserFacingError('offline-miss', `${what} is not in the cache, and the network is not used`, {
    hint: 'run once without --offline, or make a bundle where there is a network',
    outside: true,
  });
}

function unreachableIndex(name: string, reason: string): UserFacingError {
  return new UserFacingError('index-unreachable', `the index page of ${name} cannot be had: ${reason}`, {
    hint: 'try again; --offline uses what was read before, --index-url names another index',
    outside: true,
  });
}

function refusedIndex(name: string, status: number): UserFacingError {
  const denied = status === 401 || status === 403;
  return new UserFacingError(
    'index-unreachable',
    `the index refuses the page of ${name} (status ${status})`,
    {
      hint: denied
        ? 'give credentials in the index URL or in netrc'
        : 'check that the index URL is that of a simple API',
      outside: true,
    },
  );
}
