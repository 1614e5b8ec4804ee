import { describe, expect, it } from 'vitest';
import type { Statement, StatementKind } from '../../../src/domain/claim.ts';
import { DOCUMENTS, labelsOf, textOf } from './labels.ts';

type Check = (value: unknown) => boolean;
type Fields<K extends StatementKind> = Exclude<keyof Extract<Statement, { kind: K }>, 'kind'>;

const words: Check = (value) => typeof value === 'string' && value !== '' && value === value.trim();
const wordsOrNull: Check = (value) => value === null || words(value);
const amount: Check = (value) => Number.isInteger(value) && Number(value) > 0;
const severity: Check = (value) => value === 'critical' || value === 'high' || value === null;

/** The compiler sees to it that these are the kinds of `claim.ts`, each with all of its fields. */
const FORMS: { readonly [K in StatementKind]: { readonly [F in Fields<K>]: Check } } = {
  unavailable: { package: words, version: words },
  change: { package: words, from: wordsOrNull, to: words },
  removed: { package: words },
  vulnerable: { package: words, version: wordsOrNull, about: words },
  fixed: { package: words, version: wordsOrNull, about: wordsOrNull },
  'all-fixed': { severity },
  'compatible-python': { package: wordsOrNull, version: wordsOrNull, range: words },
  'compatible-package': { package: words, version: wordsOrNull, with: words, range: wordsOrNull },
  'compatible-platform': { platform: words },
  'no-conflicts': { package: wordsOrNull },
  latest: { package: wordsOrNull, version: wordsOrNull },
  deprecated: { package: words, version: wordsOrNull, successor: wordsOrNull },
  installs: {},
  imports: {},
  'tests-pass': {},
  'image-builds': {},
  'image-size': { from: amount, to: amount },
  'build-time': { from: amount, to: amount },
  memory: { from: amount, to: amount },
  ready: {},
};

/** What the line itself has to have, by the rule "The line" of README.md. Figures are looked for by their value. */
const OWN: { readonly [K in StatementKind]: (statement: Extract<Statement, { kind: K }>) => RegExp } = {
  unavailable: (s) => literal(s.package),
  change: (s) => either(s.package, s.to),
  removed: (s) => literal(s.package),
  vulnerable: (s) => literal(firstWord(s.about)),
  fixed: (s) => (s.about === null ? /patched|no known vulnerabilities/i : literal(firstWord(s.about))),
  'all-fixed': (s) => new RegExp(`^(?=.*${s.severity ?? ''}).*\\bvulnerabilities\\b`, 'i'),
  'compatible-python': (s) => literal(firstWord(s.range)),
  'compatible-package': (s) => literal(s.with),
  'compatible-platform': (s) => literal(firstWord(s.platform)),
  'no-conflicts': () => /\bno\b.*\bconflict/i,
  latest: () => /\blatest\b/i,
  deprecated: (s) => literal(s.package),
  installs: () => /\binstalls?\b/i,
  imports: () => /\bimports?\b/i,
  'tests-pass': () => /\btests?\b.*\bpass/i,
  'image-builds': () => /\bimage\b.*\bbuilds\b/i,
  'image-size': () => /\d/,
  'build-time': () => /\d/,
  memory: () => /\d/,
  ready: () => /\b(ready|safe) (to|for)\b/i,
};

function ownWords(statement: Statement): RegExp {
  return (OWN[statement.kind] as (statement: Statement) => RegExp)(statement);
}

function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? text;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Whole words only: version 2.1 must not be found in 2.1.0, nor "torch" in "PyTorch". */
function literal(text: string): RegExp {
  return new RegExp(`(?<![\\w.-])${bounded(text)}`);
}

function either(one: string, other: string): RegExp {
  return new RegExp(`(?<![\\w.-])(?:${bounded(one)}|${bounded(other)})`);
}

function bounded(text: string): string {
  return `${escaped(text)}(?![\\w-]|\\.\\w)`;
}

function withoutMarkup(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<\/?[a-z][^>]*>/g, ' ')
    .replace(/[`*]/g, '')
    .replace(/(==|(?<=\s)v)(?=\d)/g, ' ')
    .replace(/\s+/g, ' ');
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
const isHeading = (line: string): boolean => /^#|<summary>/.test(line);
const isItem = (line: string): boolean => /^\s*([-*]|\d+\.)\s/.test(line);
const isRow = (line: string): boolean => line.includes(' | ') || line.includes('<tr>');

/** The item, paragraph or row that a line stands in: a wrapped claim has the rest of its words there. */
function blockAround(
  lines: readonly string[],
  index: number,
): { readonly start: number; readonly end: number } {
  const at = (line: number): string => lines[line] ?? '';
  const begins = (line: number): boolean => isItem(at(line)) || isRow(at(line)) || isHeading(at(line));
  let start = index;
  while (!begins(start) && start > 0 && at(start - 1).trim() !== '') start -= 1;
  let end = index + 1;
  while (end < lines.length && at(end).trim() !== '' && !begins(end)) end += 1;
  return { start, end };
}

/** Where a reader finds what a line leaves out: its block, the items it is under, and the nearest heading. */
function contextOf(lines: readonly string[], index: number): string {
  const { start, end } = blockAround(lines, index);
  const context = lines.slice(start, end);
  let indent = indentOf(lines[start] ?? '');
  for (let above = start - 1; above >= 0; above -= 1) {
    const line = lines[above] ?? '';
    if (isHeading(line)) return withoutMarkup([line, ...context].join('\n'));
    if (!isItem(line) || indentOf(line) >= indent) continue;
    context.unshift(line);
    indent = indentOf(line);
  }
  return withoutMarkup(context.join('\n'));
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/\bMB\b/, 1e6],
  [/\bGB\b/, 1e9],
  [/\bMiB\b/, 2 ** 20],
  [/\bGiB?\b/, 2 ** 30],
  [/\b(s|seconds)\b/, 1],
  [/\b(min|minutes)\b/, 60],
];

/** Every amount that the figures of a text can mean with the units in it, minutes and seconds together as well. */
function amountsIn(text: string): ReadonlySet<number> {
  const figures = [...text.matchAll(/\d+(\.\d+)?/g)].map(([figure]) => Number(figure));
  const factors = UNITS.filter(([unit]) => unit.test(text)).map(([, factor]) => factor);
  const plain = figures.flatMap((figure) => factors.map((factor) => figure * factor));
  const clock = [...text.matchAll(/(\d+) min (\d+) s\b/g)].map(([, min, s]) => Number(min) * 60 + Number(s));
  return new Set([...plain, ...clock].map(Math.round));
}

/** What of a statement is not to be found in the text. */
function missingIn(text: string, statement: Statement): readonly string[] {
  const amounts = amountsIn(text);
  const { kind, ...fields } = statement;
  return Object.entries(fields as Record<string, string | number | null>)
    .filter(([, value]) => value !== null)
    .filter(([, value]) =>
      typeof value === 'number' ? !amounts.has(value) : !literal(String(value)).test(text),
    )
    .map(([field, value]) => `${kind}.${field} ${String(value)}`);
}

describe.each(DOCUMENTS)('labels of %s', (name) => {
  const labels = labelsOf(name);
  const text = textOf(labels);
  const lines = (text ?? '').split('\n');
  const absent = text === null ? ' (skipped: ../shared is absent)' : '';

  it('are statements of the domain, with exactly their fields', () => {
    for (const { line, statement } of labels.claims) {
      const form: Record<string, Check> | undefined = FORMS[statement.kind];
      expect(form, `line ${String(line)}: ${statement.kind}`).toBeDefined();
      const { kind, ...fields } = statement;
      expect(Object.keys(fields).sort(), `line ${String(line)}: ${kind}`).toEqual(Object.keys(form).sort());
      const wrong = Object.entries(fields).filter(([field, value]) => form[field]?.(value) !== true);
      expect(wrong, `line ${String(line)}: ${kind}`).toEqual([]);
    }
  });

  it('are in the order of the document, and no line both claims and does not', () => {
    const claimed = labels.claims.map(({ line }) => line);
    const tempting = labels.not.map(({ line }) => line);
    expect(claimed).toEqual(claimed.toSorted((a, b) => a - b));
    expect(tempting).toEqual([...new Set(tempting)].sort((a, b) => a - b));
    expect(tempting.filter((line) => claimed.includes(line))).toEqual([]);
    expect(labels.not.filter(({ why }) => !words(why))).toEqual([]);
    expect(new Set(labels.claims.map((claim) => JSON.stringify(claim))).size).toBe(labels.claims.length);
  });

  it.skipIf(text === null)(`stand on lines that say something${absent}`, () => {
    for (const { line } of [...labels.claims, ...labels.not])
      expect(lines[line - 1]?.trim(), `line ${String(line)}`).toMatch(/./);
  });

  it.skipIf(text === null)(`are made on their line${absent}`, () => {
    const elsewhere = labels.claims.filter(
      ({ line, statement }) => !ownWords(statement).test(withoutMarkup(lines[line - 1] ?? '')),
    );
    expect(elsewhere).toEqual([]);
  });

  it.skipIf(text === null)(
    `have every word of theirs on the line or in what it stands under${absent}`,
    () => {
      const missing = labels.claims.flatMap(({ line, statement }) =>
        missingIn(contextOf(lines, line - 1), statement).map((what) => `line ${String(line)}: ${what}`),
      );
      expect(missing).toEqual([]);
    },
  );
});

it('between them the documents make claims of every kind', () => {
  const kinds = new Set(
    DOCUMENTS.flatMap((name) => labelsOf(name).claims.map(({ statement }) => statement.kind)),
  );
  expect([...kinds].sort()).toEqual(Object.keys(FORMS).sort());
});
