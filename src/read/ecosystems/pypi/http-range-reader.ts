import type { HttpFailure } from '../../../io/http.ts';
import type { RangeReader } from '../../../io/archive.ts';
import { bytesReader } from '../../../io/archive.ts';
import { asBuffer } from '../../../io/as-buffer.ts';
import { MAX_DIRECTORY_BYTES } from '../../../io/zip-directory.ts';
import type { IndexHttp } from './index-http.ts';

/** Holds a zip's end record with the longest comment, and in most wheels all that is asked for. */
const TAIL_BYTES = 80 * 1024;
/** Read beyond what was asked for, since a member's data follows its header. */
const AHEAD_BYTES = 32 * 1024;
/** Read before the directory of names: a wheel's own METADATA is among its last members, and need not be asked for apart. */
const BEFORE_BYTES = 64 * 1024;
/** Where a server does not do ranges the whole file is taken, up to this size. */
const MAX_WHOLE_BYTES = 64 << 20;

interface Region {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Why a file on a server cannot be read in parts. `failure` is told where the host gave no answer at all. */
export interface NoRanges {
  readonly kind: 'no-ranges';
  readonly why: string;
  readonly failure: HttpFailure | null;
}

/** What a read rejects with when a host gives no usable answer between two parts. */
export class RangeFailure extends Error {
  override readonly name = 'RangeFailure';
}

/**
 * A zip file on a server, read by range requests from its end: one for the tail, one more where its directory begins before
 * that, and one for a member that lies elsewhere. Servers without ranges give the whole file.
 */
export async function openHttpRange(http: IndexHttp, url: string): Promise<RangeReader | NoRanges> {
  const tail = await http.request({
    url,
    headers: IDENTITY,
    range: { start: -TAIL_BYTES },
    maxBytes: MAX_WHOLE_BYTES,
  });
  if (tail.kind === 'failure') return { kind: 'no-ranges', why: tail.reason, failure: tail };
  if (tail.status === 200) return bytesReader(tail.body);
  const size = tail.status === 206 ? totalSize(tail.headers['content-range']) : null;
  if (size !== null && size >= tail.body.length)
    return new HttpRangeReader(http, url, size, { start: size - tail.body.length, bytes: tail.body });
  if (![400, 416, 501].includes(tail.status))
    return { kind: 'no-ranges', why: `status ${tail.status}`, failure: null };
  // Some file stores know no ranges that count from the end; small files are outside of them (RFC 9110, 14.1.2).
  const whole = await http.request({ url, headers: IDENTITY, maxBytes: MAX_WHOLE_BYTES });
  if (whole.kind === 'failure') return { kind: 'no-ranges', why: whole.reason, failure: whole };
  return whole.status === 200
    ? bytesReader(whole.body)
    : { kind: 'no-ranges', why: `status ${whole.status}`, failure: null };
}

const IDENTITY = { 'accept-encoding': 'identity' };

class HttpRangeReader implements RangeReader {
  readonly size: number;
  readonly #http: IndexHttp;
  readonly #url: string;
  readonly #regions: Region[];
  readonly #directoryStart: number | null;

  constructor(http: IndexHttp, url: string, size: number, tail: Region) {
    this.#http = http;
    this.#url = url;
    this.size = size;
    this.#regions = [tail];
    this.#directoryStart = directoryStart(tail.bytes);
  }

  read(start: number, length: number): Uint8Array | Promise<Uint8Array> {
    const end = start + length;
    const part = ({ start: from, bytes }: Region): Uint8Array => bytes.subarray(start - from, end - from);
    const known = this.#regions.find(
      (region) => region.start <= start && end <= region.start + region.bytes.length,
    );
    return known === undefined ? this.#fetch(start, end).then(part) : part(known);
  }

  /** Asks for a part. Within the directory of names for all the rest of it, which is read from end to end. */
  async #fetch(from: number, end: number): Promise<Region> {
    const directory = this.#directoryStart;
    const tail = this.#regions[0]!;
    const rest = directory !== null && from >= directory && tail.start - from <= MAX_DIRECTORY_BYTES;
    const start = rest ? Math.max(0, from - BEFORE_BYTES) : from;
    const last = rest ? this.size : Math.min(this.size, end + AHEAD_BYTES);
    const answer = await this.#http.request({
      url: this.#url,
      headers: IDENTITY,
      range: { start, end: last - 1 },
      maxBytes: last - start + 1024,
    });
    if (answer.kind === 'failure') throw new RangeFailure(answer.reason);
    if (
      answer.status !== 206 ||
      answer.body.length < end - start ||
      totalSize(answer.headers['content-range']) !== this.size
    )
      throw new RangeFailure(`its host answers a range request with status ${answer.status} and other bytes`);
    const region = { start, bytes: answer.body };
    this.#regions.push(region);
    return region;
  }
}

/** The size in "bytes 0-99/1234" (RFC 9110, 14.4). */
function totalSize(contentRange: string | undefined): number | null {
  const size = /^bytes \d+-\d+\/(\d{1,15})$/.exec(contentRange ?? '')?.[1];
  return size === undefined ? null : Number(size);
}

/** Where the directory begins, from the end record (APPNOTE 4.3.16); null where there is none or the zip is a large one. */
function directoryStart(tail: Uint8Array): number | null {
  const bytes = asBuffer(tail);
  const at = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (at === -1 || at + 20 > bytes.length) return null;
  const start = bytes.readUInt32LE(at + 16);
  return start === 0xffffffff ? null : start;
}
