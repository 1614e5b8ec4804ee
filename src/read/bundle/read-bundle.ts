import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import * as v from 'valibot';
import { UserFacingError } from '../../domain/errors.ts';
import { asBuffer } from '../../io/as-buffer.ts';
import type { World } from '../../io/world.ts';
import {
  BundleHeader,
  DIGEST_BYTES,
  FIXED_BYTES,
  FORMAT,
  HEADER_KEY,
  MAGIC,
  MAX_BUNDLE_BYTES,
  MAX_CONTENT_BYTES,
  MAX_HEADER_BYTES,
} from './bundle-header.ts';

const decompress = promisify(brotliDecompress);

const Table = v.array(v.tuple([v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))]));

/**
 * A bundle's content by key, its digest checked, and its header under `bundle/header.json`. Throws `bundle-invalid` for a
 * file that is no bundle, is damaged, is too large, or was made by a newer version.
 */
export async function readBundle(
  path: string,
  world: Pick<World, 'files'>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const bytes = await world.files.read(resolve(path), MAX_BUNDLE_BYTES);
  if (bytes === null) throw invalid(`there is no bundle ${path}`, 'make one with fettle bundle create');
  return parseBundle(bytes, path);
}

/** The content of a bundle's bytes; `name` is how messages call it. */
export async function parseBundle(bytes: Uint8Array, name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const file = asBuffer(bytes);
  if (file.length < FIXED_BYTES + DIGEST_BYTES || !file.subarray(0, MAGIC.length).equals(MAGIC))
    throw invalid(`${name} is no bundle`, 'name a file that fettle bundle create wrote');
  const format = file.readUInt32LE(MAGIC.length);
  if (format > FORMAT)
    throw invalid(`${name} was made by a newer fettle (format ${format}; this one reads ${FORMAT})`, AGAIN);
  const end = file.length - DIGEST_BYTES;
  const digest = createHash('sha256').update(file.subarray(0, end)).digest();
  const headerEnd = FIXED_BYTES + file.readUInt32LE(MAGIC.length + 4);
  if (format !== FORMAT || !digest.equals(file.subarray(end)) || headerEnd > end) throw damaged(name);
  if (headerEnd - FIXED_BYTES > MAX_HEADER_BYTES) throw damaged(name);
  const header = file.subarray(FIXED_BYTES, headerEnd);
  headerOf(header, name);
  const content = entriesOf(await unpacked(file.subarray(headerEnd, end), name), name);
  return content.set(HEADER_KEY, header);
}

/** What the bundle says of itself. */
export function bundleHeader(content: ReadonlyMap<string, Uint8Array>): BundleHeader {
  const bytes = content.get(HEADER_KEY);
  if (bytes === undefined) throw damaged('the bundle');
  return headerOf(bytes, 'the bundle');
}

function headerOf(bytes: Uint8Array, name: string): BundleHeader {
  const parsed = v.safeParse(BundleHeader, jsonOf(bytes));
  if (!parsed.success) throw damaged(name);
  return parsed.output;
}

async function unpacked(packed: Uint8Array, name: string): Promise<Buffer> {
  try {
    return await decompress(packed, { maxOutputLength: MAX_CONTENT_BYTES });
  } catch (error) {
    throw damaged(name, error);
  }
}

function entriesOf(all: Buffer, name: string): Map<string, Uint8Array> {
  const tableEnd = all.length < 4 ? 0 : 4 + all.readUInt32LE(0);
  if (tableEnd === 0 || tableEnd > all.length) throw damaged(name);
  const table = v.safeParse(Table, jsonOf(all.subarray(4, tableEnd)));
  if (!table.success) throw damaged(name);
  const content = new Map<string, Uint8Array>();
  let at = tableEnd;
  for (const [key, size] of table.output) {
    if (at + size > all.length) throw damaged(name);
    content.set(key, all.subarray(at, at + size));
    at += size;
  }
  if (at !== all.length) throw damaged(name);
  return content;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const AGAIN = 'make the bundle again with this version: fettle bundle create';

function damaged(name: string, cause?: unknown): UserFacingError {
  return invalid(`${name} is damaged: it is not as it was written`, AGAIN, cause);
}

function invalid(message: string, hint: string, cause?: unknown): UserFacingError {
  return new UserFacingError('bundle-invalid', message, { hint, ...(cause === undefined ? {} : { cause }) });
}
