import { markdownSections } from './markdown.ts';
import type { Report } from './report.ts';

/** References of the report's own; those that a foreign text tries are escaped. */
const REFERENCES = / \[e\d+\]/g;

/**
 * The report for people within a bound of characters. What is too long is shortened by whole sections, so that no table ends in its middle:
 * the evidence goes first, then each section that does not fit any more, and the end says what is missing.
 */
export function shortMarkdownReport(report: Report, most: number): string {
  const sections = markdownSections(report);
  const whole = `${sections.join('\n\n')}\n`;
  if (whole.length <= most) return whole;
  const told = sections.slice(0, -1).map((text) => text.replace(REFERENCES, ''));
  const kept: string[] = [];
  const missing = [sections.at(-1)!];
  const room = most - leftOut(sections).length - 2;
  let used = 0;
  for (const text of told)
    if (used + text.length + 2 <= room) {
      kept.push(text);
      used += text.length + 2;
    } else missing.unshift(text);
  return `${[...kept, leftOut(missing)].join('\n\n')}\n`;
}

function leftOut(sections: readonly string[]): string {
  const headings = sections.map((text) => text.split('\n')[0]!.replace(/^#+ /, ''));
  return [
    '## Left Out',
    '',
    `The report is longer than a text here may be. It goes on with: ${headings.join('; ')}. \`fettle report\` prints all of it.`,
  ].join('\n');
}
