import { shellWord } from '../../io/shell-word.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { plain } from './plain-text.ts';
import type { ReportedEvidence } from './report.ts';

/** What was run for a record, folded: the command, how it ended, what took part, and its last lines. Empty where nothing was run. */
export function checkLines(number: number, { check, verdict }: ReportedEvidence): readonly string[] {
  if (check === undefined) return [];
  const { command, exitCode, durationMs, versions, digests, limits, output } = check;
  const program = command.length === 0 ? 'nothing was run' : `<code>${escapeHtml(command[0]!)}</code>`;
  const ended = exitCode === null ? 'ended before its time' : `exit code ${exitCode}`;
  const facts = [
    ['Began', check.startedAt],
    ['Versions', pairs(versions)],
    ['Digests', pairs(digests)],
    ['Limits', limits.join('; ')],
  ].filter(([, text]) => text !== '');
  return [
    '<details>',
    `<summary>e${number}: ${verdict}, ${program}, ${ended}, ${seconds(durationMs)}</summary>`,
    '',
    ...(command.length === 0 ? [] : [...fenced(command.map(shellWord).join(' '), 'sh'), '']),
    ...facts.map(([name, text]) => `- ${name}: ${escapeMarkdown(text!)}`),
    ...(output === '' ? [] : ['', ...fenced(output, 'text')]),
    '',
    '</details>',
    '',
  ];
}

/** A code block (CommonMark 0.31, 4.5) that no text within can end: its fence is longer than any run of backticks in it. */
export function fenced(text: string, language: string): readonly string[] {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${language}`, plain(text), fence];
}

/** "1.2 s". */
export function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/** "uv 0.9.1, CPython 3.11.7". */
export function pairs(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Text within an HTML block, which Markdown leaves as it is. A blank line would end the block. */
function escapeHtml(text: string): string {
  return plain(text)
    .replace(/\s+/g, ' ')
    .replace(/[&<>"'@]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
