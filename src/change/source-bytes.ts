import { createHash } from 'node:crypto';
import type { SourceFile } from '../domain/project.ts';

/** The bytes of a text as it is written: UTF-8, with a byte order mark where the text begins with one. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** sha256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const known = new WeakMap<SourceFile, boolean>();

/** Whether writing the text again gives the bytes that were read. Found out once for each file: it is asked for each of its lines. */
export function isUtf8(file: SourceFile): boolean {
  const before = known.get(file);
  if (before !== undefined) return before;
  const isSame = digestOf(bytesOf(file.text)) === file.digest;
  known.set(file, isSame);
  return isSame;
}
