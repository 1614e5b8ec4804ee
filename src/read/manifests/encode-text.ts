/** A character of each byte, in the encodings that have exactly one. */
const tables = new Map<string, ReadonlyMap<string, number> | null>();

/** The bytes of a text in an encoding that `TextDecoder` names so; null where that has none for it, or is not written here. */
export function encodeText(text: string, encoding: string): Uint8Array | null {
  // A surrogate by itself has no bytes that could be read again.
  if (/\p{Surrogate}/u.test(text)) return null;
  switch (encoding) {
    case 'utf-8':
      return new TextEncoder().encode(text);
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    default:
      return oneByteEach(text, encoding);
  }
}

function oneByteEach(text: string, encoding: string): Uint8Array | null {
  const table = tableOf(encoding);
  if (table === null) return null;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = table.get(text[at]!);
    if (byte === undefined) return null;
    bytes[at] = byte;
  }
  return bytes;
}

function tableOf(encoding: string): ReadonlyMap<string, number> | null {
  const before = tables.get(encoding);
  if (before !== undefined) return before;
  const characters = new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  const table = characters.length === 256 ? new Map([...characters].map((one, byte) => [one, byte])) : null;
  // What stands for the bytes that mean nothing there.
  table?.delete('\ufffd');
  tables.set(encoding, table);
  return table;
}
