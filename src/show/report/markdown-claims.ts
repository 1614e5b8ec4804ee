import type { JudgedClaim } from '../../domain/claim.ts';
import { targetText } from '../../domain/target.ts';
import type { ProvenDocument } from '../../prove/claims/judge/proven-document.ts';
import { lineKinds } from '../../prove/claims/parse/line-kinds.ts';
import type { LineKind } from '../../prove/claims/parse/line-kinds.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { counted, readFromText } from './plain-text.ts';
import { claimsOf, tallyOf } from './reported-claims.ts';
import type { Verdict } from './reported-claims.ts';

const SIGNS: Readonly<Record<Verdict, string>> = { proven: '✔', refuted: '✘', unknown: '?' };

/** Text that is put into a document at an offset; taken out again, the document is what it was. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** A claim with the number that its mark and its explanation have in common. */
interface Numbered {
  readonly judged: JudgedClaim;
  readonly mark: string;
}

/** The document with a mark behind every claim, what it came to on top, and the reasons at the end. */
export function annotatedDocument(document: ProvenDocument): string {
  const { source } = document;
  let text = '';
  let from = 0;
  for (const { offset, text: put } of insertionsOf(document)) {
    text += source.slice(from, offset) + put;
    from = offset;
  }
  return text + source.slice(from);
}

export function insertionsOf(document: ProvenDocument): readonly Insertion[] {
  const { source, claims } = document;
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  const kinds = lineKinds(source);
  const lines = lineStarts(source);
  const numbered = claims.map((judged, at) => ({ judged, mark: `f${at + 1}` }));
  const marks = numbered.map(({ judged, mark }) => {
    const { line, endColumn } = judged.claim.at;
    const [start, end] = [lines[line - 1]!, lineEnd(source, lines[line - 1]!)];
    const kind = kinds.of(line);
    return {
      offset: placeOf(source, kind, start, start + endColumn, end),
      text: markText(kind, judged.verdict, mark),
    };
  });
  const body = (text: string): string => text.replaceAll('\n', newline);
  return [
    { offset: afterFrontMatter(source), text: body(summary(document)) },
    ...marks.toSorted((a, b) => a.offset - b.offset),
    { offset: source.length, text: body(`${kinds.closing}${findings(document, numbered)}`) },
  ];
}

function lineStarts(source: string): readonly number[] {
  return [0, ...[...source.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
}

/** The end of a line without its line end and what white space stands before that: two spaces there are a break. */
function lineEnd(source: string, start: number): number {
  let end = start;
  while (end < source.length && source[end] !== '\n' && source[end] !== '\r') end += 1;
  while (end > start && (source[end - 1] === ' ' || source[end - 1] === '\t')) end -= 1;
  return source[end - 1] === '\\' ? end - 1 : end;
}

/** In a table at the end of the cell, in HTML before the tag that ends it; elsewhere at the end of the line. */
function placeOf(source: string, kind: LineKind, start: number, claimEnd: number, lineEnd: number): number {
  if (kind === 'code') return lineEnd;
  const rest = source.slice(Math.min(claimEnd, lineEnd), lineEnd);
  if (kind === 'html') {
    const tag = /<\/(?:td|th|li|summary|p|h[1-6]|div|sub)\b/i.exec(rest);
    return tag === null ? lineEnd : Math.min(claimEnd, lineEnd) + tag.index;
  }
  const bar = kind === 'table' ? /(?<!\\)\|/.exec(rest) : null;
  if (bar === null) return Math.max(lineEnd, start);
  let end = claimEnd + bar.index;
  while (end > claimEnd && source[end - 1] === ' ') end -= 1;
  return end;
}

/** A link to its explanation where links can be; in code and in HTML its name alone. */
function markText(kind: LineKind, verdict: Verdict, mark: string): string {
  const sign = `${SIGNS[verdict]} ${mark}`;
  if (kind === 'code') return `  ${sign}`;
  return kind === 'html' ? ` <sup>${sign}</sup>` : ` [${sign}](#${mark})`;
}

/** YAML between two lines of dashes stays at the top: it is none of the text. */
function afterFrontMatter(source: string): number {
  const mark = source.startsWith('\ufeff') ? 1 : 0;
  const found = /^---[ \t]*\r?\n(?:[^\n]*\n){0,200}?---[ \t]*\r?\n/.exec(source.slice(mark, mark + 20_000));
  return mark + (found?.[0].length ?? 0);
}

function summary({ claims, name, date, withProject }: ProvenDocument): string {
  const { proven, refuted, unknown, claims: all } = tallyOf(claims);
  const worst = claimsOf(claims, 'refuted').slice(0, 3);
  const when = date === null ? '' : ` of ${date}`;
  return [
    `**Checked claim by claim:** ${escapeMarkdown(name)}${when} makes ${counted(all, 'claim')}. ${proven} are proven (✔), ${refuted} refuted (✘), and ${unknown} unknown (?): nothing that was read shows them to be true or false.`,
    '',
    'The text below is unchanged; a mark was put behind each claim, and [the end](#fettle-findings) says for each mark what was looked at and what was seen. ' +
      `Package versions, metadata and advisories were looked up${withProject ? ", the project's files were read" : '; no project folder was looked at'}, and corrections are welcome.`,
    ...(worst.length === 0 ? [] : ['', 'First of all, please see:', '']),
    ...worst.map(
      ({ claim, because }) =>
        `- line ${claim.at.line}, “${escapeMarkdown(shortened(claim.text))}”: ${escapeMarkdown(because)}`,
    ),
    '',
    '---',
    '',
    '',
  ].join('\n');
}

const TITLES: Readonly<Record<Verdict, string>> = {
  refuted: 'Refuted',
  unknown: 'Unknown',
  proven: 'Proven',
};

function findings(document: ProvenDocument, numbered: readonly Numbered[]): string {
  const { targets, advisories, asOf } = document;
  const sections = (['refuted', 'unknown', 'proven'] as const).flatMap((verdict) => {
    const claims = claimsOf(document.claims, verdict);
    if (claims.length === 0) return [];
    return [
      `### ${TITLES[verdict]} (${claims.length})`,
      '',
      ...claims.map((judged) => findingText(judged, numbered.find((one) => one.judged === judged)!.mark)),
      '',
    ];
  });
  const on = targets.map((target) => `${targetText(target)} (${readFromText(target.readFrom)})`).join('; ');
  const sources = advisories.map(
    (one) =>
      `${one.name}${one.date === null ? '' : ` of ${one.date}`}${one.reachable ? '' : ' (not reached)'}`,
  );
  return [
    '',
    '',
    '---',
    '',
    '<a id="fettle-findings"></a>',
    '',
    '## What was found',
    '',
    `Judged for ${escapeMarkdown(on)}${asOf === null ? '' : `, as of ${asOf} (approximate)`}; advisories: ${escapeMarkdown(sources.join(', ') || 'none')}. “Compatible” is judged by what packages declare and publish; no code was run for it.`,
    '',
    ...sections,
  ].join('\n');
}

/** One claim: its mark, its words, why, and what that rests on. */
function findingText({ claim, verdict, because, evidence }: JudgedClaim, mark: string): string {
  const rests = evidence.map(({ how, seen, approximate, verdict: own }) => {
    const note = `${own === verdict ? '' : `, ${own}`}${approximate ? ', approximate' : ''}`;
    const what = plainSame(seen, because) ? '' : `: ${escapeMarkdown(seen)}`;
    return `${escapeMarkdown(how)}${note}${what}`;
  });
  return `- <a id="${mark}"></a>${SIGNS[verdict]} **${mark}** line ${claim.at.line}, “${escapeMarkdown(shortened(claim.text))}”: ${escapeMarkdown(because)} <br><sub>Seen in: ${rests.join('; ')}</sub>`;
}

function plainSame(seen: string, because: string): boolean {
  return `${seen}.` === because || seen === because;
}

const LONGEST = 120;

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/\s+\S*$/, '')} …`;
}
