import { notValid } from '../../placed/not-valid.ts';
import type { Wrong } from '../../placed/not-valid.ts';
import { TextCursor } from '../../placed/text-cursor.ts';
import type { SourceText } from '../../source-text.ts';
import { UNKNOWN, bakeText } from './bake-file.ts';
import type { BakeAttribute, BakeBlock, BakeFile, BakeValue } from './bake-file.ts';

const NAME = /[A-Za-z_][\w-]*/y;
const HEREDOC = /<<-?([A-Za-z_][\w-]*)[ \t]*\r?\n/y;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([nrt"\\]))/g;

/**
 * HCL's native syntax as far as bake files tell platforms by it: blocks, attributes, texts, lists, names and comments. Any other
 * expression is passed over and `unknown`. Where the file ends too early or goes wrong, what stands before is read.
 */
export function readHcl(source: SourceText): BakeFile {
  const reading = new HclReading(source);
  reading.file();
  const { wrong, attributes, blocks } = reading;
  return { attributes, blocks, unreadable: wrong === null ? [] : [notValid('HCL', wrong, source)] };
}

/** Reads from left to right, each character a bounded number of times, and without recursion. */
class HclReading extends TextCursor {
  readonly attributes = new Map<string, BakeAttribute>();
  readonly blocks: BakeBlock[] = [];
  wrong: Wrong | null = null;
  readonly #source: SourceText;

  constructor(source: SourceText) {
    super(source.text);
    this.#source = source;
  }

  file(): void {
    for (this.#blanks(true); this.#isInside(); this.#blanks(true)) {
      const name = this.#name();
      if (name === null) return this.#fail('the name of a block or an attribute');
      if (this.#assigned()) this.attributes.set(name, this.#attribute());
      else {
        const labels = this.#labels();
        if (labels === null) return;
        const attributes = new Map<string, BakeAttribute>();
        this.blocks.push({ type: name, label: labels[0] ?? '', attributes });
        this.#body(attributes);
      }
    }
  }

  #body(attributes: Map<string, BakeAttribute>): void {
    for (this.#blanks(true); !this.taken('}'); this.#blanks(true)) {
      if (!this.#isInside()) return this.#fail('"}"');
      const name = this.#name();
      if (name === null) return this.#fail('the name of an attribute or "}"');
      if (this.#assigned()) attributes.set(name, this.#attribute());
      else if (this.#labels() !== null) {
        this.#passOver('}');
        if (!this.taken('}')) return this.#fail('"}"');
      }
    }
  }

  /** The labels of a block, behind its brace; null where none is opened. */
  #labels(): readonly string[] | null {
    const labels: string[] = [];
    for (this.#blanks(false); !this.taken('{'); this.#blanks(false)) {
      const label = this.text[this.at] === '"' ? this.#quoted() : this.#name();
      if (label === null) return (this.#fail('"=" or "{"'), null);
      labels.push(label);
    }
    return labels;
  }

  #assigned(): boolean {
    this.#blanks(false);
    return this.text[this.at + 1] !== '=' && this.taken('=');
  }

  #attribute(): BakeAttribute {
    this.#blanks(false);
    const start = this.at;
    const value = this.#value(false);
    const end = start + this.text.slice(start, this.at).trimEnd().length;
    return { value, source: this.#source, start, end };
  }

  /** An expression up to its end: that of the line, or within a list a comma or the bracket. */
  #value(isInList: boolean): BakeValue {
    const value = this.text[this.at] === '[' && !isInList ? this.#list() : this.#scalar();
    this.#blanks(isInList);
    if (this.#isEnd(isInList)) return value;
    this.#passOver(isInList ? ',' : '\n');
    return UNKNOWN;
  }

  #isEnd(isInList: boolean): boolean {
    const next = this.text[this.at];
    return next === undefined || (isInList ? next === ',' || next === ']' : next === '\n' || next === '}');
  }

  #list(): BakeValue {
    const items: BakeValue[] = [];
    this.at++;
    for (this.#blanks(true); !this.taken(']'); this.#blanks(true)) {
      const start = this.at;
      items.push(this.#value(true));
      const isSeparated = this.taken(',') || this.text[this.at] === ']';
      if (!isSeparated || this.at === start) return (this.#fail('"," or "]"'), UNKNOWN);
    }
    return { kind: 'list', items };
  }

  #scalar(): BakeValue {
    if (this.text[this.at] === '"') {
      const written = this.#quoted();
      return written === null ? UNKNOWN : bakeText(written, unescaped);
    }
    const name = this.#name();
    if (name === 'null') return { kind: 'null' };
    return name === null || name === 'true' || name === 'false'
      ? UNKNOWN
      : { kind: 'variable', variable: name };
  }

  /** Passes over an expression or the body of a block, up to `end` or the bracket that closes what is around it. */
  #passOver(end: ',' | '\n' | '}'): void {
    for (let depth = 0; this.#isInside();) {
      const next = this.text[this.at]!;
      if (depth === 0 && (next === end || next === ']' || next === ')' || next === '}')) return;
      if (next === '"') this.#quoted();
      else if (next === '<' && this.#hereDocument()) continue;
      else if (next === '#' || next === '/') this.#comment();
      else {
        if (next === '(' || next === '[' || next === '{') depth++;
        if (next === ')' || next === ']' || next === '}') depth--;
        this.at++;
      }
    }
  }

  /** What stands between quotes, as written; null (and said) where they are not closed. Quotes within `${…}` are its own. */
  #quoted(): string | null {
    const start = this.at + 1;
    const within: ('"' | '{')[] = ['"'];
    for (this.at = start; this.#isInside() && within.length > 0;) {
      const next = this.text[this.at]!;
      const isText = within.at(-1) === '"';
      if (isText && within.length === 1 && next === '\n') break;
      if (isText ? next === '"' : next === '}') within.pop();
      else if (!isText && (next === '"' || next === '{')) within.push(next);
      else if (isText && (next === '$' || next === '%') && this.text[this.at + 1] === '{') {
        if (this.text[this.at - 1] !== next) within.push('{');
        this.at++;
      } else if (isText && next === '\\') this.at++;
      this.at++;
    }
    if (within.length === 0) return this.text.slice(start, this.at - 1);
    this.#fail('a quotation mark');
    return null;
  }

  /** Passes over a here-document, where one begins here: it ends at the line that holds its mark alone. */
  #hereDocument(): boolean {
    const opened = this.matched(HEREDOC);
    if (opened === null) return false;
    const mark = opened.replace(/^<<-?/, '').trim();
    while (this.#isInside()) {
      const end = this.text.indexOf('\n', this.at);
      const line = this.text.slice(this.at, end === -1 ? this.text.length : end);
      this.at += line.length;
      if (line.trim() === mark) return true;
      this.at++;
    }
    this.#fail(`a line with ${mark} alone`);
    return true;
  }

  #blanks(isOverLines: boolean): void {
    for (; this.#isInside(); this.at++) {
      const next = this.text[this.at]!;
      if (next === '#' || (next === '/' && /[/*]/.test(this.text[this.at + 1] ?? ''))) {
        this.#comment();
        this.at--;
      } else if (next !== ' ' && next !== '\t' && next !== '\r' && (next !== '\n' || !isOverLines)) return;
    }
  }

  /** A comment: up to the end of its line, which stays, or to its own; a slash alone is passed over. */
  #comment(): void {
    const isBlock = this.text.startsWith('/*', this.at);
    if (!isBlock && this.text[this.at] === '/' && this.text[this.at + 1] !== '/') return void this.at++;
    const end = this.text.indexOf(isBlock ? '*/' : '\n', this.at + 1);
    this.at = end === -1 ? this.text.length : end + (isBlock ? 2 : 0);
  }

  #name(): string | null {
    return this.matched(NAME);
  }

  #isInside(): boolean {
    return this.at < this.text.length;
  }

  /** Nothing is read behind the first thing that is wrong. */
  #fail(expected: string): void {
    this.wrong ??= { expected, offset: this.at };
    this.at = this.text.length;
  }
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, code: string | undefined, letter: string | undefined) =>
    code === undefined
      ? ({ n: '\n', r: '\r', t: '\t' }[letter!] ?? letter!)
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
