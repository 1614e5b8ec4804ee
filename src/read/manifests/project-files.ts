import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Files } from '../../io/files.ts';
import { decodeText } from './decode-text.ts';
import { SourceText } from './source-text.ts';

/** The files below a root, each read once. What a symbolic link shows from outside of the root is not there. */
export class ProjectFiles {
  readonly root: string;
  readonly #files: Files;
  readonly #bytes = new Map<string, Promise<Uint8Array | null>>();
  readonly #open = new Map<string, Promise<SourceText | null>>();

  /** `root` is absolute and real. */
  constructor(files: Files, root: string) {
    this.#files = files;
    this.root = root;
  }

  /** Decoded without loss; throws `invalid-file` where that cannot be. */
  open(path: string, maxBytes?: number): Promise<SourceText | null> {
    const before = this.#open.get(path);
    if (before) return before;
    const opening = this.#read(path, maxBytes).then((bytes) => bytes && sourceText(path, bytes));
    this.#open.set(path, opening);
    return opening;
  }

  /** For looking into a file: what is not UTF-8 is shown as replacement characters. */
  async peek(path: string): Promise<string | null> {
    const bytes = await this.#read(path);
    return bytes && new TextDecoder('utf-8').decode(bytes);
  }

  #read(path: string, maxBytes?: number): Promise<Uint8Array | null> {
    const before = this.#bytes.get(path);
    if (before) return before;
    const reading = this.#readBelowRoot(path, maxBytes);
    this.#bytes.set(path, reading);
    return reading;
  }

  async #readBelowRoot(path: string, maxBytes?: number): Promise<Uint8Array | null> {
    const absolute = posix.join(this.root, path);
    const real = await this.#files.realPath(absolute);
    const prefix = this.root.endsWith('/') ? this.root : `${this.root}/`;
    if (real === null || !real.startsWith(prefix)) return null;
    return this.#files.read(absolute, maxBytes);
  }
}

function sourceText(path: string, bytes: Uint8Array): SourceText {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return new SourceText({ path, digest, ...decodeText(bytes, path) });
}
