import { LogicalText } from '../logical-text.ts';
import type { Piece } from '../logical-text.ts';
import { nestedScript } from './nested-script.ts';
import { valueOf, variableAt } from './variables.ts';
import type { Lookup } from './variables.ts';

/** A word of a shell command as the program gets it. */
export interface ShellWord {
  readonly text: LogicalText;
  /** Why what the word becomes is not known ("a command substitution"), or null. */
  readonly unknown: string | null;
}

/** A shell within another: parentheses, or `bash -c "…"`. A folder that is changed there is changed there alone. */
export interface Subshell {
  readonly parent: Subshell | null;
}

/** A simple command, without its redirections. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** Null: it runs in the shell of the script itself. */
  readonly within: Subshell | null;
  /** Redirections that touch a word, as in `pip install a>=1`: mostly a forgotten quote. */
  readonly touching: readonly LogicalText[];
}

const QUOTED = 'shell quoting splits it';
/** Shells within shells that are looked into: a variable may hold a script that runs the variable. */
const DEEPEST = 3;

/**
 * The simple commands of a shell script (POSIX Shell Command Language, sections 2.2, 2.3 and 2.6): quotes, variables
 * that `lookup` knows, comments, and commands ended by newlines, `;`, `&`, `|` and parentheses; of a command that runs
 * a script of its own (`bash -c "…"`) those of that script. Nothing is run.
 */
export function shellCommands(
  script: LogicalText,
  lookup: Lookup,
  depth = 0,
  outer: Subshell | null = null,
): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  const reader = new ShellReader(script, lookup, outer);
  while (!reader.atEnd) {
    const command = reader.nextCommand();
    const nested = depth < DEEPEST ? nestedScript(command.words) : null;
    if (nested !== null)
      commands.push(...shellCommands(nested, lookup, depth + 1, { parent: command.within }));
    else if (command.words.length > 0) commands.push(command);
  }
  return commands;
}

class ShellReader {
  readonly #script: LogicalText;
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #outer: Subshell | null;
  #within: Subshell | null;
  #at = 0;

  constructor(script: LogicalText, lookup: Lookup, outer: Subshell | null) {
    this.#script = script;
    this.#text = script.text;
    this.#lookup = lookup;
    this.#outer = outer;
    this.#within = outer;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  nextCommand(): ShellCommand {
    const words: ShellWord[] = [];
    const touching: LogicalText[] = [];
    let within = this.#within;
    while (!this.atEnd) {
      const character = this.#text[this.#at]!;
      if (/[\n;&|()]/.test(character) && !this.#isRedirectedOutput()) {
        this.#at++;
        this.#enterOrLeave(character);
        if (words.length > 0) break;
        within = this.#within;
      } else if (/\s/.test(character)) this.#at++;
      else if (character === '#') this.#skipTo('\n');
      else if (/[<>&]/.test(character)) this.#skipRedirection(words, touching);
      else words.push(...this.#words());
    }
    return { words, within, touching };
  }

  /** A parenthesis that closes none, as behind the patterns of `case`, ends no shell. */
  #enterOrLeave(character: string): void {
    if (character === '(') this.#within = { parent: this.#within };
    if (character === ')' && this.#within !== this.#outer) this.#within = this.#within!.parent;
  }

  /** `&>file` is a redirection, not the end of a command. */
  #isRedirectedOutput(): boolean {
    return this.#text.startsWith('&>', this.#at);
  }

  #skipTo(character: string): void {
    const at = this.#text.indexOf(character, this.#at);
    this.#at = at === -1 ? this.#text.length : at;
  }

  /** An operator, an `&` after it, and the word that it points at; `2>` drops the number before it. */
  #skipRedirection(words: ShellWord[], touching: LogicalText[]): void {
    const start = this.#at;
    const touches = start > 0 && !/[\s;&|()]/.test(this.#text[start - 1]!);
    const isNumber = touches && /^\d+$/.test(words.at(-1)?.text.text ?? '');
    if (isNumber) words.pop();
    while (!this.atEnd && /[<>&-]/.test(this.#text[this.#at]!)) this.#at++;
    while (!this.atEnd && /[ \t]/.test(this.#text[this.#at]!)) this.#at++;
    if (!this.atEnd && !/[\n;&|()<>]/.test(this.#text[this.#at]!)) this.#words();
    const isComparison = /^[<>]=?\d|^[<>]=/.test(this.#text.slice(start, start + 3));
    if (touches && !isNumber && isComparison) touching.push(this.#script.part(start, this.#at));
  }

  /** One word as written; more where an unquoted variable holds several, none where it is empty. */
  #words(): readonly ShellWord[] {
    const start = this.#at;
    let pieces: Piece[] = [];
    let unknown: string | null = null;
    const words: Piece[][] = [];
    while (!this.atEnd && !/[\s;&|()<>]/.test(this.#text[this.#at]!)) {
      const character = this.#text[this.#at]!;
      if (character === "'") pieces.push(...this.#singleQuoted());
      else if (character === '"') unknown = this.#doubleQuoted(pieces) ?? unknown;
      else if (character === '\\') pieces.push(...this.#take(this.#at + 1, this.#at + 2));
      else if (character === '`' || character === '$') {
        const expansion = this.#expansion();
        if (typeof expansion === 'string') unknown = expansion;
        else {
          const parts = expansion.text.split(/\s+/);
          parts.forEach((text, n) => {
            if (n > 0) words.push(pieces);
            if (n > 0) pieces = [];
            pieces.push({ ...expansion, text });
          });
        }
      } else pieces.push(...this.#plain());
    }
    const place = this.#script.range(start, this.#at);
    const isQuoted = /['"]/.test(this.#text.slice(start, this.#at));
    return [...words, pieces]
      .filter((word) => unknown !== null || isQuoted || word.some((piece) => piece.text !== ''))
      .map((word) => ({
        text: new LogicalText(word.length > 0 ? word : [{ ...place, text: '', changed: QUOTED }], QUOTED),
        unknown,
      }));
  }

  #plain(): readonly Piece[] {
    let end = this.#at;
    while (end < this.#text.length && !/[\s;&|()<>'"\\`$]/.test(this.#text[end]!)) end++;
    return this.#take(this.#at, end);
  }

  #singleQuoted(): readonly Piece[] {
    const close = this.#text.indexOf("'", this.#at + 1);
    const end = close === -1 ? this.#text.length : close;
    const pieces = this.#take(this.#at + 1, end);
    this.#at = end + 1;
    return pieces;
  }

  /** Adds what stands in double quotes to `pieces`; returns why a part of it is not known. */
  #doubleQuoted(pieces: Piece[]): string | null {
    let unknown: string | null = null;
    this.#at++;
    while (!this.atEnd && this.#text[this.#at] !== '"') {
      const character = this.#text[this.#at]!;
      if (character === '\\' && /["\\$`]/.test(this.#text[this.#at + 1] ?? ''))
        pieces.push(...this.#take(this.#at + 1, this.#at + 2));
      else if (character === '$' || character === '`') {
        const expansion = this.#expansion();
        if (typeof expansion === 'string') unknown = expansion;
        else pieces.push(expansion);
      } else {
        let end = this.#at + 1;
        while (end < this.#text.length && !/["\\$`]/.test(this.#text[end]!)) end++;
        pieces.push(...this.#take(this.#at, end));
      }
    }
    this.#at++;
    return unknown;
  }

  /** A variable's value, or why it is not known. */
  #expansion(): Piece | string {
    const start = this.#at;
    if (this.#text[start] === '`' || this.#text.startsWith('$(', start)) {
      this.#skipSubstitution();
      return 'a command writes it';
    }
    const reference = variableAt(this.#text, start);
    if (!reference) {
      this.#at++;
      return { ...this.#script.range(start, start + 1), text: '$', changed: null };
    }
    this.#at = reference.end;
    const value = valueOf(reference, this.#lookup);
    if (value === undefined) return `the variable ${reference.name} has no value in this file`;
    const { start: from, end: to } = this.#script.range(start, reference.end);
    return { text: value, start: from, end: to, changed: `it stands behind the variable ${reference.name}` };
  }

  #skipSubstitution(): void {
    if (this.#text[this.#at] === '`') {
      this.#at++;
      this.#skipTo('`');
      this.#at++;
      return;
    }
    let depth = 0;
    do {
      const character = this.#text[this.#at++];
      if (character === '(') depth++;
      if (character === ')') depth--;
    } while (!this.atEnd && (depth > 0 || this.#text[this.#at - 1] === '$'));
  }

  #take(start: number, end: number): readonly Piece[] {
    this.#at = end;
    return this.#script.part(start, end).pieces;
  }
}
