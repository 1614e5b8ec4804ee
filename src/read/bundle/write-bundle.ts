import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { FORMAT, MAGIC } from './bundle-header.ts';
import type { BundleHeader } from './bundle-header.ts';

const compress = promisify(brotliCompress);

/**
 * A bundle's bytes: magic, format, header, then all entries compressed as one (pages resemble each other, so that a window over
 * all of them saves most), and sha256 of all that. The same header and content give the same bytes, in whatever order
 * the entries come.
 */
export async function bundleBytes(
  header: BundleHeader,
  content: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array> {
  const entries = [...content].sort(([a], [b]) => (a < b ? -1 : 1));
  const table = Buffer.from(JSON.stringify(entries.map(([key, bytes]) => [key, bytes.length])));
  const packed = await compress(
    Buffer.concat([uint32(table.length), table, ...entries.map(([, bytes]) => bytes)]),
    {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      },
    },
  );
  const head = Buffer.from(JSON.stringify(header));
  const body = Buffer.concat([MAGIC, uint32(FORMAT), uint32(head.length), head, packed]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
