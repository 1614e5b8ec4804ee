import type { Finding } from '../../domain/finding.ts';
import { counted, plain, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** What a revision had already: counted by kind, each told with `verbose`. */
export function knownBeforeScreen(
  revision: string,
  known: readonly Finding[],
  unread: readonly string[],
  { paint, width, verbose }: ScreenOptions,
): string {
  const files = unread.length === 0 ? [] : [`not read: ${unread.join(', ')}`];
  if (known.length + files.length === 0) return '';
  const head = `${paint.bold(`known before, in ${plain(revision)}`)}  ${counted(known.length, 'finding')}`;
  if (verbose)
    return [
      head,
      ...[...known.map(({ message }) => message), ...files].map((text) => `  ${wrap(text, width, 2, 4)}`),
      '',
    ].join('\n');
  const kinds = new Map<string, number>();
  for (const { kind } of known) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const counts = [...[...kinds].map(([kind, count]) => `${count} ${kind}`), ...files].join(', ');
  return `${head}\n  ${wrap(`${counts} (-v lists them)`, width, 2, 4)}\n`;
}
