import { wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** Entries of one section before it says "and n more". */
const SHOWN = 12;

/** "heading  count" over its entries; the first few of them, or all with `verbose`. */
export function section(
  title: string,
  count: string,
  entries: readonly string[],
  { paint, verbose }: ScreenOptions,
): string {
  const shown = verbose ? entries : entries.slice(0, SHOWN);
  const more = entries.length - shown.length;
  return [
    `${paint.bold(title)}  ${count}`,
    ...shown,
    ...(more > 0 ? [`  … and ${more} more (-v shows all)`] : []),
  ].join('\n');
}

/** One entry: what is wrong, where, and below it what to do. */
export function entry(message: string, place: string, help: string | null, { width }: ScreenOptions): string {
  const text = place === '' ? message : `${message}  ${place}`;
  const body = `  ${wrap(text, width, 2, 4)}`;
  return help === null ? body : `${body}\n    ${wrap(help, width, 4, 4)}`;
}
