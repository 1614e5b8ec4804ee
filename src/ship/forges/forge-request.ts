import type { HttpMethod, HttpResponse } from '../../io/http.ts';
import { retryAfter } from '../../io/http-retries.ts';
import { masked } from '../../io/masked.ts';
import type { World } from '../../io/world.ts';
import { ForgeRefusal, NoForgeAnswer } from './forge-answer.ts';

/** What forges are asked by: the machine's own network, with its proxies and authorities. */
export type ForgeWorld = Pick<World, 'http' | 'clock' | 'environment'>;

export interface ForgeRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Sending it twice does no harm. */
  readonly repeatable: boolean;
}

/** Longer than that a run does not wait for a limit of requests to pass. */
const LONGEST_WAIT_MS = 60_000;
const MOST_WAITS = 3;
const LONGEST_MESSAGE = 300;

/**
 * One request at a forge, with its answer below 400. What was refused for there being too many requests was not done, so it is sent again
 * when the forge says. Throws NoForgeAnswer or ForgeRefusal, in whose messages no credentials stand.
 */
export async function askForge(
  request: ForgeRequest,
  token: string,
  world: ForgeWorld,
): Promise<HttpResponse> {
  for (let waits = 0; ; waits++) {
    const answer = await world.http.request({
      url: request.url,
      method: request.method.toUpperCase() as HttpMethod,
      headers: request.headers,
      ...(request.body === null ? {} : { body: request.body }),
      ...(request.repeatable ? {} : { once: true }),
    });
    const tell = (text: string): string => masked(text, { ...world.environment, FORGE_TOKEN: token });
    if (answer.kind === 'failure') throw new NoForgeAnswer(tell(answer.reason));
    if (answer.status < 300 || answer.status === 304) return answer;
    const wait = limitedFor(answer, world.clock.now());
    if (wait === null) throw new ForgeRefusal(answer.status, tell(messageOf(answer)));
    if (wait > LONGEST_WAIT_MS || waits === MOST_WAITS) throw new NoForgeAnswer(limitText(wait));
    await world.clock.sleep(wait);
  }
}

/**
 * Milliseconds after which it may be asked again; null: no limit was met. GitHub answers 403 as well as 429, with `Retry-After`, or
 * with nothing left and the second at which there is again (GitHub REST API, "Rate limits"); GitLab 429 with `Retry-After`.
 */
function limitedFor({ status, headers }: HttpResponse, now: Date): number | null {
  if (status !== 429 && status !== 403) return null;
  const asked = headers['retry-after'] === undefined ? null : retryAfter(headers['retry-after'], now);
  if (asked === 'too-long') return Number.POSITIVE_INFINITY;
  if (asked !== null) return asked;
  const reset = Number(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  const isSpent = headers['x-ratelimit-remaining'] === '0' || status === 429;
  if (!isSpent) return null;
  return Number.isFinite(reset) ? Math.max(1000, reset * 1000 - now.getTime()) : LONGEST_WAIT_MS;
}

function limitText(wait: number): string {
  const asks = Number.isFinite(wait) ? `${Math.ceil(wait / 1000)} seconds` : 'longer than a minute';
  return `it takes no more requests for now, and asks to wait ${asks}`;
}

/** What a forge says of an error, in one line: `message` and `errors` of GitHub, `message` or `error` of GitLab. */
function messageOf({ status, headers, body }: HttpResponse): string {
  if (status < 400) return `it has moved to ${headers['location'] ?? 'another address'}`;
  const text = new TextDecoder().decode(body);
  const said = saidIn(text) ?? text;
  return said.replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE) || 'without a word';
}

function saidIn(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { message, error, errors } = value as Readonly<Record<string, unknown>>;
  const parts = [message ?? error, errors].filter((part) => part !== undefined && part !== null);
  return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(': ') || null;
}
