import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a zip; what is left out is true. */
export interface CraftedEntry {
  readonly name: string | Buffer;
  readonly content: string | Uint8Array;
  /** The compressed bytes, where `content` is too much to be held. */
  readonly packed?: Uint8Array;
  /** As told by header and directory. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  /** The file's mode within "external attributes" of Unix. */
  readonly mode?: number;
  /** In the directory alone: the bytes of that entry are this one's. */
  readonly sharesWith?: number;
  /** In the local header alone. */
  readonly localName?: string;
}

/** What the end record says in place of the truth. */
export interface CraftedEnd {
  readonly count?: number;
  readonly directoryAt?: number;
  readonly directorySize?: number;
}

const DEFLATED = 8;
/** PKWARE's APPNOTE, 4.4.2: made by Unix, which gives the mode its meaning. */
const UNIX = 3 << 8;

/** A zip (APPNOTE 4.3), written by hand so that it can lie. */
export function craftedZip(entries: readonly CraftedEntry[], end: CraftedEnd = {}): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const facts = factsOf(entry);
    offsets.push(entry.sharesWith === undefined ? at : offsets[entry.sharesWith]!);
    directory.push(directoryEntry(entry, facts, offsets.at(-1)!));
    if (entry.sharesWith !== undefined) continue;
    const bytes = localEntry(entry, facts);
    local.push(bytes);
    at += bytes.length;
  }
  const names = Buffer.concat(directory);
  return Buffer.concat([...local, names, endRecord(entries.length, at, names.length, end)]);
}

interface Facts {
  readonly packed: Uint8Array;
  /** The part of a header that the local one and that of the directory share: from the flags to the uncompressed size. */
  readonly middle: Buffer;
}

function factsOf(entry: CraftedEntry): Facts {
  const content = Buffer.from(entry.content);
  const packed = entry.packed ?? deflateRawSync(content);
  const middle = Buffer.alloc(20);
  middle.writeUInt16LE(entry.flags ?? 0, 0);
  middle.writeUInt16LE(entry.method ?? DEFLATED, 2);
  middle.writeUInt32LE(entry.crc ?? crc32(content), 8);
  middle.writeUInt32LE(entry.packedSize ?? packed.length, 12);
  middle.writeUInt32LE(entry.size ?? content.length, 16);
  return { packed, middle };
}

function localEntry({ name, localName }: CraftedEntry, { packed, middle }: Facts): Buffer {
  const raw = Buffer.from(localName ?? name);
  const start = Buffer.from('PK\x03\x04\x14\0', 'latin1');
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(raw.length, 0);
  return Buffer.concat([start, middle, lengths, raw, packed]);
}

function directoryEntry({ name, mode = 0o100644 }: CraftedEntry, { middle }: Facts, offset: number): Buffer {
  const raw = Buffer.from(name);
  const start = Buffer.from('PK\x01\x02\0\0\x14\0', 'latin1');
  start.writeUInt16LE(UNIX | 20, 4);
  const rest = Buffer.alloc(18);
  rest.writeUInt16LE(raw.length, 0);
  rest.writeUInt32LE(((mode & 0xffff) << 16) >>> 0, 10);
  rest.writeUInt32LE(offset, 14);
  return Buffer.concat([start, middle, rest, raw]);
}

function endRecord(count: number, at: number, size: number, end: CraftedEnd): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 0, 'latin1');
  record.writeUInt16LE(Math.min(end.count ?? count, 0xffff), 8);
  record.writeUInt16LE(Math.min(end.count ?? count, 0xffff), 10);
  record.writeUInt32LE(end.directorySize ?? size, 12);
  record.writeUInt32LE(end.directoryAt ?? at, 16);
  return record;
}
