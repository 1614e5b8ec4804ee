/** Sequences that a terminal would obey (ECMA-48): CSI, then OSC, DCS and their kin to their end or the line's, then short escapes. */
const ESCAPES =
  /(?:\u001b\[|\u009b)[0-?]{0,100}[ -/]{0,10}[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\r\n]{0,4000}(?:\u0007|\u009c|\u001b\\)?|\u001b[ -/]{0,4}[0-~]/g;

/** C0 but tab and line feed, DEL, C1, and what is drawn as nothing or turns the direction of text. */
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** What a program printed as lines of plain text: nothing in it moves a cursor or hides a letter, and it is well-formed Unicode. */
export function plainOutput(text: string): string {
  return text
    .replace(ESCAPES, '')
    .replace(/\r+\n?/g, '\n')
    .replace(CONTROLS, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

export interface OutputBounds {
  readonly lines: number;
  /** In UTF-8. */
  readonly bytes: number;
}

const MARK = '…\n';

/** The end of a text within bounds; where something was before it, the first line is "…". */
export function lastLines(text: string, most: OutputBounds): string {
  if (most.lines < 2) return '';
  const whole = text.replace(/^\n+/, '').trimEnd();
  const lines = whole.split('\n');
  const kept = lines.length <= most.lines ? whole : lines.slice(1 - most.lines).join('\n');
  const bytes = Buffer.from(kept, 'utf8');
  if (kept === whole && bytes.length <= most.bytes) return whole;
  return `${MARK}${endOf(bytes, most.bytes - Buffer.byteLength(MARK))}`;
}

/** At most so many bytes, beginning with a whole character. */
function endOf(bytes: Buffer, most: number): string {
  let start = Math.max(0, bytes.length - Math.max(0, most));
  while (start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start++;
  return bytes.toString('utf8', start);
}
