import { Packr } from 'msgpackr';
import { asBuffer } from '../../../io/as-buffer.ts';
import { detailsOfFiles, type FileDetails, type PageDetails } from './page-columns.ts';

/** Raised whenever the layout changes: stored details of another format count as not there. */
const FORMAT = 3;
/** A run asks for one or two files of a page that may have thousands, so each few of them can be read alone. */
const FILES_OF_BLOCK = 256;
const DIGEST_BYTES = 32;
const SHA256 = 'sha256:';
const packr = new Packr({ useRecords: false, mapsAsObjects: false });

/**
 * Details as the cache keeps them, block by block and in less room than a bundle does: pages of a large job list a quarter of a million
 * files. A digest is 32 bytes, and an address that ends in the file's name is kept without it. `StoredDetails` is the inverse.
 */
export function storedDetails(details: PageDetails): Uint8Array {
  const { filenames, urls } = details;
  const shared = commonPrefix(urls);
  const blocks: Uint8Array[] = [];
  for (let from = 0; from < filenames.length; from += FILES_OF_BLOCK) {
    const to = from + FILES_OF_BLOCK;
    const names = filenames.slice(from, to);
    blocks.push(
      packr.pack([
        names.join('\n'),
        names.map((name, at) => keptAddress(urls[from + at]!, shared.length, name)).join('\n'),
        packDigests(details.hashes.slice(from, to)),
        Buffer.from(Float64Array.from(details.sizes.slice(from, to)).buffer),
        packDigests(details.metadata.slice(from, to)),
      ]),
    );
  }
  return packr.pack([FORMAT, filenames.length, shared, blocks]);
}

/** A block whose columns are at hand; what a file has in them is read when it is asked for. */
interface Block {
  readonly filenames: readonly string[];
  readonly addresses: readonly string[];
  readonly digests: Digests;
  readonly sizes: Uint8Array;
  readonly announced: Digests;
}

/** What `storedDetails` made, of which each block is read when a file of it is asked for. Null is said of a block that cannot be read. */
export class StoredDetails {
  readonly #files: number;
  readonly #shared: string;
  readonly #blocks: readonly Uint8Array[];
  readonly #read: (Block | null)[] = [];

  private constructor(files: number, shared: string, blocks: readonly Uint8Array[]) {
    this.#files = files;
    this.#shared = shared;
    this.#blocks = blocks;
  }

  /** Null for bytes of another format, or of another number of files than `files`. */
  static open(bytes: Uint8Array, files: number): StoredDetails | null {
    const fields = unpacked(bytes, 4);
    if (fields === null || fields[0] !== FORMAT || fields[1] !== files) return null;
    const [, , shared, blocks] = fields;
    if (typeof shared !== 'string' || !Array.isArray(blocks)) return null;
    if (blocks.length !== Math.ceil(files / FILES_OF_BLOCK)) return null;
    return blocks.every((block) => block instanceof Uint8Array)
      ? new StoredDetails(files, shared, blocks)
      : null;
  }

  file(at: number): FileDetails | null {
    const block = this.#block(Math.floor(at / FILES_OF_BLOCK));
    if (block === null) return null;
    const within = at % FILES_OF_BLOCK;
    const filename = block.filenames[within]!;
    return {
      filename,
      url: this.#shared + withName(block.addresses[within]!, filename),
      hash: digestAt(block.digests, within),
      size: asBuffer(block.sizes).readDoubleLE(within * Float64Array.BYTES_PER_ELEMENT),
      metadata: digestAt(block.announced, within),
    };
  }

  whole(): PageDetails | null {
    const files: FileDetails[] = [];
    for (let at = 0; at < this.#files; at++) {
      const file = this.file(at);
      if (file === null) return null;
      files.push(file);
    }
    return detailsOfFiles(files);
  }

  #block(at: number): Block | null {
    const files = Math.min(FILES_OF_BLOCK, this.#files - at * FILES_OF_BLOCK);
    return (this.#read[at] ??= readBlock(this.#blocks[at]!, files));
  }
}

function readBlock(bytes: Uint8Array, files: number): Block | null {
  const fields = unpacked(bytes, 5);
  if (fields === null) return null;
  const [names, texts, packed, sizes, packedToo] = fields;
  if (typeof names !== 'string' || typeof texts !== 'string') return null;
  if (!(sizes instanceof Uint8Array) || sizes.length !== files * Float64Array.BYTES_PER_ELEMENT) return null;
  const [filenames, addresses] = [listOf(names, files), listOf(texts, files)];
  const [digests, announced] = [digestsOf(packed, files), digestsOf(packedToo, files)];
  if (filenames.length !== files || addresses.length !== files || digests === null || announced === null)
    return null;
  return { filenames, addresses, digests, sizes, announced };
}

const WHOLE = '=';

/** What stands between what all addresses begin with and the name that this one ends in; or `WHOLE` and all that follows the former. */
function keptAddress(url: string, shared: number, filename: string): string {
  const end = url.length - filename.length;
  const isPlain = end >= shared && url[shared] !== WHOLE && url.endsWith(filename);
  return isPlain ? url.slice(shared, end) : WHOLE + url.slice(shared);
}

function withName(kept: string, filename: string): string {
  return kept.startsWith(WHOLE) ? kept.slice(WHOLE.length) : kept + filename;
}

/** What all texts begin with; most files of a page are on one host. */
function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) {
    // Nearly always it stays as it is, which one call tells.
    if (text.startsWith(prefix)) continue;
    let at = 0;
    while (text.charCodeAt(at) === prefix.charCodeAt(at)) at++;
    prefix = prefix.slice(0, at);
  }
  return prefix;
}

/** SHA-256 digests as bytes with one mark a text ("#"; texts of one character or none are their own mark); all as text else. */
function packDigests(texts: readonly string[]): string | readonly [marks: string, digests: Uint8Array] {
  let marks = '';
  const digests: string[] = [];
  for (const text of texts) {
    if (text.length === SHA256.length + 2 * DIGEST_BYTES && text.startsWith(SHA256)) {
      marks += '#';
      digests.push(text.slice(SHA256.length));
    } else if (text === '') marks += ' ';
    else if (text === '-' || text === '+') marks += text;
    else return texts.join('\n');
  }
  const hex = digests.join('');
  const bytes = Buffer.from(hex, 'hex');
  // What is no hexadecimal, or is written in capitals, would come back as something else.
  return bytes.toString('hex') === hex ? [marks, bytes] : texts.join('\n');
}

/** As `packDigests` made them, taken apart. */
type Digests = readonly string[] | { readonly marks: string; readonly bytes: Uint8Array };

function digestsOf(packed: unknown, count: number): Digests | null {
  if (typeof packed === 'string') {
    const texts = listOf(packed, count);
    return texts.length === count ? texts : null;
  }
  if (!Array.isArray(packed)) return null;
  const [marks, bytes] = packed as readonly unknown[];
  if (typeof marks !== 'string' || marks.length !== count || !(bytes instanceof Uint8Array)) return null;
  return { marks, bytes };
}

function digestAt(digests: Digests, at: number): string {
  if (!('marks' in digests)) return digests[at]!;
  const { marks, bytes } = digests;
  if (marks[at] !== '#') return marks[at]!.trim();
  let before = 0;
  for (let other = 0; other < at; other++) if (marks[other] === '#') before++;
  const start = DIGEST_BYTES * before;
  return SHA256 + asBuffer(bytes).toString('hex', start, start + DIGEST_BYTES);
}

/** One empty text and no text at all are the same when joined: the number tells. */
function listOf(text: string, count: number): readonly string[] {
  return count === 0 && text === '' ? [] : text.split('\n');
}

function unpacked(bytes: Uint8Array, length: number): readonly unknown[] | null {
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (error) {
    // msgpackr tells truncated and foreign bytes by plain errors of several kinds.
    if (error instanceof Error) return null;
    throw error;
  }
  return Array.isArray(value) && value.length === length ? value : null;
}
