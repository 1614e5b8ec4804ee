import type { RangeReader } from './archive.ts';
import { bytesReader } from './archive.ts';
import type { Http, HttpFailure, HttpRequest, HttpResponse } from './http.ts';

/** Read at the least at once: an archive's directory is asked for in small steps. */
const BLOCK_BYTES = 32 * 1024;

/** What `read` of an HTTP range reader rejects with: the server stopped giving ranges. */
export class RangeReadFailure extends Error {
  override readonly name = 'RangeReadFailure';
  readonly answer: HttpResponse | HttpFailure;

  constructor(answer: HttpResponse | HttpFailure) {
    super(answer.kind === 'failure' ? answer.reason : `the server answered ${answer.status} to a range`);
    this.answer = answer;
  }
}

/**
 * A reader over a file on a server that reads from its end (where a zip has its directory) and then what is asked for.
 * Where the server gives the whole file instead (200), that is used. Another answer (404, 416) or a failure is given
 * back as it is. The file must not change in between: a range of another entity (by ETag) or size rejects.
 */
export async function openHttpRangeReader(
  http: Http,
  request: HttpRequest,
  tailBytes: number = BLOCK_BYTES,
): Promise<RangeReader | HttpResponse | HttpFailure> {
  const answer = await http.request({ ...request, range: { start: -tailBytes } });
  if (answer.kind === 'failure') return answer;
  if (answer.status === 200) return bytesReader(answer.body);
  const range = answer.status === 206 ? contentRange(answer) : null;
  if (range === null || range.end !== range.size - 1) return answer;
  return new HttpRangeReader(http, request, range.size, answer);
}

class HttpRangeReader implements RangeReader {
  readonly size: number;
  readonly #http: Http;
  readonly #request: HttpRequest;
  readonly #etag: string | undefined;
  /** Parts that were read, each from `start` on. */
  readonly #parts: { readonly start: number; readonly bytes: Uint8Array }[];

  constructor(http: Http, request: HttpRequest, size: number, tail: HttpResponse) {
    this.#http = http;
    this.#request = request;
    this.size = size;
    this.#etag = tail.headers['etag'];
    this.#parts = [{ start: size - tail.body.length, bytes: tail.body }];
  }

  async read(start: number, length: number): Promise<Uint8Array> {
    if (start < 0 || length < 0 || start + length > this.size) throw new RangeError('beyond the end');
    return this.#known(start, length) ?? (await this.#fetch(start, length));
  }

  #known(start: number, length: number): Uint8Array | null {
    const part = this.#parts.find(
      (one) => one.start <= start && start + length <= one.start + one.bytes.length,
    );
    return part?.bytes.subarray(start - part.start, start - part.start + length) ?? null;
  }

  async #fetch(start: number, length: number): Promise<Uint8Array> {
    const end = Math.min(this.size, start + Math.max(length, BLOCK_BYTES)) - 1;
    const answer = await this.#http.request({ ...this.#request, range: { start, end } });
    const range = answer.kind === 'response' && answer.status === 206 ? contentRange(answer) : null;
    const same =
      range !== null &&
      answer.kind === 'response' &&
      range.start === start &&
      range.end === end &&
      range.size === this.size &&
      answer.headers['etag'] === this.#etag;
    if (!same) throw new RangeReadFailure(answer);
    this.#parts.push({ start, bytes: answer.body });
    return answer.body.subarray(0, length);
  }
}

/** RFC 9110, 14.4: "bytes 0-99/1234". Null where it is missing, of unknown size, or does not fit the body. */
function contentRange(
  answer: HttpResponse,
): { readonly start: number; readonly end: number; readonly size: number } | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(answer.headers['content-range'] ?? '');
  if (match === null) return null;
  const [start, end, size] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return end - start + 1 === answer.body.length && end < size ? { start, end, size } : null;
}
