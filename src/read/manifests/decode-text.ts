import { UserFacingError } from '../../domain/errors.ts';
import type { SourceFile } from '../../domain/project.ts';
import { encodeText } from './encode-text.ts';

/** `text` keeps the byte order mark as its first unit. */
export type DecodedText = Pick<SourceFile, 'text' | 'encoding' | 'notEditable'>;

/** Python's names for encodings that the WHATWG labels of `TextDecoder` spell otherwise. */
const PYTHON_LABELS: ReadonlyMap<string, string> = new Map([
  ['latin-1', 'latin1'],
  ['iso8859-1', 'latin1'],
  ['utf8', 'utf-8'],
  ['utf-8-sig', 'utf-8'],
  ['u8', 'utf-8'],
]);

/**
 * Decodes a manifest as pip does: by its byte order mark, else by a PEP 263 coding line among the first two lines,
 * else as UTF-8. Anything undecodable is an `invalid-file` error at its position.
 */
export function decodeText(bytes: Uint8Array, path: string): DecodedText {
  const encoding = markedEncoding(bytes) ?? codingLine(bytes) ?? 'utf-8';
  return encoding === 'utf-8' ? { text: decodeUtf8(bytes, path) } : decodeAs(bytes, path, encoding);
}

function markedEncoding(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  return null;
}

function codingLine(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1').split('\n', 2);
  for (const line of head) {
    const match = /^#.*?coding[:=]\s*([-\w.]+)/.exec(line.slice(0, 500));
    if (!match) continue;
    const label = match[1]!.toLowerCase().replaceAll('_', '-');
    return PYTHON_LABELS.get(label) ?? label;
  }
  return null;
}

function decodeAs(bytes: Uint8Array, path: string, label: string): DecodedText {
  try {
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    const { encoding } = decoder;
    const text = decoder.decode(bytes);
    const again = encodeText(text, encoding);
    return again !== null && Buffer.compare(again, bytes) === 0
      ? { text, encoding }
      : { text, encoding, notEditable: `the file is written in ${encoding}, which is read and not written` };
  } catch (cause) {
    const unknown = cause instanceof RangeError;
    throw new UserFacingError(
      'invalid-file',
      unknown ? `${path} names an unknown encoding, ${label}` : `${path} is not valid ${label}`,
      { hint: 'save the file as UTF-8', cause },
    );
  }
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw notUtf8(bytes, firstInvalidUtf8(bytes), path);
  }
}

function notUtf8(bytes: Uint8Array, wrong: number, path: string): UserFacingError {
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, wrong));
  const line = before.split(/\r\n|\r|\n/);
  const column = line.at(-1)!.length + 1;
  const rest = new TextDecoder('utf-8').decode(bytes.subarray(wrong, wrong + 200)).split(/\r|\n/, 1)[0]!;
  const byte = bytes[wrong]!.toString(16).padStart(2, '0');
  return new UserFacingError('invalid-file', `${path} is not UTF-8: byte 0x${byte} at offset ${wrong}`, {
    hint: 'save the file as UTF-8, or name its encoding in a first line such as "# -*- coding: latin-1 -*-"',
    at: {
      span: { file: path, start: before.length, end: before.length + 1, line: line.length, column },
      sourceLine: line.at(-1)! + rest,
    },
  });
}

/** Offset of the first byte that no well-formed sequence covers (RFC 3629, section 4), or -1. */
function firstInvalidUtf8(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    const length =
      lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0) return at;
    for (let n = 1; n < length; n++) {
      const [low, high] = n === 1 ? secondByteRange(lead) : [0x80, 0xbf];
      const byte = bytes[at + n];
      if (byte === undefined || byte < low || byte > high) return at;
    }
    at += length;
  }
  return -1;
}

/** Overlong forms, surrogates and code points past U+10FFFF are told by the second byte. */
function secondByteRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
