import type { UserFacingError } from '../../domain/errors.ts';
import type { Paint } from './paint.ts';
import { plain, wrap } from './paint.ts';

/** The error with its source line, a caret under what is wrong, and what to do. */
export function errorScreen(error: UserFacingError, paint: Paint, width: number): string {
  const lines = [`${paint.red('error')}: ${wrap(error.message, width, 7, 7)}`];
  if (error.at !== null) {
    const { span, sourceLine } = error.at;
    const gutter = String(span.line);
    const { shown, caret } = window(
      sourceLine,
      span.column,
      span.end - span.start,
      width - gutter.length - 7,
    );
    lines.push(`  ${plain(span.file)}:${span.line}:${span.column}`);
    lines.push(`  ${gutter} | ${shown}`);
    lines.push(`  ${' '.repeat(gutter.length)} | ${paint.red(caret)}`);
  }
  if (error.hint !== null) lines.push(`  help: ${wrap(error.hint, width, 8, 8)}`);
  return `${lines.join('\n')}\n`;
}

/** The part of a long source line around the caret. */
function window(
  sourceLine: string,
  column: number,
  length: number,
  width: number,
): { shown: string; caret: string } {
  const line = plain(sourceLine).replaceAll('\t', ' ');
  const start = Math.max(0, Math.min(column - 1 - 20, line.length - width));
  const shown = line.slice(start, start + width);
  const at = column - 1 - start;
  return { shown, caret: `${' '.repeat(at)}${'^'.repeat(Math.max(1, Math.min(length, shown.length - at)))}` };
}
