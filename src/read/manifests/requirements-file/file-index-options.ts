import { posix } from 'node:path';
import type { IndexOptions } from '../../../domain/project.ts';
import type { RepositoryTree } from '../repository-tree.ts';
import type { LineOption } from './line-options.ts';

/** Gathers the index options of one file in the order in which they stand; as with pip, a later --index-url wins. */
export class FileIndexOptions {
  #indexUrl: string | null = null;
  readonly #extraIndexUrls: string[] = [];
  readonly #findLinks: string[] = [];
  #noIndex = false;
  #pre = false;
  readonly #noBinary = new Set<string>();
  readonly #onlyBinary = new Set<string>();
  #requireHashes = false;
  readonly #folder: string;
  readonly #tree: RepositoryTree;

  constructor(folder: string, tree: RepositoryTree) {
    this.#folder = folder;
    this.#tree = tree;
  }

  /** Options that say nothing about what is installed (--trusted-host, --use-feature, ...) change nothing. */
  take(option: LineOption): void {
    const value = option.value?.text ?? '';
    if (option.name === 'index-url') this.#indexUrl = value;
    if (option.name === 'extra-index-url') this.#extraIndexUrls.push(value);
    if (option.name === 'find-links') this.#findLinks.push(this.#fromRoot(value));
    if (option.name === 'no-index') this.#noIndex = true;
    if (option.name === 'pre') this.#pre = true;
    if (option.name === 'require-hashes') this.#requireHashes = true;
    if (option.name === 'no-binary') addNames(value, this.#noBinary, this.#onlyBinary);
    if (option.name === 'only-binary') addNames(value, this.#onlyBinary, this.#noBinary);
  }

  asOptions(): IndexOptions {
    return {
      indexUrl: this.#indexUrl,
      extraIndexUrls: this.#extraIndexUrls,
      findLinks: this.#findLinks,
      noIndex: this.#noIndex,
      pre: this.#pre,
      noBinary: [...this.#noBinary],
      onlyBinary: [...this.#onlyBinary],
      requireHashes: this.#requireHashes,
    };
  }

  /** A relative --find-links is taken from the file's folder where it exists there, else from where pip runs. */
  #fromRoot(value: string): string {
    if (/^[a-z][a-z0-9+.-]+:/i.test(value) || posix.isAbsolute(value)) return value;
    const beside = posix.join(this.#folder, value);
    return this.#tree.hasFolder(beside) || this.#tree.hasFile(beside) ? beside : value;
  }
}

/** pip's format control: names by comma, `:all:` alone for all, `:none:` forgets; a name counts where it stood last. */
function addNames(value: string, names: Set<string>, others: Set<string>): void {
  const written = value.split(',').filter((name) => name !== '');
  const all = written.lastIndexOf(':all:');
  if (all !== -1) {
    names.clear();
    others.clear();
    names.add(':all:');
  }
  for (const name of written.slice(all + 1)) {
    if (name === ':none:') {
      names.clear();
      continue;
    }
    others.delete(name);
    names.add(name);
  }
}
