import type { PackageName } from '../../domain/package-name.ts';
import type { Credentials, Http, HttpResponse } from '../../io/http.ts';
import type { BatchResult } from './osv-answer.ts';

/** Which records speak of a package, by id and the time of their last change. */
export type RecordList = ReadonlyMap<string, string>;

/** The API's own bound on one batch. */
const QUERIES_AT_ONCE = 1000;
/** Pages of one package: far above any that exists, an end to a server that always has one more. */
const MOST_PAGES = 200;

/** An OSV API: `base` without `/v1` and without credentials. */
export interface OsvApi {
  readonly http: Http;
  readonly base: string;
  readonly credentials: Credentials | null;
  readonly ecosystemName: string;
}

/** The record lists of the packages that were answered, and why the others were not. */
export interface QueryOutcome {
  readonly lists: ReadonlyMap<PackageName, RecordList>;
  readonly failures: ReadonlyMap<PackageName, string>;
  /** Set where the API as a whole does not answer. */
  readonly unreachable: string | null;
}

interface Query {
  readonly name: PackageName;
  readonly token: string | null;
  readonly page: number;
}

/** Asks `/v1/querybatch` until every package has its last page. */
export async function queryPackages(api: OsvApi, names: readonly PackageName[]): Promise<QueryOutcome> {
  const lists = new Map<PackageName, Map<string, string>>();
  const failures = new Map<PackageName, string>();
  let unreachable: string | null = null;
  let waiting: Query[] = names.map((name) => ({ name, token: null, page: 1 }));
  while (waiting.length > 0 && unreachable === null) {
    const batch = waiting.slice(0, QUERIES_AT_ONCE);
    waiting = waiting.slice(QUERIES_AT_ONCE);
    const answer = await askBatch(api, batch);
    if (answer.kind === 'unreachable') {
      unreachable = answer.why;
      waiting = [...batch, ...waiting];
      continue;
    }
    for (const [name, why] of answer.refused) failures.set(name, why);
    for (const [query, result] of answer.results) {
      const list = lists.get(query.name) ?? new Map<string, string>();
      lists.set(query.name, list);
      for (const { id, modified } of result.vulns) list.set(id, modified);
      const token = result.next_page_token;
      if (token === null || token === '') continue;
      if (query.page >= MOST_PAGES || token === query.token)
        failures.set(query.name, `${api.base} never came to the last page`);
      else waiting.push({ name: query.name, token, page: query.page + 1 });
    }
  }
  for (const { name } of waiting) if (unreachable !== null) failures.set(name, unreachable);
  for (const name of failures.keys()) lists.delete(name);
  return { lists, failures, unreachable };
}

type BatchOutcome =
  | { readonly kind: 'unreachable'; readonly why: string }
  | {
      readonly kind: 'answered';
      readonly results: readonly (readonly [Query, BatchResult])[];
      readonly refused: readonly (readonly [PackageName, string])[];
    };

/** A batch with one name that the API refuses fails as a whole: it is halved until that name stands alone. */
async function askBatch(api: OsvApi, batch: readonly Query[]): Promise<BatchOutcome> {
  const response = await api.http.request({
    url: `${api.base}/v1/querybatch`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    credentials: api.credentials,
    body: JSON.stringify({ queries: batch.map((query) => queryBody(api, query)) }),
  });
  if (response.kind === 'failure') return { kind: 'unreachable', why: response.reason };
  if (response.status === 400 && batch.length === 1) {
    const why = `${api.base} does not take the name`;
    return { kind: 'answered', results: [], refused: [[batch[0]!.name, why]] };
  }
  if (response.status === 400) return askHalves(api, batch);
  const results = await readResults(response, batch.length);
  if (results === null) return { kind: 'unreachable', why: notUnderstood(api, response) };
  return { kind: 'answered', results: batch.map((query, i) => [query, results[i]!] as const), refused: [] };
}

async function askHalves(api: OsvApi, batch: readonly Query[]): Promise<BatchOutcome> {
  const middle = batch.length >>> 1;
  const left = await askBatch(api, batch.slice(0, middle));
  if (left.kind === 'unreachable') return left;
  const right = await askBatch(api, batch.slice(middle));
  if (right.kind === 'unreachable') return right;
  return {
    kind: 'answered',
    results: [...left.results, ...right.results],
    refused: [...left.refused, ...right.refused],
  };
}

async function readResults(response: HttpResponse, queries: number): Promise<readonly BatchResult[] | null> {
  if (response.status !== 200) return null;
  const { readBatchAnswer } = await import('./osv-answer.ts');
  return readBatchAnswer(response.body, queries);
}

function queryBody(api: OsvApi, { name, token }: Query): object {
  const query = { package: { name, ecosystem: api.ecosystemName } };
  return token === null ? query : { ...query, page_token: token };
}

function notUnderstood(api: OsvApi, { status }: HttpResponse): string {
  return status === 200
    ? `${api.base} answered something that is not an OSV answer`
    : `${api.base} answered ${status}`;
}
