import { UserFacingError } from '../../domain/errors.ts';
import type { Credentials, HttpFailure, HttpResponse } from '../../io/http.ts';
import type { World } from '../../io/world.ts';
import type { IndexRules } from './build-index.ts';
import type { CachedIndex } from './cached-index.ts';
import { digestOf, keepIndex } from './cached-index.ts';
import type { DumpChanges, ModifiedList } from './dump-changes.ts';
import { inParallel } from './in-parallel.ts';
import type { RawRecord } from './zip-records.ts';

const LARGEST_DUMP = 2 ** 30;
const DOWNLOAD_MS = 10 * 60_000;
/** With more the whole dump costs less than its records one by one, and a list that lost its end removes nothing. */
const MOST_CHANGES = 200;
const RECORDS_AT_ONCE = 16;

export type DumpAnswer =
  | { readonly kind: 'index'; readonly index: CachedIndex }
  | { readonly kind: 'unreachable'; readonly why: string };

/** What the last answer of an address said about itself, and the index that it belongs to. */
interface Validators {
  readonly digest: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/**
 * Keeps an index level with a published dump: `all.zip`, beside it `modified_id.csv` and each record as `<ID>.json`.
 * The list is asked for on condition that it changed (RFC 9110, section 13); a few changed records are read one by
 * one, many or an absent list mean the whole dump.
 */
export class DumpDownload {
  readonly #world: World;
  readonly #url: string;
  readonly #credentials: Credentials | null;
  readonly #rules: IndexRules;

  constructor(world: World, url: string, credentials: Credentials | null, rules: IndexRules) {
    this.#world = world;
    this.#url = url;
    this.#credentials = credentials;
    this.#rules = rules;
  }

  async newest(kept: CachedIndex | null): Promise<DumpAnswer> {
    return (kept === null ? null : await this.#update(kept)) ?? (await this.#download(kept));
  }

  /** The whole dump anew. Throws `UserFacingError` (advisories-unreachable). */
  async whole(): Promise<CachedIndex> {
    const answer = await this.#download(null);
    if (answer.kind === 'index') return answer.index;
    throw new UserFacingError('advisories-unreachable', answer.why, { outside: true });
  }

  async #download(kept: CachedIndex | null): Promise<DumpAnswer> {
    const response = await this.#ask(this.#url, kept);
    if (response.kind === 'failure') return { kind: 'unreachable', why: response.reason };
    if (response.status === 304 && kept !== null) return { kind: 'index', index: kept };
    if (response.status !== 200)
      return { kind: 'unreachable', why: `${this.#url} answered ${response.status}` };
    const [{ buildIndex }, { zipRecords }] = await Promise.all([
      import('./build-index.ts'),
      import('./zip-records.ts'),
    ]);
    const index = await buildIndex(zipRecords(response.body, this.#url), this.#rules);
    const digest = digestOf(this.#rules.ecosystemName, [response.body]);
    this.#keepIds(
      digest,
      index.ids.map(([id, modified]) => [id, Date.parse(modified)]),
    );
    this.#keepValidators(this.#url, response, digest);
    return { kind: 'index', index: keepIndex(this.#world.cache, this.#url, digest, index) };
  }

  /** Null: the list does not help, and the dump itself must be asked for. */
  async #update(kept: CachedIndex): Promise<DumpAnswer | null> {
    const listUrl = new URL('modified_id.csv', this.#url).href;
    const response = await this.#ask(listUrl, kept);
    if (response.kind === 'failure') return { kind: 'unreachable', why: response.reason };
    if (response.status === 304) return { kind: 'index', index: kept };
    const ids = this.#ids(kept.digest);
    if (response.status !== 200 || ids === null) return null;
    const { compareLists, readModifiedList } = await import('./dump-changes.ts');
    const list = readModifiedList(response.body);
    if (list === null) return null;
    const changes = compareLists(ids, list);
    const size = changes.changed.length + changes.removed.length;
    if (size > MOST_CHANGES) return null;
    const index = size === 0 ? kept : await this.#apply(kept, changes, list, response);
    if (index === null) return null;
    this.#keepValidators(listUrl, response, index.digest);
    return { kind: 'index', index };
  }

  async #apply(
    kept: CachedIndex,
    changes: DumpChanges,
    list: ModifiedList,
    { body }: HttpResponse,
  ): Promise<CachedIndex | null> {
    const answers = await inParallel(changes.changed, RECORDS_AT_ONCE, (id) =>
      this.#request(new URL(`${encodeURIComponent(id)}.json`, this.#url).href, {}),
    );
    const records: RawRecord[] = [];
    for (const [i, answer] of answers.entries()) {
      if (answer.kind === 'failure' || answer.status !== 200) return null;
      records.push({ name: changes.changed[i]!, content: answer.body });
    }
    const [{ buildIndex }, { withChanges }] = await Promise.all([
      import('./build-index.ts'),
      import('./dump-changes.ts'),
    ]);
    const index = withChanges(kept, changes, await buildIndex(records, this.#rules), this.#rules.now);
    if (index === null) return null;
    const digest = digestOf(this.#rules.ecosystemName, [body]);
    this.#keepIds(digest, [...list]);
    return keepIndex(this.#world.cache, this.#url, digest, index);
  }

  #ask(url: string, kept: CachedIndex | null): Promise<HttpResponse | HttpFailure> {
    const validators = this.#get<Validators>(`validators ${url}`);
    const current = validators !== null && validators.digest === kept?.digest ? validators : null;
    const headers: Record<string, string> = {};
    if (current?.etag != null) headers['if-none-match'] = current.etag;
    else if (current?.lastModified != null) headers['if-modified-since'] = current.lastModified;
    return this.#request(url, headers);
  }

  #request(url: string, headers: Readonly<Record<string, string>>): Promise<HttpResponse | HttpFailure> {
    const bounds = { maxBytes: LARGEST_DUMP, timeoutMs: DOWNLOAD_MS };
    return this.#world.http.request({ url, headers, credentials: this.#credentials, ...bounds });
  }

  #keepValidators(asked: string, { headers }: HttpResponse, digest: string): void {
    const validators: Validators = {
      digest,
      etag: headers['etag'] ?? null,
      lastModified: headers['last-modified'] ?? null,
    };
    this.#put(`validators ${asked}`, validators);
  }

  #keepIds(digest: string, ids: readonly (readonly [string, number])[]): void {
    this.#put('ids', { digest, ids });
  }

  #ids(digest: string): ModifiedList | null {
    const kept = this.#get<{ digest: string; ids: [string, number][] }>('ids');
    return kept?.digest === digest ? new Map(kept.ids) : null;
  }

  #key(what: string): string {
    return digestOf('download', [`${this.#url}\n${what}`]);
  }

  #get<T>(what: string): T | null {
    const bytes = this.#world.cache.get('advisories', this.#key(what));
    return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as T);
  }

  #put(what: string, value: unknown): void {
    this.#world.cache.put('advisories', this.#key(what), Buffer.from(JSON.stringify(value)));
  }
}
