import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { VERSION } from './requests.ts';

/** How it went with the one who was watched. */
export type Watched =
  /** It ended as it should, or was never there. */
  | { readonly kind: 'ended' }
  /** It is gone, with the secrets that it had told. */
  | { readonly kind: 'lost'; readonly secrets: Readonly<Record<string, string>>; readonly livedMs: number };

const Line = v.union([
  v.object({ ended: v.literal(true) }),
  v.object({ secrets: v.record(v.string(), v.string()) }),
]);

const TRIES = 100;
const PAUSE_MS = 100;

/** Watches over a supervisor by a request that it answers for as long as it lives. */
export async function watchOver(socketPath: string): Promise<Watched> {
  for (let tries = TRIES; tries > 0; tries--) {
    const watched = await once(socketPath);
    if (watched !== null) return watched;
    await setTimeout(PAUSE_MS);
  }
  return { kind: 'ended' };
}

/** Null: nobody answers. */
function once(socketPath: string): Promise<Watched | null> {
  const began = performance.now();
  return new Promise((resolve) => {
    let [rest, secrets]: [string, Readonly<Record<string, string>>] = ['', {}];
    const sent = request({ socketPath, path: `/${VERSION}/watch`, agent: false }, (answer) => {
      const lost = (): void => resolve({ kind: 'lost', secrets, livedMs: performance.now() - began });
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const read = v.parse(v.pipe(v.string(), v.parseJson(), Line), line);
          if ('ended' in read) resolve({ kind: 'ended' });
          else secrets = read.secrets;
        }
      });
      answer.on('error', lost);
      answer.on('close', lost);
    });
    sent.on('error', () => resolve(null));
    sent.end();
  });
}
