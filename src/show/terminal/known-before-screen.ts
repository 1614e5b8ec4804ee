import type { Finding } from '../../domain/finding.ts';
import { counted, plain, wrap } from './paint.ts';
import type { ScreenOptions } from './scan-screen.ts';

/** What a revision had already: counted by kind, each told with `verbose`. */
export function knownBeforeScreen(
  revision: string,
  known: readonly Finding[],
  { paint, width, verbose }: ScreenOptions,
): string {
  if (known.length === 0) return '';
  const head = `${paint.bold(`known before, in ${plain(revision)}`)}  ${counted(known.length, 'finding')}`;
  if (verbose) return [head, ...known.map(({ message }) => `  ${wrap(message, width, 2, 4)}`), ''].join('\n');
  const kinds = new Map<string, number>();
  for (const { kind } of known) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `${head}\n  ${wrap(`${counts} (-v lists them)`, width, 2, 4)}\n`;
}
