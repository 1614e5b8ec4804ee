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
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 0)).trimEnd()}…`;
}

/** Words broken into lines of at most `width`, each after the first behind `indent`. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(/\s+/).filter(Boolean)) {
    const room = lines.length === 0 ? width : width - indent.length;
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
