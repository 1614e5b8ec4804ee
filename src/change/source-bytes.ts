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

/** Whether writing the text again gives the bytes that were read. */
export function isUtf8(file: SourceFile): boolean {
  return digestOf(bytesOf(file.text)) === file.digest;
}
