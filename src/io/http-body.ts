import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';

const DECODERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
} as const;

/** What `decodeBody` understands, for the request's Accept-Encoding. */
export const ACCEPTED_ENCODINGS = 'gzip, br';

/** Text of indexes shrinks to a fifth or so: with room for that, decoding does not stop every few kilobytes. */
const USUAL_RATIO = 6;

/** Why a body could not be decoded. `'too-large'`: more than the bound came out of it. */
export type BodyProblem = 'too-large' | 'cut-off' | 'not-as-encoded' | 'unknown-encoding';

/**
 * Undoes a Content-Encoding. The bound counts the bytes that come out, and decoding stops at it, so that a small
 * answer cannot fill the memory. Several codings on top of each other are not accepted: nobody needs them.
 */
export async function decodeBody(
  body: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array | BodyProblem> {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity' || body.length === 0) return body;
  if (!Object.hasOwn(DECODERS, name)) return 'unknown-encoding';
  try {
    return await DECODERS[name as keyof typeof DECODERS](body, {
      maxOutputLength: maxBytes,
      chunkSize: Math.min(Math.max(USUAL_RATIO * body.length, 1 << 14), 1 << 21),
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
    return code === 'Z_BUF_ERROR' ? 'cut-off' : 'not-as-encoded';
  }
}
