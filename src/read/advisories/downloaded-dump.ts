import type { PackageName } from '../../domain/package-name.ts';
import { UserFacingError } from '../../domain/errors.ts';
import type { Credentials, HttpFailure, HttpResponse } from '../../io/http.ts';
import type { World } from '../../io/world.ts';
import type { AdvisorySource } from './advisory-source.ts';
import type { IndexRules } from './build-index.ts';
import type { CachedIndex } from './cached-index.ts';
import { digestOf, keepIndex, readCachedIndex } from './cached-index.ts';
import { indexSource } from './index-source.ts';

const LARGEST_DUMP = 2 ** 30;
const DOWNLOAD_MS = 10 * 60_000;

/** What the last answer said about itself, to ask "has it changed?" with. */
interface Validators {
  readonly digest: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/**
 * The dump at a URL, without credentials in it. It is downloaded when it has changed (RFC 9110, conditional
 * requests); where it cannot be reached the copy at hand still finds what it knows, but answers for nothing.
 */
export async function openDownloadedDump(
  world: World,
  url: string,
  credentials: Credentials | null,
  rules: IndexRules,
  offline: boolean,
): Promise<AdvisorySource> {
  const dump = new Dump(world, url, credentials, rules);
  const kept = readCachedIndex(world.cache, url, null);
  if (offline) return kept === null ? dump.without('offline, and never downloaded') : dump.source(kept, null);
  const answer = await dump.ask(kept);
  if (answer.kind === 'index') return dump.source(answer.index, null);
  return kept === null ? dump.without(answer.why) : dump.source(kept, answer.why);
}

type Answer =
  | { readonly kind: 'index'; readonly index: CachedIndex }
  | { readonly kind: 'unreachable'; readonly why: string };

class Dump {
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

  source(index: CachedIndex, why: string | null): AdvisorySource {
    return indexSource(this.#url, index, () => this.#again(), why);
  }

  without(why: string): AdvisorySource {
    const unanswered = new Map<PackageName, string>();
    return {
      load: (names) => Promise.resolve(names.forEach((name) => unanswered.set(name, why))),
      records: () => [],
      unanswered: (name) => unanswered.get(name) ?? null,
      state: { name: this.#url, date: null, records: 0, reachable: false, why },
      problems: [],
    };
  }

  async ask(kept: CachedIndex | null): Promise<Answer> {
    const validators = kept === null ? null : this.#validators();
    const current = validators !== null && validators.digest === kept?.digest ? validators : null;
    const response = await this.#request(current);
    if (response.kind === 'failure') return { kind: 'unreachable', why: response.reason };
    if (response.status === 304 && kept !== null) return { kind: 'index', index: kept };
    if (response.status !== 200)
      return { kind: 'unreachable', why: `${this.#url} answered ${response.status}` };
    return { kind: 'index', index: await this.#read(response) };
  }

  async #read(response: HttpResponse): Promise<CachedIndex> {
    const [{ buildIndex }, { zipRecords }] = await Promise.all([
      import('./build-index.ts'),
      import('./zip-records.ts'),
    ]);
    const digest = digestOf(this.#rules.ecosystemName, [response.body]);
    const index = await buildIndex(zipRecords(response.body, this.#url), this.#rules);
    const validators: Validators = {
      digest,
      etag: response.headers['etag'] ?? null,
      lastModified: response.headers['last-modified'] ?? null,
    };
    this.#world.cache.put('advisories', this.#validatorsKey(), Buffer.from(JSON.stringify(validators)));
    return keepIndex(this.#world.cache, this.#url, digest, index);
  }

  /** The whole dump anew, for a cache that lost a part of it. */
  async #again(): Promise<CachedIndex> {
    const answer = await this.ask(null);
    if (answer.kind === 'index') return answer.index;
    throw new UserFacingError('advisories-unreachable', answer.why, { outside: true });
  }

  #request(current: Validators | null): Promise<HttpResponse | HttpFailure> {
    const headers: Record<string, string> = {};
    if (current?.etag != null) headers['if-none-match'] = current.etag;
    else if (current?.lastModified != null) headers['if-modified-since'] = current.lastModified;
    const { http } = this.#world;
    const bounds = { maxBytes: LARGEST_DUMP, timeoutMs: DOWNLOAD_MS };
    return http.request({ url: this.#url, headers, credentials: this.#credentials, ...bounds });
  }

  #validators(): Validators | null {
    const bytes = this.#world.cache.get('advisories', this.#validatorsKey());
    return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Validators);
  }

  #validatorsKey(): string {
    return `${digestOf('validators', [this.#url]).slice(0, 24)}/validators`;
  }
}
