/** Lines as TOML, Python and ini files have them; `requirement-text.ts` has pip's, which know more line ends. */
const LINE_END = /\r\n|\n|\r/g;

/** Offset of the first character of the line that holds `offset`; a byte order mark is not part of it. */
export function lineFrom(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !/[\r\n]/.test(text[at - 1]!)) at--;
  return at === 0 && text.startsWith('\uFEFF') ? 1 : at;
}

/** Offset after the line end of the line that holds `offset`, or the text's end. */
export function lineAfter(text: string, offset: number): number {
  LINE_END.lastIndex = offset;
  const end = LINE_END.exec(text);
  return end === null ? text.length : end.index + end[0].length;
}

/** Whether the text ends at `offset` without a line end before it. */
export function isOpenEnd(text: string, offset: number): boolean {
  return offset === text.length && !/[\r\n]$/.test(text);
}
