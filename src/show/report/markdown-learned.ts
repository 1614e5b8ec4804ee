import { escapeMarkdown } from './escape-markdown.ts';
import { counted } from './plain-text.ts';
import type { References } from './references.ts';
import type { Report } from './report.ts';
import type { ReportedBreak, ReportedSide } from './reported-learned.ts';

/** What metadata does not say and running showed. */
export function learnedSection({ learned = [] }: Report, refs: References): readonly string[] {
  if (learned.length === 0) return [];
  return ['## What Was Learned by Running', '', ...learned.map((one) => lineOf(one, refs))];
}

function lineOf(one: ReportedBreak, refs: References): string {
  const { importer, provider, kind, because, remembered, evidence } = one;
  const by = importer === null ? 'the service itself' : sideText(importer);
  const rule = kind === 'forbidden' ? `not with ${sideText(provider)}` : `needs ${sideText(provider)}`;
  const from = remembered ? ' (by an earlier run on this machine)' : '';
  return `- **${escapeMarkdown(by)}:** ${escapeMarkdown(rule)}. ${escapeMarkdown(because)}${from}.${refs.to(evidence)}`;
}

/** "jinja2 3.1.0 to 3.1.2 (2 read, 1 taken to be alike)" */
export function sideText({ package: name, read, between }: ReportedSide): string {
  const [first, last] = [read[0], read.at(-1)];
  if (first === undefined) return `${name} (${counted(between.length, 'version')} taken to be alike)`;
  if (first === last) return `${name} ${first}${between.length === 0 ? '' : ` and ${between.length} more`}`;
  const alike = between.length === 0 ? '' : `, ${between.length} taken to be alike`;
  return `${name} ${first} to ${last} (${read.length} read${alike})`;
}
