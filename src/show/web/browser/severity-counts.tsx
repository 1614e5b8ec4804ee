import type { JSX } from 'preact';
import type { SeverityCounts } from '../page-api.ts';
import { counted } from './words.ts';

const KINDS: readonly (readonly [keyof SeverityCounts, string, string])[] = [
  ['critical', 'C', 'critical'],
  ['high', 'H', 'high'],
  ['medium', 'M', 'medium'],
  ['low', 'L', 'low'],
  ['unknown', '?', 'of unknown severity'],
  ['other', 'O', 'other'],
];

/** How many problems of each severity are open: a figure and a letter each, and the words for who hears them. */
export function SeverityCountsView({ open }: { readonly open: SeverityCounts }): JSX.Element {
  const some = KINDS.filter(([kind]) => open[kind] > 0);
  if (some.length === 0) return <span class="quiet">none</span>;
  return (
    <span class="severities" title={some.map(([kind, , word]) => `${open[kind]} ${word}`).join(', ')}>
      <span class="hidden">{some.map(([kind, , word]) => `${open[kind]} ${word}`).join(', ')}</span>
      {some.map(([kind, letter]) => (
        <span key={kind} class={`severity severity-${kind}`} aria-hidden="true">
          {open[kind].toLocaleString('en')}
          <b>{letter}</b>
        </span>
      ))}
    </span>
  );
}

export function openTotal(open: SeverityCounts): number {
  return KINDS.reduce((total, [kind]) => total + open[kind], 0);
}

export function openWords(open: SeverityCounts): string {
  const total = openTotal(open);
  return total === 0 ? 'no open problems' : counted(total, 'open problem');
}
