/**
 * Line ends as pip sees them ("Requirements File Format" splits as Python's `str.splitlines`): besides `\n`, `\r\n`
 * and `\r`, form feeds and Unicode's separators end a line.
 */
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** The file's own line end: that of its first line, `\n` where it has only one line. */
export function lineEndOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

/** The line end that stands right before `offset`, or nothing. */
export function lineEndBefore(text: string, offset: number): string {
  const last = text.slice(Math.max(0, offset - 2), offset);
  return last === '\r\n' ? last : (/[^]$/.exec(last)?.[0].match(LINE_END)?.[0] ?? '');
}

/** Offset of the first character of the line that holds `offset`; a byte order mark is not part of it. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && lineEndBefore(text, at) === '') at--;
  return at === 0 && text.startsWith('\uFEFF') ? 1 : at;
}

/** Offset after the line end of the line that holds `offset`, or the text's end. */
export function nextLine(text: string, offset: number): number {
  LINE_END.lastIndex = offset;
  const end = LINE_END.exec(text);
  return end === null ? text.length : end.index + end[0].length;
}

/** As `nextLine`, after all lines that a backslash continues. */
export function nextLogicalLine(text: string, offset: number): number {
  let end = nextLine(text, offset);
  while (end < text.length && endsInBackslash(text, end)) end = nextLine(text, end);
  return end;
}

/** Whether the line that ends before `offset` is continued. */
export function endsInBackslash(text: string, offset: number): boolean {
  const width = lineEndBefore(text, offset).length;
  return width > 0 && text[offset - width - 1] === '\\';
}

/** Where the blanks and continued line ends (a backslash, then the line end) before `offset` begin. */
export function blanksBefore(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    if (text[at - 1] === ' ' || text[at - 1] === '\t') at -= 1;
    else if (endsInBackslash(text, at)) at -= lineEndBefore(text, at).length + 1;
    else return at;
  }
}
