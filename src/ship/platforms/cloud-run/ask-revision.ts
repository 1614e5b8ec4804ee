import type { EndpointCheck } from '../../../domain/deploy-settings.ts';
import { masked } from '../../../io/masked.ts';
import type { CheckAnswer } from '../../deployment/platform.ts';
import type { Cloud } from './cloud.ts';
import { isLoopback } from './google-endpoint.ts';
import { nobody } from './google-login.ts';

const MOST_BYTES = 64 * 1024;

/**
 * Asks one URL of a service. Where the service is not open to everyone the request carries an identity token: it goes to the service
 * alone, over TLS, and to no place that an answer leads on to.
 */
export async function askRevision(
  { clients, world }: Cloud,
  url: string,
  check: EndpointCheck,
  isPublic: boolean,
  purpose: string,
): Promise<CheckAnswer> {
  const started = performance.now();
  const told = (answer: Omit<CheckAnswer, 'ms'>): CheckAnswer => ({
    ...answer,
    ms: Math.round(performance.now() - started),
  });
  try {
    const target = new URL(check.path, url);
    const token =
      isPublic || target.protocol !== 'https:' ? null : await clients.login.identityToken(audienceOf(url));
    if (!isPublic && token === null && !isLoopback(target.hostname))
      return told({ status: null, body: '', error: 'no identity token can be had with this login' });
    const { status, body } = await exchange(target, check, token, purpose);
    return told({ status, body, error: null });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return told({ status: null, body: '', error: masked(said, world.environment).slice(0, 300) });
  }
}

/** "https://canary---shop-abc.a.run.app": a token is for the service, whatever the tag ("Authenticating service-to-service"). */
export function audienceOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host.replace(/^[a-z0-9-]+?---/, '')}`;
}

async function exchange(
  target: URL,
  { method, body, contentType, withinMs }: EndpointCheck,
  token: string | null,
  purpose: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const transport = await nobody();
  const { status, data } = await transport.request<ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>>({
    url: target.href,
    method,
    headers: {
      'x-fettle-probe': purpose,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(contentType === null ? {} : { 'content-type': contentType }),
    },
    ...(body === null ? {} : { body }),
    responseType: 'stream',
    redirect: 'manual',
    validateStatus: () => true,
    signal: AbortSignal.timeout(withinMs),
  });
  return { status, body: await firstBytes(data as AsyncIterable<Uint8Array>) };
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= MOST_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, MOST_BYTES).toString('utf8');
}
