import type { BakeAttribute, BakeFile, BakeValue } from './bake-file.ts';

/** A value without variables. Undefined: it cannot be known from the files. */
export type KnownValue = string | readonly string[] | null | undefined;

/** Variables stand for one another; further than this, and longer than that, no file is written by people. */
const DEEPEST = 32;
const LONGEST = 4_096;

/** The values of bake files that are read together: a variable is what its default says, and the last file has the last word. */
export class BakeValues {
  readonly #written = new Map<string, BakeValue>();
  readonly #known = new Map<string, KnownValue>();

  constructor(files: readonly BakeFile[]) {
    for (const { attributes, blocks } of files) {
      for (const [name, { value }] of attributes) this.#written.set(name, value);
      for (const { type, label, attributes: own } of blocks) {
        const told = own.get('default');
        if (type === 'variable' && told) this.#written.set(label, told.value);
      }
    }
  }

  of(attribute: BakeAttribute): KnownValue {
    return this.#of(attribute.value, 0);
  }

  /** The texts of a list, or the one of a text; null where nothing is said. */
  textsOf(attribute: BakeAttribute): readonly string[] | null | undefined {
    const value = this.of(attribute);
    return typeof value === 'string' ? [value] : value;
  }

  #of(value: BakeValue, depth: number): KnownValue {
    if (value.kind === 'null') return null;
    if (value.kind === 'unknown') return undefined;
    if (value.kind === 'variable') return this.#variable(value.variable, depth + 1);
    if (value.kind === 'text') return this.#text(value.parts, depth);
    const items: string[] = [];
    for (const item of value.items) {
      const known = this.#of(item, depth);
      if (typeof known !== 'string') return undefined;
      items.push(known);
    }
    return items;
  }

  #text(parts: readonly (string | { readonly variable: string })[], depth: number): KnownValue {
    let text = '';
    for (const part of parts) {
      const known = typeof part === 'string' ? part : this.#variable(part.variable, depth + 1);
      if (typeof known !== 'string') return undefined;
      text += known;
      if (text.length > LONGEST) return undefined;
    }
    return text;
  }

  #variable(name: string, depth: number): KnownValue {
    const written = this.#written.get(name);
    if (written === undefined || depth > DEEPEST) return undefined;
    if (this.#known.has(name)) return this.#known.get(name);
    this.#known.set(name, undefined);
    const known = this.#of(written, depth);
    this.#known.set(name, known);
    return known;
  }
}
