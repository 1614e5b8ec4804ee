import picocolors from 'picocolors';
import { plain } from '../report/plain-text.ts';

export { counted, plain } from '../report/plain-text.ts';

/** Words in colour, or plain: colour only repeats what the words say. */
export type Paint = ReturnType<typeof picocolors.createColors>;

export function paintFor(colour: boolean): Paint {
  return picocolors.createColors(colour);
}

/** One line of at most `width` characters, cut with an ellipsis. */
export function cut(text: string, width: number): string {
  const line = plain(text)
    .replaceAll(/[\n\t]/g, ' ')
    .trimEnd();
  return line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 0)).trimEnd()}…`;
}

/**
 * Words broken into lines of a screen `width` wide: the first begins in column `first` (from 0), where the caller already
 * stands, the others behind `indent` spaces.
 */
export function wrap(text: string, width: number, first: number, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(/\s+/).filter(Boolean)) {
    const room = width - (lines.length === 0 ? first : indent);
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/** Text of at most `length` characters, cut between two words and with an ellipsis. */
export function cutAtWord(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/\s+\S*$/, '')} …`;
}
