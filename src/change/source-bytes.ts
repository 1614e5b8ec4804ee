import { createHash } from 'node:crypto';
import { UserFacingError } from '../domain/errors.ts';
import { encodeText } from '../read/manifests/encode-text.ts';

/** The bytes of a text in UTF-8, with a byte order mark where the text begins with one. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The bytes of a project's file with this text, written as it was read. Throws `cannot-write` where its encoding has none for a character. */
export function fileBytes(
  { path, encoding }: { readonly path: string; readonly encoding?: string | undefined },
  text: string,
): Uint8Array {
  const bytes = encoding === undefined ? bytesOf(text) : encodeText(text, encoding);
  if (bytes === null)
    throw new UserFacingError(
      'cannot-write',
      `${path} is written in ${encoding}, which cannot hold its new text`,
      {
        hint: 'save the file as UTF-8, and run the command again',
      },
    );
  return bytes;
}

/** sha256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
