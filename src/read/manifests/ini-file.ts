import { isPythonSpace } from './python-space.ts';

/** A part of a value on one line, without the spaces around it; only an option's first line may be empty. */
export interface IniLine {
  readonly start: number;
  readonly end: number;
}

/** One option of a section: `name = value`, its value going on over the lines that are indented deeper. */
export interface IniOption {
  readonly section: string;
  readonly name: string;
  readonly start: number;
  /** The first is the rest of the option's own line. Comment lines and empty ones are no part of a value. */
  readonly lines: readonly [IniLine, ...IniLine[]];
}

export interface IniProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A file as Python's `configparser` reads it, with what it refuses. */
export interface IniFile {
  readonly options: readonly IniOption[];
  readonly problems: readonly IniProblem[];
}

/**
 * Reads by the rules of Python's `configparser` with its defaults ("Supported INI File Structure"): `=` or `:` between
 * name and value, whole lines of comment after `#` or `;`, no comments behind values, continuation by indentation.
 */
export function readIni(text: string): IniFile {
  const reading = new Reading(text);
  for (const match of text.matchAll(/[^\r\n]+|\r\n|\r|\n/g)) reading.line(match.index, match[0]);
  return { options: reading.options, problems: reading.problems };
}

interface OpenOption extends IniOption {
  readonly lines: [IniLine, ...IniLine[]];
}

class Reading {
  readonly options: OpenOption[] = [];
  readonly problems: IniProblem[] = [];
  readonly #text: string;
  readonly #seen = new Set<string>();
  #section: string | null = null;
  #option: OpenOption | null = null;
  #indent = 0;

  constructor(text: string) {
    this.#text = text;
  }

  line(lineStart: number, written: string): void {
    let [start, end] = [lineStart, lineStart + written.length];
    if (start === 0 && written.startsWith('\uFEFF')) start++;
    const from = start;
    while (start < end && isPythonSpace(this.#text[start]!)) start++;
    while (end > start && isPythonSpace(this.#text[end - 1]!)) end--;
    if (start === end || /[#;]/.test(this.#text[start]!)) return;
    const indent = start - from;
    if (this.#option !== null && indent > this.#indent) {
      this.#option.lines.push({ start, end });
      return;
    }
    this.#indent = indent;
    if (!this.#header(start, end)) this.#read(start, end);
  }

  #header(start: number, end: number): boolean {
    const close = this.#text.slice(start, end).lastIndexOf(']');
    if (this.#text[start] !== '[' || close < 2) return false;
    this.#section = this.#text.slice(start + 1, start + close);
    this.#option = null;
    this.#once(`[${this.#section}]`, start, end);
    return true;
  }

  #read(start: number, end: number): void {
    const written = this.#text.slice(start, end);
    const delimiter = written.search(/[=:]/);
    if (this.#section === null) this.#say('this stands before the first section', start, end);
    else if (delimiter === -1) this.#say('this is no "name = value"', start, end);
    else if (delimiter === 0) this.#say('there is no name before the sign', start, start + 1);
    else {
      const name = written.slice(0, delimiter).trimEnd();
      let valueStart = start + delimiter + 1;
      while (valueStart < end && isPythonSpace(this.#text[valueStart]!)) valueStart++;
      this.#option = { section: this.#section, name, start, lines: [{ start: valueStart, end }] };
      this.options.push(this.#option);
      this.#once(`[${this.#section}] ${name}`, start, start + name.length);
      return;
    }
    this.#option = null;
  }

  #once(what: string, start: number, end: number): void {
    if (this.#seen.has(what)) this.#say(`${what} stands here a second time`, start, end);
    this.#seen.add(what);
  }

  #say(message: string, start: number, end: number): void {
    this.problems.push({ message: `Python's configparser refuses the file: ${message}`, start, end });
  }
}
