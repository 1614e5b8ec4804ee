import type { ErrorPlace } from '../../domain/errors.ts';
import type { SourceFile } from '../../domain/project.ts';
import { withMaskedCredentials } from '../../io/url-credentials.ts';
import type { SourceSpan } from '../../domain/source-span.ts';

/** A file of the project that is open for reading, with the lines that its offsets stand on. */
export class SourceText {
  readonly file: SourceFile;
  #lineStarts: readonly number[] | null = null;
  /** The line that was looked up last: places are mostly asked for in their order. */
  #line = 0;
  /** The line that was shown last: a long line with many problems is cut and masked once. */
  #shown: { readonly line: number; readonly text: string } | null = null;

  constructor(file: SourceFile) {
    this.file = file;
  }

  get path(): string {
    return this.file.path;
  }

  get text(): string {
    return this.file.text;
  }

  /** Why nothing in this file can be edited (its encoding), or null. */
  get notEditable(): string | null {
    return this.file.notEditable ?? null;
  }

  span(start: number, end: number): SourceSpan {
    const line = this.#lineOf(start);
    return { file: this.path, start, end, line: line + 1, column: start - this.#starts()[line]! + 1 };
  }

  /** The place of a message; credentials in URLs of the shown line are masked, width kept for the caret. */
  place(start: number, end: number): ErrorPlace {
    const span = this.span(start, end);
    if (this.#shown?.line !== span.line)
      this.#shown = { line: span.line, text: withMaskedCredentials(this.#lineText(span.line - 1)) };
    return { span, sourceLine: this.#shown.text };
  }

  /** Offset of a line and column, both from 0, as editors and language servers count them. */
  offsetAt(line: number, column: number): number {
    return (this.#starts()[line] ?? this.text.length) + column;
  }

  #lineText(line: number): string {
    const starts = this.#starts();
    return this.text.slice(starts[line], starts[line + 1] ?? this.text.length).replace(/[\r\n]+$/, '');
  }

  #lineOf(offset: number): number {
    const starts = this.#starts();
    let low = starts[this.#line]! <= offset ? this.#line : 0;
    let high = starts.length - 1;
    // First in growing steps from the last line on.
    for (let step = 1; low + step <= high; step *= 2) {
      if (starts[low + step]! > offset) high = low + step - 1;
      else low += step;
    }
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return (this.#line = low);
  }

  #starts(): readonly number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const { text } = this;
    const starts = [0];
    if (text.includes('\r'))
      for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
    else for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return (this.#lineStarts = starts);
  }
}
